/** A QR code for export: black on white whatever the page's colours, with the white around it that readers ask for. Pure. */
import { QUIET, type QrCode } from '../instruments/qr';
import type { DrawnFigure, ExportSubject } from './figure';

/** CSS pixels of a module. */
const MODULE = 6;

export function qrSubject({ code, title, name }: { readonly code: QrCode; readonly title: string; readonly name: readonly string[] }): ExportSubject {
  const whole = (code.size + 2 * QUIET) * MODULE;
  return {
    title, name, settings: [],
    figure(): DrawnFigure {
      const data = new Float32Array(code.size ** 2);
      for (const [x, y, length] of code.runs) data.fill(1, y * code.size + x, y * code.size + x + length);
      return {
        kind: 'drawn', title, width: whole, height: whole,
        draw(context) {
          const rect = (x: number, y: number, width: number, height: number) => {
            context.moveTo(x, y);
            context.lineTo(x + width, y);
            context.lineTo(x + width, y + height);
            context.lineTo(x, y + height);
            context.closePath();
          };
          context.fillStyle = '#ffffff';
          context.beginPath();
          rect(0, 0, whole, whole);
          context.fill();
          // One path, so that no hairline shows between two rows.
          context.fillStyle = '#000000';
          context.beginPath();
          for (const [x, y, length] of code.runs) rect((x + QUIET) * MODULE, (y + QUIET) * MODULE, length * MODULE, MODULE);
          context.fill();
        },
        data: { kind: 'arrays', arrays: [{ name: 'modules', shape: [code.size, code.size], data }] },
      };
    },
  };
}
