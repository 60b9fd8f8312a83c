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
          const fill = (colour: string, x: number, y: number, width: number, height: number) => {
            context.fillStyle = colour;
            context.beginPath();
            context.moveTo(x, y);
            context.lineTo(x + width, y);
            context.lineTo(x + width, y + height);
            context.lineTo(x, y + height);
            context.closePath();
            context.fill();
          };
          fill('#ffffff', 0, 0, whole, whole);
          for (const [x, y, length] of code.runs) fill('#000000', (x + QUIET) * MODULE, (y + QUIET) * MODULE, length * MODULE, MODULE);
        },
        data: { kind: 'arrays', arrays: [{ name: 'modules', shape: [code.size, code.size], data }] },
      };
    },
  };
}
