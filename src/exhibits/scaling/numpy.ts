// Python to paste: one row from its own operands, and the whole experiment from fresh random numbers. Pure.
import { isMasked } from '../../reference/softmax';
import { pythonArray, pythonNumber } from '../python';
import type { RowOperands } from './arithmetic';
import { SMALL_JACOBIAN } from './measure';
import type { Distribution } from './params';
import { CORRELATION, SHIFT, VALUE_WIDTH, type ScalingSpec } from './spec';

/** Numbers beyond which the code holds the scores of the row instead of all keys. */
export const MOST_NUMBERS = 4096;

/** How the factor is written: as the formula that it comes from, where there is one. */
export function factorText(scale: 'off' | 'rsqrt' | number, dk: number, temperature: number): string {
  const factor = scale === 'off' ? '1.0' : scale === 'rsqrt' ? `1 / np.sqrt(${dk})` : pythonNumber(scale);
  return temperature === 1 ? factor : `${factor} / ${pythonNumber(temperature)}`;
}

/** Python that prints the weight of one cell, and its row's entropy, ‖J‖ and gradient at q, from the operands on the page. */
export function rowNumpy(operands: RowOperands, factor: string, dk: number): string {
  const { q, keys, scores, scaledRow, dweights, col } = operands;
  const n = scores.length;
  const whole = q !== null && keys !== null && keys.length <= MOST_NUMBERS;
  const hidden = [...scaledRow.keys()].filter((j) => isMasked(scaledRow[j]!));
  return [
    'import numpy as np',
    '',
    ...(whole
      ? [`q = ${pythonArray(q)}`, `K = ${pythonArray(keys)}.reshape(${n}, ${dk})`, 's = K @ q  # scores']
      : [...(keys ? [`# ${n} keys of width ${dk} are too many to paste: these are the scores K @ q`] : []), `s = ${pythonArray(scores)}`]),
    `f = ${factor}`,
    's = f * s',
    ...(hidden.length > 0 ? [`s[${JSON.stringify(hidden)}] = -np.inf  # the mask`] : []),
    'e = np.exp(s - s.max())',
    'p = e / e.sum()',
    `print("weight  ", p[${col}])`,
    'print("entropy ", -(p[p > 0] * np.log(p[p > 0])).sum())',
    'print("Jacobian", np.linalg.norm(np.diag(p) - np.outer(p, p)))',
    ...(dweights
      ? [
          `dp = ${pythonArray(dweights)}  # dL/dp = V @ g`,
          'ds = p * (dp - p @ dp)',
          whole ? 'print("gradient", np.linalg.norm(f * ds @ K))  # at q' : 'print("gradient", np.linalg.norm(ds))  # at s; times f and K gives the one at q',
        ]
      : []),
    '',
  ].join('\n');
}

const DRAW: Readonly<Record<Distribution, readonly string[]>> = {
  normal: ['def draw():', '    return rng.standard_normal((n, dk))'],
  uniform: ['def draw():', '    return rng.uniform(-np.sqrt(3), np.sqrt(3), (n, dk))'],
  shifted: ['def draw():', `    return rng.normal(${SHIFT}, 1, (n, dk))`],
  correlated: [
    'def draw():',
    `    return np.sqrt(${1 - CORRELATION}) * rng.standard_normal((n, dk)) + np.sqrt(${CORRELATION}) * rng.standard_normal((n, 1))`,
  ],
};

/** Python that runs the experiment on screen with its own random numbers and prints the readings of both sides. */
export function experimentNumpy({ input, n, dk, draws, seed }: ScalingSpec, factors: Readonly<Record<'off' | 'on', string>>): string {
  if (input.kind !== 'random') throw new Error('Only random draws can be drawn again.');
  return [
    'import numpy as np',
    '',
    `n, dk, dv, draws = ${n}, ${dk}, ${VALUE_WIDTH}, ${draws}`,
    `rng = np.random.default_rng(${seed})`,
    '',
    ...DRAW[input.dist],
    '',
    'def run(q, k, v, g, f):',
    '    s = f * q @ k.T',
    '    p = np.exp(s - s.max(1, keepdims=True))',
    '    p /= p.sum(1, keepdims=True)',
    '    entropy = -(p * np.log(np.maximum(p, 1e-300))).sum(1)',
    '    J = np.sqrt(np.maximum((p**2).sum(1) - 2 * (p**3).sum(1) + (p**2).sum(1) ** 2, 0))',
    '    dp = g @ v.T                                    # gradient of the weights',
    '    ds = p * (dp - (p * dp).sum(1, keepdims=True))  # through the softmax',
    '    return s.var(), entropy, p.max(1), J, np.linalg.norm(f * ds @ k, axis=1)',
    '',
    'sides = {"not scaled": [], "scaled": []}',
    'for _ in range(draws):',
    '    q, k = draw(), draw()',
    '    v, g = rng.standard_normal((n, dv)), rng.standard_normal((n, dv))',
    `    sides["not scaled"].append(run(q, k, v, g, ${factors.off}))`,
    `    sides["scaled"].append(run(q, k, v, g, ${factors.on}))`,
    '',
    'for name, runs in sides.items():',
    '    variance, entropy, largest, J, gradient = (np.ravel(x) for x in zip(*runs))',
    `    print(f"{name}: variance {variance.mean():.4g}, entropy {entropy.mean():.4g}, largest weight {largest.mean():.4g}, "`,
    `          f"|J| mean {J.mean():.3g}, median {np.median(J):.3g}, below ${SMALL_JACOBIAN} {(J < ${SMALL_JACOBIAN}).mean():.1%}, "`,
    '          f"gradient at q mean {gradient.mean():.3g}, median {np.median(gradient):.3g}")',
    '',
  ].join('\n');
}
