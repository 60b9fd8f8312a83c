import type { MaskSpec, Ops, Tensor } from '../../ops';
import type { MasksSpec } from './spec';

/** The mask in the shapes that its ways of being applied need. */
export interface MaskTensors<T extends Tensor> {
  readonly spec: MaskSpec<T>;
  /** [n, n]: 1 where a query sees a key, 0 elsewhere. */
  readonly visible: T;
  /** [n, n]: 0 where a query sees a key, 1 elsewhere. */
  readonly hidden: T;
}

/**
 * The mask as it should be applied, or one of the ways in which it should not. Scores [b, n, n].
 * @returns `masked`: what goes into the softmax; with 'after', where nothing is masked yet, what comes out of it
 */
export function applyMask<T extends Tensor>(
  ops: Ops<T>,
  { mistake, penalty }: Pick<MasksSpec, 'mistake' | 'penalty'>,
  scores: T,
  mask: MaskTensors<T>,
  copy: T | null,
): { masked: T; weights: T } {
  const spread = (cells: T) => (copy ? ops.matmul(copy, cells) : ops.splitHeads(cells, 1));
  switch (mistake) {
    case 'none': {
      const masked = ops.mask(scores, mask.spec);
      return { masked, weights: ops.softmax(masked) };
    }
    case 'after': {
      const visible = spread(mask.visible);
      const shared = ops.softmax(scores);
      const weights = ops.multiply(shared, visible);
      ops.free(visible);
      return { masked: shared, weights };
    }
    case 'zero': {
      const visible = spread(mask.visible);
      const masked = ops.multiply(scores, visible);
      ops.free(visible);
      return { masked, weights: ops.softmax(masked) };
    }
    case 'finite': {
      const hidden = spread(mask.hidden);
      const penalties = ops.scale(hidden, -penalty);
      const masked = ops.add(scores, penalties);
      ops.free(hidden, penalties);
      return { masked, weights: ops.softmax(masked) };
    }
  }
}

/** What is added to the scores [n, n] (0 or −∞, 0 or −penalty), or the factor where the mistake multiplies (1 or 0). */
export function maskPicture<T extends Tensor>(ops: Ops<T>, { mistake, penalty }: Pick<MasksSpec, 'mistake' | 'penalty'>, mask: MaskTensors<T>): T {
  if (mistake === 'after' || mistake === 'zero') return ops.scale(mask.visible, 1);
  if (mistake === 'finite') return ops.scale(mask.hidden, -penalty);
  const zeros = ops.scale(mask.visible, 0);
  const picture = ops.mask(zeros, mask.spec);
  ops.free(zeros);
  return picture;
}
