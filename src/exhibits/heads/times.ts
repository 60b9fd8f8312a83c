import type { Ops, Tensor, Timed } from '../../ops';
import { takeApart, type SingleHead } from './single-heads';

/** Milliseconds of one attention, each way; one run of each. */
export interface HeadTimes {
  /** All h heads in the same three dispatches. */
  readonly batched: number;
  /** Three dispatches for each head. */
  readonly separate: number;
  /** One head of width d in three dispatches. */
  readonly wide: number;
  readonly clock: Timed['clock'];
}

/**
 * Times softmax(QKᵀ/√d_k)V for all heads at once, for one head after the other, and for one wide head, on the tensors of the
 * present frame. The projections are left out: they are the same matrix products each way.
 * @param repeats how often a run repeats its work, so that it outlasts the clock's step; the time is that of one
 */
export async function timeHeads<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, causal: boolean, repeats: number): Promise<HeadTimes | null> {
  const { q, k, v } = tensors as Partial<Record<string, T>>;
  if (!q || !k || !v) return null;
  // Copies, made before the first wait: the frame's own tensors may be gone when their turn comes.
  const { batch, separate, wide } = takeApart(ops, { q, k, v });
  const attend = (heads: readonly SingleHead<T>[]) => () => {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const results = heads.map((head) => ops.attention({ ...head, scale: 1 / Math.sqrt(head.q.shape[2]!), mask: { causal } }));
      // Freed only now, so that no head waits for the buffers of another.
      for (const { weights, output } of results) ops.free(weights, output);
    }
  };
  const ways = [attend([batch]), attend(separate), attend([wide])] as const;
  try {
    const [batched, apart, whole] = [await ops.timed(ways[0]), await ops.timed(ways[1]), await ops.timed(ways[2])];
    return {
      batched: batched.milliseconds / repeats, separate: apart.milliseconds / repeats, wide: whole.milliseconds / repeats,
      clock: [batched, apart, whole].every(({ clock }) => clock === 'gpu') ? 'gpu' : 'wall',
    };
  } finally {
    for (const head of [batch, wide, ...separate]) ops.free(head.q, head.k, head.v);
  }
}
