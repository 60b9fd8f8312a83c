import type { Pipeline } from '../../lab/pipeline';
import type { StageCache } from '../../lab/stage-cache';
import type { Ops, Tensor } from '../../ops';
import { maskCells } from '../../reference/mask';
import { applyMask, maskPicture, type MaskTensors } from './masking';
import { measureMasks, type MasksMeasurements } from './measure';
import { factorOf, STREAMS, STREAMS_PER_LAYER, WIDTH, type MasksSpec } from './spec';

/** One layer's weight matrices [WIDTH, WIDTH]. */
interface Layer<T> {
  readonly wq: T;
  readonly wk: T;
  readonly wv: T;
}

/** What a run keeps: the first layer's tensors, [b, n, WIDTH] or [b, n, n], and the last layer's output [b, n, WIDTH]. */
type Kept<T> = Readonly<Record<'q' | 'k' | 'v' | 'scores' | 'masked' | 'weights' | 'output', T>>;

/**
 * The sentence once as it is, and n times more with one token changed: run j has token j pushed along the seeded direction.
 * The n runs are one batch, so the leak map is measured, never derived from the mask.
 */
function run<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: MasksSpec): Record<string, T> {
  const { ids, seed, change, layers } = spec;
  const n = ids.length;
  const x = cache.stage('x', [seed, ...ids], () => {
    const idTensor = ops.tensor(Uint32Array.from(ids), [n]);
    const embedded = ops.embedding(idTensor, WIDTH, { seed, stream: STREAMS.embedding });
    ops.free(idTensor);
    return embedded;
  });
  const copies = cache.stage('copies', [n], () => ({ copy: copyMatrices(ops, n), own: ownTokens(ops, n), turn: identity(ops, n) }));
  const direction = cache.stage('direction', [seed], () => ops.normal([1, WIDTH], { seed, stream: STREAMS.direction }));
  const matrices = cache.stage('matrices', [seed, layers], () => matricesOf(ops, seed, layers));
  const stack = Array.from({ length: layers }, (_, l): Layer<T> => {
    const of = (name: string) => matrices.value[`${name}${l}`]!;
    return { wq: of('wq'), wk: of('wk'), wv: of('wv') };
  });
  const changed = cache.stage('changed', [x.key, direction.key, change], () => changedInputs(ops, x.value, copies.value, direction.value, change));
  const mask = maskStage(ops, cache, spec, n);
  const how = [mask.key, spec.mistake, spec.penalty, spec.gain] as const;

  const base = ops.stage('attention', () =>
    cache.stage('base', [x.key, matrices.key, ...how], () => {
      const one = ops.splitHeads(x.value, 1);
      const kept = forward(ops, spec, one, stack, mask.value, null);
      ops.free(one);
      return kept;
    }),
  );
  const leak = ops.stage('leak', () =>
    cache.stage('leak', [base.key, changed.key], () => leakOf(ops, spec, base.value.output, changed.value, stack, mask.value, copies.value)),
  );
  const picture = cache.stage('mask', [mask.key, spec.mistake, spec.penalty], () => maskPicture(ops, spec, mask.value));
  return {
    x: x.value, changed: changed.value, ...matrices.value, visible: mask.value.visible, hidden: mask.value.hidden,
    copy: copies.value.copy,
    ...base.value,
    mask: picture.value,
    ...leak.value,
  };
}

/** [n, n, n]: n identity matrices. Their product with a matrix is n copies of it, to the bit: 1 · x plus zeros. */
const copyMatrices = <T extends Tensor>(ops: Ops<T>, n: number): T =>
  ops.tensor(Float32Array.from({ length: n ** 3 }, (_, cell) => Number(Math.floor(cell / n) % n === cell % n)), [n, n, n]);

/** [n, n, 1]: 1 for token j of run j, 0 for all others. */
const ownTokens = <T extends Tensor>(ops: Ops<T>, n: number): T => ops.tensor(Float32Array.from({ length: n * n }, (_, cell) => Number(Math.floor(cell / n) === cell % n)), [n, n, 1]);

const identity = <T extends Tensor>(ops: Ops<T>, n: number): T => ops.tensor(Float32Array.from({ length: n * n }, (_, cell) => Number(Math.floor(cell / n) === cell % n)), [n, n]);

