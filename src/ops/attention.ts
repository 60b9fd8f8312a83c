import type { Gpu } from '../gpu';
import * as twin from '../reference/attention';
import { maskBinding, maskRule, maskUniforms, type MaskSpec } from './mask';
import { pack, padded } from './pack';
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

export function gpuAttention(gpu: Gpu): AttentionOps<GpuTensor> {
  // A workgroup of SwiftShader's runs on one core, four invocations at once: small ones spread the work over all cores.
  const side = gpu.facts.software ? 4 : 8;
  const rowsPerWorkgroup = gpu.facts.software ? 16 : 64;
  const across = (extent: number) => Math.ceil(extent / (BLOCK * side));

  return {
    attention(inputs) {
      const { heads, m, n, d, dv } = extentsOf(inputs);
      const spec = inputs.mask ?? {};
      const mask = maskUniforms(spec, m, n);
      const q = pack(gpu, inputs.q, { batch: heads, rows: m, cols: d });
      const k = pack(gpu, inputs.k, { batch: heads, rows: n, cols: d });
      const v = pack(gpu, inputs.v, { batch: heads, rows: n, cols: dv, rowMultiple: 4 });

      const weights = emptyOn(gpu, [heads, m, n], 'attention/weights');
      const output = emptyOn(gpu, [heads, m, dv], 'attention/output');
      const rows = padded(gpu, weights);
      const outputRows = padded(gpu, output);
      gpu.run('attention_scores_forward', {
        bindings: { q: q.buffer, k: k.buffer, scores: rows.buffer },
        uniforms: { m, n, d4: q.cols4, n4: rows.cols4, scale: inputs.scale, ...mask },
        overrides: { WX: side, WY: side },
        workgroups: [across(n), across(m), heads],
      });
      gpu.run('attention_weights_forward', {
        bindings: { mask_bits: maskBinding(spec, q.buffer), weights: rows.buffer },
        uniforms: { heads, m, n, n4: rows.cols4, ...mask },
        overrides: { WG: rowsPerWorkgroup },
        workgroups: Math.ceil((heads * m) / rowsPerWorkgroup),
      });
      gpu.run('attention_output_forward', {
        bindings: { weights: rows.buffer, v: v.buffer, output: outputRows.buffer },
        uniforms: { m, n, n4: rows.cols4, d4: v.cols4, ...mask },
        overrides: { WX: side, WY: side },
        workgroups: [across(dv), across(m), heads],
      });
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
