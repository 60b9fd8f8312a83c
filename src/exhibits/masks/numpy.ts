import { pythonArray, pythonNumber } from '../python';
import type { Mistake } from './params';
import { WIDTH } from './spec';

/** What the pasted program needs: the whole experiment, so that it owes the page nothing. */
export interface ProgramOperands {
  /** The tokens [n, WIDTH]. */
  readonly x: Float32Array;
  /** W_Q, W_K and W_V of each layer, each [WIDTH, WIDTH]. */
  readonly matrices: readonly Float32Array[];
  /** Which keys each query sees [n, n] (1). */
  readonly visible: Uint8Array;
  readonly mistake: Mistake;
  readonly penalty: number;
  readonly gain: number;
  readonly row: number;
  readonly col: number;
  /** Token `col` as it is after the change [WIDTH]: the program prints the leak; null: it prints the weight. */
  readonly changed: Float32Array | null;
  /** The number on the page. */
  readonly shown: number;
}

/**
 * Python that runs the attention from the tokens on, with the mask applied as on the page, and prints the weight of query
 * `row` on key `col`, or by how much output `row` moves when token `col` is changed.
 */
export function programOf({ x, matrices, visible, mistake, penalty, gain, row, col, changed, shown }: ProgramOperands): string {
  const n = x.length / WIDTH;
  const layers = matrices.length / 3;
  const all = Float32Array.from(matrices.flatMap((matrix) => [...matrix]));
  const rows = Array.from({ length: n }, (_, i) => visible.subarray(i * n, (i + 1) * n).join(''));
  return [
    'import numpy as np',
    '',
    `x = ${pythonArray(x)}.reshape(${n}, ${WIDTH})  # tokens`,
    `W = ${pythonArray(all)}.reshape(${layers}, 3, ${WIDTH}, ${WIDTH})  # W_Q, W_K, W_V`,
    `sees = np.array([[c == '1' for c in row] for row in '${rows.join(' ')}'.split()])  # query, key`,
    '',
    'def softmax(s):',
    '    top = s.max(axis=1, keepdims=True)',
    '    e = np.exp(s - np.where(np.isfinite(top), top, 0))',
    '    total = e.sum(axis=1, keepdims=True)',
    '    return e / np.where(total > 0, total, 1)  # nothing to share out: zeros',
    '',
    'def attention(x):',
    '    first = None',
    '    for W_Q, W_K, W_V in W:',
    `        s = (x @ W_Q) @ (x @ W_K).T / np.sqrt(${WIDTH})${gain === 1 ? '' : ` * ${pythonNumber(gain)}`}`,
    ...MASKING[mistake](penalty).map((line) => `        ${line}`),
    '        o = p @ (x @ W_V)',
    '        first = p if first is None else first',
    '        x = x + o',
    '    return first, o  # weights of the first layer, output of the last',
    '',
    'p, before = attention(x)',
    ...(changed
      ? [
          'y = x.copy()',
          `y[${col}] = ${pythonArray(changed)}  # token ${col}, changed`,
          '_, after = attention(y)',
          `print(np.linalg.norm(after[${row}] - before[${row}]))  # the page shows ${pythonNumber(shown)}`,
        ]
      : [`print(p[${row}, ${col}])  # the page shows ${pythonNumber(shown)}`]),
    '',
  ].join('\n');
}

const MASKING: Record<Mistake, (penalty: number) => readonly string[]> = {
  none: () => ['p = softmax(np.where(sees, s, -np.inf))'],
  after: () => ['p = softmax(s) * sees  # wrong: the mask comes too late'],
  zero: () => ['p = softmax(s * sees)  # wrong: a score of 0 is a score'],
  finite: (penalty) => [
    `s = s.astype(np.float32) + np.float32(-${pythonNumber(penalty)}) * ~sees  # wrong: not -inf`,
    'p = softmax(s.astype(np.float32))',
  ],
};
