import type { Engine } from '../../lab/engine-types';
import type { GpuTensor, Ops } from '../../ops';
import { matmul } from '../../reference/matmul';
import { scores } from '../../reference/scores';
import { softmax } from '../../reference/softmax';
import { KERNEL_PAIRS, type KernelPair } from './kernels';
import type { AttentionMeasurements } from './measure';
import type { KernelName } from './params';
import type { AttentionSpec } from './spec';

/** What one kernel did with the tensors on screen. */
export interface KernelRun {
  readonly kernel: Exclude<KernelName, 'auto'>;
  /** Milliseconds of QKᵀ, softmax and weights · V; null where the source has no such tensors. */
  readonly scores: number | null;
  readonly softmax: number | null;
  readonly values: number | null;
  /** Largest difference of one head from the float64 twin, over the largest element, of the three. */
  readonly difference: number;
  readonly clock: 'gpu' | 'wall';
}

/** Runs of which the median counts. */
const RUNS = 3;
/** Multiplications of one product up to which the plain kernel takes less than about a second. */
const MOST_WORK = { software: 2 ** 26, hardware: 2 ** 32 } as const;

/** Whether all kernels can be run at this size within seconds. */
export function comparable(engine: Engine<AttentionSpec, AttentionMeasurements>, multiplications: number): boolean {
  return engine.gpu !== null && multiplications <= (engine.facts?.software ? MOST_WORK.software : MOST_WORK.hardware);
}

/**
 * Computes the present setting's three stages again by every kernel that the device has, each from the page's own inputs:
 * times, and the largest difference from the float64 twin in the head on the stage. `onrun` is told of each as it ends.
 */
export function compareKernels(engine: Engine<AttentionSpec, AttentionMeasurements>, head: number, onrun: (run: KernelRun) => void): Promise<void> {
  return engine.borrow('present', async (ops, tensors) => {
    const steps = stepsOf(tensors);
    const expected = await Promise.all(steps.map((step) => twinOf(ops, step, head)));
    const names = (Object.keys(KERNEL_PAIRS) as KernelRun['kernel'][]).filter((name) => name !== 'subgroups' || engine.facts?.features.includes('subgroups'));
    for (const kernel of names) {
      const times: Record<string, number> = {};
      let difference = 0;
      let clock: KernelRun['clock'] = 'gpu';
      for (const [index, step] of steps.entries()) {
        difference = Math.max(difference, await differenceOf(ops, step, KERNEL_PAIRS[kernel], head, expected[index]!));
        const taken: number[] = [];
        for (let run = 0; run < RUNS; run++) {
          const timed = await ops.timed(() => ops.free(step.run(ops, KERNEL_PAIRS[kernel])));
          taken.push(timed.milliseconds);
          clock = timed.clock;
        }
        times[step.name] = taken.sort((a, b) => a - b)[RUNS >> 1]!;
      }
      onrun({ kernel, scores: times.scores ?? null, softmax: times.softmax ?? null, values: times.values ?? null, difference, clock });
    }
  });
}

interface Step {
  readonly name: 'scores' | 'softmax' | 'values';
  readonly inputs: readonly GpuTensor[];
  readonly run: (ops: Ops<GpuTensor>, pair: KernelPair) => GpuTensor;
  /** The float64 twin on one head of the inputs, rows × inner and so on as in their shapes. */
  readonly twin: (...inputs: readonly Float64Array[]) => Float64Array;
}

/** The stages whose inputs the setting has. */
function stepsOf({ q, k, v, masked, weights }: Readonly<Partial<Record<string, GpuTensor>>>): Step[] {
  const steps: Step[] = [];
  const extent = (tensor: GpuTensor, axis: number) => tensor.shape[axis]!;
  if (q && k) {
    steps.push({
      name: 'scores', inputs: [q, k],
      run: (ops, { product }) => ops.scores(q, k, { variant: product }),
      twin: (a, b) => scores(a!, b!, 1, extent(q, 1), extent(k, 1), extent(q, 2)),
    });
  }
  if (masked) {
    steps.push({
      name: 'softmax', inputs: [masked],
      run: (ops, { rows }) => ops.softmax(masked, { variant: rows }),
      twin: (x) => softmax(x!, extent(masked, 1), extent(masked, 2)),
    });
  }
  if (weights && v) {
    const plain = { batch: 1, transposeA: false, transposeB: false, sharedB: false };
    steps.push({
      name: 'values', inputs: [weights, v],
      run: (ops, { product }) => ops.weightedValues(weights, v, { variant: product }),
      twin: (a, b) => matmul(a!, b!, null, { ...plain, m: extent(weights, 1), n: extent(v, 2), k: extent(v, 1) }),
    });
  }
  return steps;
}

/** One head of a tensor [heads, rows, cols]. */
const headOf = (values: Float32Array, heads: number, head: number) => values.subarray((values.length / heads) * head, (values.length / heads) * (head + 1));

/** The twin's result for one head. */
async function twinOf(ops: Ops<GpuTensor>, { inputs, twin }: Step, head: number): Promise<Float64Array> {
  const arrays = await Promise.all(inputs.map((input) => ops.read(input)));
  return twin(...arrays.map((values, index) => Float64Array.from(headOf(values, inputs[index]!.shape[0] ?? 1, head))));
}

/** Largest difference of one kernel's result from the twin's, over the twin's largest element. */
async function differenceOf(ops: Ops<GpuTensor>, { run }: Step, pair: KernelPair, head: number, expected: ArrayLike<number>): Promise<number> {
  const made = run(ops, pair);
  const reading = ops.read(made);
  ops.free(made);
  const values = headOf(await reading, made.shape[0] ?? 1, head);
  let most = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    most = Math.max(most, Math.abs(values[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return most / (largest || 1);
}
