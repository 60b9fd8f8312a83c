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
  /** x [..., cols] · row [cols], every row multiplied by the row element by element. */
  multiplyRow(x: T, row: T): T;
}

const WG = 64;
/** As OPERATION in shaders/kernels/pairwise_forward.wgsl. */
const OPERATIONS = { add: 0, subtract: 1, multiply: 2 } as const;

/** As OPERATION in shaders/kernels/row_forward.wgsl. */
const ROW_OPERATIONS = { addRow: 0, multiplyRow: 1 } as const;

export function gpuElementwise(gpu: Gpu): ElementwiseOps<GpuTensor> {
  // SwiftShader pays for each access and not for its width; on a real GPU neighbours would no longer read neighbouring vectors.
  const wide = gpu.facts.software;
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
  const withRow = (operation: keyof typeof ROW_OPERATIONS) => (x: GpuTensor, row: GpuTensor) => {
    const { cols } = checkRow(operation, x, row);
    const { quads, workgroups } = grid(x);
    const y = emptyOn(gpu, x.shape, `elementwise/${operation}`);
    gpu.run('row_forward', {
      bindings: { x: x.buffer, row: row.buffer, y: y.buffer },
      uniforms: { cols, quads },
      overrides: { OPERATION: ROW_OPERATIONS[operation], WG },
      workgroups,
    });
    return y;
  };
  return {
    add: pairwise('add'),
    subtract: pairwise('subtract'),
    multiply: pairwise('multiply'),
    scale(x, factor) {
      const { quads, workgroups } = grid(x);
      const y = emptyOn(gpu, x.shape, 'elementwise/scale');
      const dispatch = { bindings: { x: x.buffer, y: y.buffer }, overrides: { WG } };
      const matrices = sizeOf(x.shape) / 16;
      if (wide && Number.isInteger(matrices)) gpu.run('scale_forward.mat4', { ...dispatch, uniforms: { factor, matrices }, workgroups: Math.ceil(matrices / WG) });
      else gpu.run('scale_forward', { ...dispatch, uniforms: { factor, quads }, workgroups });
      return y;
    },
    addRow: withRow('addRow'),
    multiplyRow: withRow('multiplyRow'),
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
    checkRow('addRow', x, row);
    return host(x.shape, twin.addRow(doubles(x), doubles(row)));
  },
  multiplyRow(x, row) {
    checkRow('multiplyRow', x, row);
    return host(x.shape, twin.multiplyRow(doubles(x), doubles(row)));
  },
};

function checkRow(op: string, x: Tensor, row: Tensor): { cols: number } {
  const { cols } = asRows(x.shape);
  if (sizeOf(row.shape) !== cols) {
    throw new Error(`${op}: a row of ${sizeOf(row.shape)} values does not fit rows of ${cols}; they must be equally long.`);
  }
  return { cols };
}
