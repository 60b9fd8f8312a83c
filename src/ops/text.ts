import type { Gpu } from '../gpu';
import type { RandomKey } from '../reference/random';
import * as twin from '../reference/text';
import { asMatrices, doubles, emptyOn, host, integers, sizeOf, type GpuTensor, type HostTensor, type Tensor } from './tensor';
import { turnTables } from './turns';

/** From token numbers to vectors that know their position. */
export interface TextOps<T extends Tensor> {
  /** ids u32 [n] → rows [n, dim], N(0, 1): equal tokens have equal rows under one key, whatever stands around them. */
  embedding(ids: T, dim: number, key: RandomKey): T;
  /** Sinusoidal positions [n, dim] (Vaswani et al. 2017, §3.5): sines in even columns, cosines in odd ones; base > 0. */
  sinusoidal(n: number, dim: number, base?: number): T;
  /**
   * Rotary positions (Su et al. 2021, §3.2.2): x [..., n, dim], columns (2i, 2i+1) of row p turned by p · base^(-2i/dim);
   * the last column of an odd dim passes unturned.
   */
  rope(x: T, base?: number): T;
  /** dx [..., n, dim] from dy [..., n, dim]: `rope` differentiated, which is also its inverse. */
  ropeBackward(dy: T, base?: number): T;
}

const BASE = 10_000;
const WG = 64;

export function gpuText(gpu: Gpu): TextOps<GpuTensor> {
  const turns = turnTables(gpu);
  return {
    embedding(ids, dim, key) {
      checkIds(ids);
      const n = sizeOf(ids.shape);
      const rows = emptyOn(gpu, [n, dim], 'text/embedding');
      gpu.run('embedding_forward', {
        bindings: { ids: ids.buffer, rows: rows.buffer },
        uniforms: { key: [key.seed >>> 0, key.stream >>> 0], n, dim },
        overrides: { WG },
        workgroups: Math.ceil((n * Math.ceil(dim / 4)) / WG),
      });
      return rows;
    },
    sinusoidal(n, dim, base = BASE) {
      checkBase(base);
      const encoding = emptyOn(gpu, [n, dim], 'text/sinusoidal');
      gpu.run('sinusoidal_forward', {
        bindings: { turns: turns(dim, base), encoding: encoding.buffer },
        uniforms: { n, dim },
        overrides: { WG },
        workgroups: Math.ceil((n * Math.ceil(dim / 2)) / WG),
      });
      return encoding;
    },
    rope(x, base = BASE) {
      checkBase(base);
      const { batch: heads, rows: n, cols: dim } = asMatrices(x.shape);
      const y = emptyOn(gpu, x.shape, 'text/rope');
      gpu.run('rope_forward', {
        bindings: { x: x.buffer, turns: turns(dim, base), y: y.buffer },
        uniforms: { heads, n, dim },
        overrides: { WG },
        workgroups: Math.ceil((n * Math.ceil(dim / 2)) / WG),
      });
      return y;
    },
    ropeBackward(dy, base = BASE) {
      checkBase(base);
      const { batch: heads, rows: n, cols: dim } = asMatrices(dy.shape);
      const dx = emptyOn(gpu, dy.shape, 'text/rope-gradient');
      gpu.run('rope_backward', {
        bindings: { dy: dy.buffer, turns: turns(dim, base), dx: dx.buffer },
        uniforms: { heads, n, dim },
        overrides: { WG },
        workgroups: Math.ceil((n * Math.ceil(dim / 2)) / WG),
      });
      return dx;
    },
  };
}

export const referenceText: TextOps<HostTensor> = {
  embedding(ids, dim, key) {
    checkIds(ids);
    return host([sizeOf(ids.shape), dim], twin.embedding(integers(ids), dim, key));
  },
  sinusoidal(n, dim, base = BASE) {
    checkBase(base);
    return host([n, dim], twin.sinusoidal(n, dim, base));
  },
  rope(x, base = BASE) {
    checkBase(base);
    const { rows, cols } = asMatrices(x.shape);
    return host(x.shape, twin.rope(doubles(x), rows, cols, base));
  },
  ropeBackward(dy, base = BASE) {
    checkBase(base);
    const { rows, cols } = asMatrices(dy.shape);
    return host(dy.shape, twin.ropeBackward(doubles(dy), rows, cols, base));
  },
};

function checkIds(ids: Tensor): void {
  if (ids.dtype !== 'u32') throw new Error('embedding: token numbers must be a tensor of unsigned integers; make it from a Uint32Array.');
}

function checkBase(base: number): void {
  if (!(base > 0 && Number.isFinite(base))) throw new Error(`The base of position encodings is ${base}; it must be a positive number.`);
}
