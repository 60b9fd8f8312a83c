import type { Gpu, KernelTable, PooledBuffer } from '../gpu';
import * as twin from '../reference/attention';
import { choicesOf, rowWorkgroup, type AttentionVariant, type RowVariant } from './choice';
import { maskBinding, maskRule, maskUniforms, type MaskSpec } from './mask';
import { quadGrid, quadOverrides } from './matmul';
import { pack, padded, type PaddedRows } from './pack';
import { headExtents } from './scores';
import { doubles, emptyOn, host, type GpuTensor, type HostTensor, type Tensor } from './tensor';

export interface AttentionInputs<T extends Tensor> {
  /** Queries [heads, m, d]. */
  readonly q: T;
  /** Keys [heads, n, d]. */
  readonly k: T;
  /** Values [heads, n, dv]. */
  readonly v: T;
  /** What the scores are multiplied by, 1/√d as a rule. */
  readonly scale: number;
  /** Which keys a query sees; all of them when it is left out. */
  readonly mask?: MaskSpec<T>;
  /** Which kernels compute the products and the rows; the op chooses where they are left out. The twin has one way only. */
  readonly variant?: AttentionVariant;
  readonly rows?: RowVariant;
}

export interface AttentionOps<T extends Tensor> {
  /**
   * Attention that keeps its weights: weights [heads, m, n] and output [heads, m, dv]. The same as scores → × scale →
   * mask → softmax → weightedValues, with what the mask hides left out instead of computed and thrown away.
   * @throws when the shapes do not fit
   */
  attention(inputs: AttentionInputs<T>): { weights: T; output: T };
}

/** @throws when the shapes do not fit. */
function extentsOf({ q, k, v }: AttentionInputs<Tensor>): twin.AttentionExtents {
  const extents = headExtents(q.shape, k.shape);
  const [heads, n, dv = 0] = v.shape;
  if (v.shape.length !== 3 || heads !== extents.heads || n !== extents.n) {
    throw new Error(`Values [${v.shape.join(', ')}] do not fit keys [${k.shape.join(', ')}]: [heads, n, dv] is needed, one row per key.`);
  }
  return { ...extents, dv };
}

/** Side of the block of scores or outputs that one invocation computes. */
const BLOCK = 8;
/** Side of the tile that a workgroup of the tiled kernels computes. */
const TILE_SIDE = 16;
const TILE = 4 * TILE_SIDE;

/** The variant to run now: the quads kernels take long to compile, and until both are there the fused one does their work. */
function attentionNow(gpu: Gpu, wanted: AttentionVariant): AttentionVariant {
  if (wanted !== 'quads') return wanted;
  const ready = (['attention_scores_forward.quads', 'attention_output_forward.quads'] as const).map((name) => gpu.isReady(name, quadOverrides(gpu)));
  return ready.every(Boolean) ? wanted : 'fused';
}

type RowUniforms = Readonly<Record<KernelTable['attention_weights_forward']['uniforms'], number>>;