function matricesOf<T extends Tensor>(ops: Ops<T>, seed: number, layers: number): Record<string, T> {
  const made: Record<string, T> = {};
  for (let l = 0; l < layers; l++) {
    for (const name of ['wq', 'wk', 'wv'] as const) {
      made[`${name}${l}`] = ops.normal([WIDTH, WIDTH], { seed, stream: STREAMS[name] + STREAMS_PER_LAYER * l }, 1 / Math.sqrt(WIDTH));
    }
  }
  return made;
}

/** [n, n, WIDTH]: the sentence n times, in run j with change · direction added to token j; all other tokens to the bit as they were. */
function changedInputs<T extends Tensor>(ops: Ops<T>, x: T, { copy, own }: { copy: T; own: T }, direction: T, change: number): T {
  const same = ops.matmul(copy, x);
  const push = ops.scale(direction, change);
  const pushes = ops.matmul(own, push);
  const sum = ops.add(same, pushes);
  ops.free(same, push, pushes);
  return sum;
}

function maskStage<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, { mask }: MasksSpec, n: number) {
  const { segments, bitmap, ...rule } = mask;
  const cells = maskCells(mask, n, n);
  const stage = cache.stage('mask-cells', [n, segments ? 'segments' : bitmap ? 'bitmap' : '', JSON.stringify(rule), cells.join('')], () => {
    const bits = segments ?? bitmap;
    return {
      visible: ops.tensor(Float32Array.from(cells), [n, n]),
      hidden: ops.tensor(Float32Array.from(cells, (cell) => 1 - cell), [n, n]),
      bits: bits ? ops.tensor(Uint32Array.from(bits), [bits.length]) : null,
    };
  });
  const { visible, hidden, bits } = stage.value;
  const value: MaskTensors<T> = { visible: visible!, hidden: hidden!, spec: { ...rule, ...(bits && (segments ? { segments: bits } : { bitmap: bits })) } };
  return { key: stage.key, value };
}

/**
 * The layers, one head each, on x [b, n, WIDTH]: x ← x + softmax(x W_Q (x W_K)ᵀ · factor, masked) x W_V (Vaswani et al. 2017,
 * §3.2.1), the last without the residual.
 * @param copy [b, n, n] identities that spread the mask over a batch; null where b is 1
 */
function forward<T extends Tensor>(ops: Ops<T>, spec: MasksSpec, x: T, stack: readonly Layer<T>[], mask: MaskTensors<T>, copy: T | null): Kept<T> {
  let kept: Kept<T> | null = null;
  let input = x;
  for (const [l, { wq, wk, wv }] of stack.entries()) {
    const [q, k, v] = [ops.matmul(input, wq), ops.matmul(input, wk), ops.matmul(input, wv)];
    const raw = ops.scores(q, k);
    const scores = ops.scale(raw, factorOf(spec.gain));
    const { masked, weights } = applyMask(ops, spec, scores, mask, copy);
    const output = ops.weightedValues(weights, v);
    ops.free(raw);
    const before = input;
    if (l < stack.length - 1) input = ops.add(before, output);
    if (l === 0) kept = { q, k, v, scores, masked, weights, output };
    else {
      ops.free(q, k, v, scores, masked, weights, before, kept!.output);
      kept = { ...kept!, output };
    }
  }
  return kept!;
}

/**
 * leak [n, n]: ‖output i with token j changed − output i‖ in row i, column j. Also the outputs of all runs [n (run), n, WIDTH]
 * and the weights of all runs [n, n, n].
 */
function leakOf<T extends Tensor>(
  ops: Ops<T>, spec: MasksSpec, output: T, changed: T, stack: readonly Layer<T>[], mask: MaskTensors<T>, { copy, turn }: { copy: T; turn: T },
): { leak: T; changedOutput: T; changedWeights: T } {
  const runs = forward(ops, spec, changed, stack, mask, copy);
  const flat = ops.mergeHeads(output);
  const same = ops.matmul(copy, flat);
  const difference = ops.subtract(runs.output, same);
  const norms = ops.rowNorms(difference);
  // Row j, column i so far: queries belong down the side, as in every other map.
  const leak = ops.matmul(turn, norms, { transposeB: true });
  ops.free(runs.q, runs.k, runs.v, runs.scores, runs.masked, flat, same, difference, norms);
  return { leak, changedOutput: runs.output, changedWeights: runs.weights };
}

export const masksPipeline: Pipeline<MasksSpec, MasksMeasurements> = { run, measure: measureMasks };
