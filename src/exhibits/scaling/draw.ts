import type { Ops, Tensor } from '../../ops';
import type { Distribution } from './params';
import { CORRELATION, SHIFT, STREAMS } from './spec';

/** What is drawn: one of the two tensors, under the visitor's seed. */
interface Draw {
  readonly dist: Distribution;
  readonly draws: number;
  readonly rows: number;
  readonly dk: number;
  readonly seed: number;
}

/**
 * q or k [draws, rows, d_k]. Every component has variance 1:
 *
 * - normal: N(0, 1), independent
 * - uniform: on [−√3, √3], independent
 * - shifted: N(1, 1), independent, so the mean is not 0
 * - correlated: √(1 − ρ) a_c + √ρ b with b the same for all components of a vector, so they are not independent
 */
export function drawVectors<T extends Tensor>(ops: Ops<T>, which: 'q' | 'k', { dist, draws, rows, dk, seed }: Draw): T {
  const shape = [draws, rows, dk];
  const key = { seed, stream: STREAMS[which] };
  switch (dist) {
    case 'normal':
      return ops.normal(shape, key);
    case 'uniform': {
      const unit = ops.uniform(shape, key);
      const wide = ops.scale(unit, Math.sqrt(12));
      const centred = moved(ops, wide, -Math.sqrt(3), dk);
      ops.free(unit, wide);
      return centred;
    }
    case 'shifted': {
      const normal = ops.normal(shape, key);
      const shifted = moved(ops, normal, SHIFT, dk);
      ops.free(normal);
      return shifted;
    }
    case 'correlated': {
      const own = ops.normal(shape, key, Math.sqrt(1 - CORRELATION));
      const shared = ops.normal([draws, rows, 1], { seed, stream: which === 'q' ? STREAMS.sharedQ : STREAMS.sharedK }, Math.sqrt(CORRELATION));
      const ones = ops.tensor(new Float32Array(draws * dk).fill(1), [draws, dk, 1]);
      const spread = ops.scores(shared, ones); // b of a row, once for each of its d_k components
      const sum = ops.add(own, spread);
      ops.free(own, shared, ones, spread);
      return sum;
    }
  }
}

/** x with the same number added to every component. */
function moved<T extends Tensor>(ops: Ops<T>, x: T, by: number, dk: number): T {
  const row = ops.tensor(new Float32Array(dk).fill(by), [dk]);
  const sum = ops.addRow(x, row);
  ops.free(row);
  return sum;
}
