import { TARGETS, type TargetsSpec } from './spec';

const { keys: KEYS, near: NEAR, far: FAR, queries: QUERIES } = TARGETS;

/** Width of a query or key of the task: one half names a position for each target. */
export const TARGETS_WIDTH = 2 * KEYS;

/**
 * Queries [13, 32] and keys [16, 32] of the task. Key j is (e_j, e_j). Query t is √16 · (β₁ e_{t−1}, β₂ e_{t−3}) with
 * β₁ = sharpness · (1 + tilt/2) and β₂ = sharpness · (1 − tilt/2), so that a head of 16 dimensions, whose scores are divided by √16, scores its
 * wanted key β and every other key 0. One head of 32 dimensions reads the same numbers as one sum.
 */
export function targetOperands({ sharpness, tilt }: TargetsSpec): { q: Float32Array; k: Float32Array } {
  const q = new Float32Array(QUERIES * TARGETS_WIDTH);
  const k = new Float32Array(KEYS * TARGETS_WIDTH);
  for (let j = 0; j < KEYS; j++) {
    k[j * TARGETS_WIDTH + j] = 1;
    k[j * TARGETS_WIDTH + KEYS + j] = 1;
  }
  const length = Math.sqrt(KEYS) * sharpness;
  for (let row = 0; row < QUERIES; row++) {
    const t = row + FAR;
    q[row * TARGETS_WIDTH + t - NEAR] = length * (1 + tilt / 2);
    q[row * TARGETS_WIDTH + KEYS + t - FAR] = length * (1 - tilt / 2);
  }
  return { q, k };
}

/** Weights on the two wanted keys, the mean over the queries. */
export interface TargetWeights {
  readonly near: number;
  readonly far: number;
}

/**
 * Reads the wanted weights out of one head's weights.
 * @param weights [13, 16]
 */
export function targetWeights(weights: ArrayLike<number>): TargetWeights {
  let near = 0;
  let far = 0;
  for (let row = 0; row < QUERIES; row++) {
    near += weights[row * KEYS + row + FAR - NEAR]!;
    far += weights[row * KEYS + row]!;
  }
  return { near: near / QUERIES, far: far / QUERIES };
}
