import { isMasked } from '../../reference/softmax';
import { pythonArray, pythonNumber } from '../python';
import type { OutputOperands } from './arithmetic';

/** What the pasted code needs: all keys (or the row's scores where a file brought them), one query. */
export interface NumpyOperands {
  readonly row: number;
  readonly col: number;
  readonly q: Float32Array | null;
  /** All keys of the head [n, d_k]. */
  readonly keys: Float32Array | null;
  /** Raw scores of the row [n]; used where there are no keys. */
  readonly scores: Float32Array;
  readonly headDim: number;
  /** 'rsqrt' writes 1 / np.sqrt(d_k); a number is written as it is. */
  readonly scale: 'off' | 'rsqrt' | number;
  readonly maskedRow: Float32Array;
  readonly weight: number;
}

/** Numbers beyond which the code holds the scores of the row instead of all keys. */
export const MOST_NUMBERS = 4096;

/**
 * Python that computes the weight of one cell from its operands and prints it beside the page's own value. Floats are
 * written with nine digits, which is enough to give back every f32 exactly.
 */
export function numpyOf(operands: NumpyOperands): string {
  const { row, col, q, keys, scores, headDim, scale, maskedRow, weight } = operands;
  const lines = ['import numpy as np', ''];
  const n = maskedRow.length;
  const whole = q && keys && keys.length <= MOST_NUMBERS;
  if (whole) {
    lines.push(`q = ${pythonArray(q)}  # query ${row}`);
    lines.push(`K = ${pythonArray(keys)}.reshape(${n}, ${headDim})  # all keys`);
    lines.push('s = K @ q  # scores of the row');
  } else {
    if (q && keys) lines.push(`# ${n} keys of width ${headDim} are too many to paste: these are the scores K @ q`);
    lines.push(`s = ${pythonArray(scores)}  # scores of query ${row}`);
  }
  if (scale === 'rsqrt') lines.push(`s = s / np.sqrt(${headDim})`);
  else if (scale !== 'off') lines.push(`s = s * ${scale}`);
  const hidden = [...maskedRow.keys()].filter((j) => isMasked(maskedRow[j]!));
  if (hidden.length > 0) lines.push(`s[${JSON.stringify(hidden)}] = -np.inf  # the mask`);
  if (hidden.length === n) {
    lines.push(`print(0.0)  # every key is masked: the weights are zeros by definition`);
  } else {
    lines.push('e = np.exp(s - s.max())', 'p = e / e.sum()', `print(p[${col}])  # the page shows ${pythonNumber(weight)}`);
  }
  return lines.join('\n') + '\n';
}

/** Python that computes one component of a row's output from weights and values, and prints it beside the page's own number. */
export function numpyOfOutput({ row, dimension, weightRow, column, output }: OutputOperands & { readonly row: number; readonly dimension: number }): string {
  return [
    'import numpy as np',
    '',
    `w = ${pythonArray(weightRow)}  # weights of query ${row}`,
    `v = ${pythonArray(column)}  # component ${dimension} of every value`,
    `print(w @ v)  # the page shows ${pythonNumber(output)}`,
    '',
  ].join('\n');
}
