import type { Ops, Tensor } from '../../ops';

/** Queries, keys and values of one head, each [1, n, d_k]. */
export interface SingleHead<T> {
  readonly q: T;
  readonly k: T;
  readonly v: T;
}

/** [d, d_k] with a one where column c of head `head` comes from: a product with it picks the head's columns, without rounding. */
function selector<T extends Tensor>(ops: Ops<T>, width: number, headDim: number, head: number): T {
  const ones = new Float32Array(width * headDim);
  for (let c = 0; c < headDim; c++) ones[(head * headDim + c) * headDim + c] = 1;
  return ops.tensor(ones, [width, headDim]);
}

/**
 * Attention of every head by itself, from its own columns of the projection matrices: Concat(o_1 … o_h) W_O without ever
 * running two heads together. What the batched block has to agree with.
 * @returns the block's output [n, d]
 */
export function outputOfSingleHeads<T extends Tensor>(ops: Ops<T>, parts: Readonly<Record<'x' | 'wq' | 'wk' | 'wv' | 'wo', T>>, heads: number, causal: boolean): T {
  const { x, wq, wk, wv, wo } = parts;
  const width = wq.shape[0]!;
  const headDim = width / heads;
  let concatenated: T | null = null;
  for (let head = 0; head < heads; head++) {
    const select = selector(ops, width, headDim, head);
    const single = projectHead(ops, x, [wq, wk, wv], select);
    const { weights, output } = ops.attention({ ...single, scale: 1 / Math.sqrt(headDim), mask: { causal } });
    const flat = ops.mergeHeads(output);
    const placed = ops.matmul(flat, select, { transposeB: true }); // the head's columns in place, zeros elsewhere
    const sum: T = concatenated ? ops.add(concatenated, placed) : placed;
    ops.free(select, single.q, single.k, single.v, weights, output, flat, concatenated, concatenated ? placed : null);
    concatenated = sum;
  }
  const result = ops.matmul(concatenated!, wo);
  ops.free(concatenated);
  return result;
}

function projectHead<T extends Tensor>(ops: Ops<T>, x: T, matrices: readonly [T, T, T], select: T): SingleHead<T> {
  const [q, k, v] = matrices.map((matrix) => {
    const own = ops.matmul(matrix, select);
    const flat = ops.matmul(x, own);
    const head = ops.splitHeads(flat, 1);
    ops.free(own, flat);
    return head;
  }) as [T, T, T];
  return { q, k, v };
}

/** The heads of [h, n, d_k] tensors as h separate ones, and all their columns as one wide head; copies, free them. */
export function takeApart<T extends Tensor>(ops: Ops<T>, batch: SingleHead<T>): { readonly separate: readonly SingleHead<T>[]; readonly wide: SingleHead<T>; readonly batch: SingleHead<T> } {
  const [heads, , headDim] = batch.q.shape as [number, number, number];
  const merged = [ops.mergeHeads(batch.q), ops.mergeHeads(batch.k), ops.mergeHeads(batch.v)] as const;
  const cut = (make: (flat: T) => T): SingleHead<T> => ({ q: make(merged[0]), k: make(merged[1]), v: make(merged[2]) });
  const separate = Array.from({ length: heads }, (_, head) => {
    const select = selector(ops, heads * headDim, headDim, head);
    const single = cut((flat) => {
      const own = ops.matmul(flat, select);
      const shaped = ops.splitHeads(own, 1);
      ops.free(own);
      return shaped;
    });
    ops.free(select);
    return single;
  });
  const parts = { separate, wide: cut((flat) => ops.splitHeads(flat, 1)), batch: cut((flat) => ops.splitHeads(flat, heads)) };
  ops.free(...merged);
  return parts;
}
