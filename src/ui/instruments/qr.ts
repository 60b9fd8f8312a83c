import { encode } from 'uqr';

/** What the largest QR code (version 40, error correction L) holds, in bytes: ISO/IEC 18004, table 7. */
export const QR_BYTES = 2953;

/** A QR code as modules: `size` of them in each direction, and one SVG path of the dark ones, one unit each. */
export interface QrCode {
  readonly size: number;
  /** The dark runs: column, row, and how many modules. */
  readonly runs: readonly (readonly [x: number, y: number, length: number])[];
  readonly path: string;
}

/** White modules around the code that readers ask for. */
export const QUIET = 4;

/** The QR code of a text with the strongest error correction that its size allows, or null for a text that no code holds. */
export function qrCode(text: string): QrCode | null {
  if (new TextEncoder().encode(text).length > QR_BYTES) return null;
  const { size, data } = encode(text, { ecc: 'L', boostEcc: true, border: 0 });
  const runs = data.flatMap((row, y) => darkRuns(row).map(([x, length]) => [x, y, length] as const));
  return { size, runs, path: runs.map(([x, y, length]) => `M${x} ${y}h${length}v1h-${length}z`).join('') };
}

/** Where the dark runs of a row begin, and how long they are. */
function darkRuns(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    if (x > 0 && row[x - 1]) runs.at(-1)![1]++;
    else runs.push([x, 1]);
  }
  return runs;
}