export function gpuAttention(gpu: Gpu): AttentionOps<GpuTensor> {
  // A workgroup of SwiftShader's runs on one core, four invocations at once: small ones spread the work over all cores.
  const side = gpu.facts.software ? 4 : 8;
  const rowsPerWorkgroup = gpu.facts.software ? 16 : 64;
  const fusedPerWorkgroup = gpu.facts.software ? 4 : 64;
  const blocks = { WX: side, WY: side };
  const tiles = { overrides: { SIDE: TILE_SIDE } };
  const across = (extent: number, tile = BLOCK * side) => Math.ceil(extent / tile);
  const choices = choicesOf(gpu);

  /** Scores to weights, in place. */
  const weigh = (variant: RowVariant, { buffer }: PaddedRows, bits: PooledBuffer, uniforms: RowUniforms) => {
    const dispatch = { bindings: { mask_bits: bits, weights: buffer }, uniforms };
    const count = uniforms.heads * uniforms.m;
    if (variant === 'row') {
      gpu.run('attention_weights_forward', { ...dispatch, overrides: { WG: rowsPerWorkgroup }, workgroups: Math.ceil(count / rowsPerWorkgroup) });
    } else {
      gpu.run(`attention_weights_forward.${variant}`, { ...dispatch, overrides: { WG: rowWorkgroup(uniforms.n4) }, workgroups: count });
    }
  };

  return {
    attention(inputs) {
      const { heads, m, n, d, dv } = extentsOf(inputs);
      const spec = inputs.mask ?? {};
      const mask = maskUniforms(spec, m, n);
      const q = pack(gpu, inputs.q, { batch: heads, rows: m, cols: d });
      const variant = inputs.variant ?? attentionNow(gpu, choices.attention(heads * m * n * d));
      // The quads kernel multiplies by the transposed keys, as a matrix product does.
      const k = variant === 'quads'
        ? pack(gpu, inputs.k, { batch: heads, rows: d, cols: n, transposed: true, rowMultiple: 4 })
        : pack(gpu, inputs.k, { batch: heads, rows: n, cols: d });
      const v = pack(gpu, inputs.v, { batch: heads, rows: n, cols: dv, rowMultiple: 4 });

      const weights = emptyOn(gpu, [heads, m, n], 'attention/weights');
      const output = emptyOn(gpu, [heads, m, dv], 'attention/output');
      const rows = padded(gpu, weights);
      const outputRows = padded(gpu, output);
      const scoring = { m, n, d4: q.cols4, n4: rows.cols4, scale: inputs.scale, ...mask };
      const bits = maskBinding(spec, q.buffer);
      if (variant === 'fused') {
        gpu.run('attention_weights_forward.fused', {
          bindings: { q: q.buffer, k: k.buffer, mask_bits: bits, weights: rows.buffer },
          uniforms: { heads, ...scoring },
          overrides: { WG: fusedPerWorkgroup },
          workgroups: Math.ceil((heads * Math.ceil(m / BLOCK)) / fusedPerWorkgroup),
        });
      } else {
        const dispatch = { bindings: { q: q.buffer, k: k.buffer, scores: rows.buffer }, uniforms: scoring };
        if (variant === 'quads') {
          const bindings = { q: q.buffer, kt: k.buffer, scores: rows.buffer };
          gpu.run('attention_scores_forward.quads', { bindings, uniforms: scoring, ...quadGrid(gpu, m, n, heads) });
        } else if (variant === 'tiled') gpu.run('attention_scores_forward.tiled', { ...dispatch, ...tiles, workgroups: [across(n, TILE), across(m, TILE), heads] });
        else gpu.run('attention_scores_forward', { ...dispatch, overrides: blocks, workgroups: [across(n), across(m), heads] });
        weigh(inputs.rows ?? choices.rows(heads * m, n), rows, bits, { heads, m, n, n4: rows.cols4, ...mask });
      }
      const dispatch = {
        bindings: { weights: rows.buffer, v: v.buffer, output: outputRows.buffer },
        uniforms: { m, n, n4: rows.cols4, d4: v.cols4, ...mask },
      };
      if (variant === 'quads') gpu.run('attention_output_forward.quads', { ...dispatch, ...quadGrid(gpu, m, dv, heads) });
      else if (variant === 'tiled') gpu.run('attention_output_forward.tiled', { ...dispatch, ...tiles, workgroups: [across(dv, TILE), across(m, TILE), heads] });
      else gpu.run('attention_output_forward', { ...dispatch, overrides: blocks, workgroups: [across(dv), across(m), heads] });
      rows.unpack();
      outputRows.unpack();
      for (const packed of [q, k, v]) packed.release();
      return { weights, output };
    },
  };
}

export const referenceAttention: AttentionOps<HostTensor> = {
  attention(inputs) {
    const extents = extentsOf(inputs);
    const { heads, m, n, dv } = extents;
    const rule = maskRule(inputs.mask ?? {}, m, n);
    const { weights, output } = twin.attention(doubles(inputs.q), doubles(inputs.k), doubles(inputs.v), inputs.scale, rule, extents);
    return { weights: host([heads, m, n], weights), output: host([heads, m, dv], output) };
  },
};
