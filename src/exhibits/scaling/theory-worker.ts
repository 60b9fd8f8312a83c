// Draws the predictions beside the page, one width at a time.
import { predict, rowDraws } from './theory';
import type { TheoryPoint } from './sweep';

/** A setting whose curve is wanted: n keys, and both sides' factors at each width. */
export interface TheoryRequest {
  readonly key: string;
  readonly n: number;
  readonly widths: readonly { readonly dk: number; readonly off: number; readonly on: number }[];
}

export interface TheoryAnswer {
  readonly key: string;
  readonly point: TheoryPoint;
}

addEventListener('message', ({ data: { key, n, widths } }: MessageEvent<TheoryRequest>) => {
  const draws = rowDraws(n);
  for (const { dk, off, on } of widths) {
    postMessage({ key, point: { dk, off: predict(draws, dk, off), on: predict(draws, dk, on) } } satisfies TheoryAnswer);
  }
});
