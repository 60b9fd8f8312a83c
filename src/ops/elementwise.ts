import type { Gpu } from '../gpu';
import * as twin from '../reference/elementwise';
import { asRows, assertSameShape, doubles, emptyOn, host, sizeOf, type GpuTensor, type HostTensor, type Tensor } from './tensor';

/** Ops that work on each element alone. Only `scale` knows of masked cells; to the others they are plain numbers. */
export interface ElementwiseOps<T extends Tensor> {
  /** a + b, equal shapes. */
  add(a: T, b: T): T;
  /** a - b, equal shapes. */
  subtract(a: T, b: T): T;
  /** a · b element by element, equal shapes. */
  multiply(a: T, b: T): T;
  /** factor · x; masked cells stay masked. */
  scale(x: T, factor: number): T;
  /** x [..., cols] + row [cols], the row added to every row. */
  addRow(x: T, row: T): T;
}

const WG = 64;
/** As OPERATION in shaders/kernels/pairwise_forward.wgsl. */
const OPERATIONS = { add: 0, subtract: 1, multiply: 2 } as const;

export function gpuElementwise(gpu: Gpu): ElementwiseOps<GpuTensor> {
  const grid = (x: Tensor) => {
    const quads = Math.ceil(sizeOf(x.shape) / 4);
    return { quads, workgroups: Math.ceil(quads / WG) };
  };
  const pairwise = (operation: keyof typeof OPERATIONS) => (a: GpuTensor, b: GpuTensor) => {
    assertSameShape(operation, a.shape, b.shape);
    const { quads, workgroups } = grid(a);
    const c = emptyOn(gpu, a.shape, `elementwise/${operation}`);
    gpu.run('pairwise_forward', {
      bindings: { a: a.buffer, b: b.buffer, c: c.buffer },
      uniforms: { quads },
      overrides: { OPERATION: OPERATIONS[operation], WG },
      workgroups,
    });
    return c;
  };
  return {
    add: pairwise('add'),
    subtract: pairwise('subtract'),
    multiply: pairwise('multiply'),
    scale(x, factor) {
      const { quads, workgroups } = grid(x);
      const y = emptyOn(gpu, x.shape, 'elementwise/scale');
      gpu.run('scale_forward', { bindings: { x: x.buffer, y: y.buffer }, uniforms: { factor, quads }, overrides: { WG }, workgroups });
      return y;
    },
    addRow(x, row) {
      const { cols } = checkRow(x, row);
      const { quads, workgroups } = grid(x);
      const y = emptyOn(gpu, x.shape, 'elementwise/add-row');
      gpu.run('add_row_forward', {
        bindings: { x: x.buffer, row: row.buffer, y: y.buffer },
        uniforms: { cols, quads },
        overrides: { WG },
        workgroups,
      });
      return y;
    },
  };
}

const pairwiseTwin =
  (operation: keyof typeof OPERATIONS) =>
  (a: HostTensor, b: HostTensor): HostTensor => {
    assertSameShape(operation, a.shape, b.shape);
    return host(a.shape, twin[operation](doubles(a), doubles(b)));
  };

export const referenceElementwise: ElementwiseOps<HostTensor> = {
  add: pairwiseTwin('add'),
  subtract: pairwiseTwin('subtract'),
  multiply: pairwiseTwin('multiply'),
  scale: (x, factor) => host(x.shape, twin.scale(doubles(x), factor)),
  addRow(x, row) {
    checkRow(x, row);
    return host(x.shape, twin.addRow(doubles(x), doubles(row)));
  },
};

function checkRow(x: Tensor, row: Tensor): { cols: number } {
  const { cols } = asRows(x.shape);
  if (sizeOf(row.shape) !== cols) {
    throw new Error(`addRow: a row of ${sizeOf(row.shape)} values cannot be added to rows of ${cols}; they must be equally long.`);
  }
  return { cols };
}
