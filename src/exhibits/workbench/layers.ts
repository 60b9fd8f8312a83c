/** All layers of a file at once: what their maps are computed from, or why there are too many. Pure. */
import type { Bounds, Remark } from '../../lab/plan';
import { bytesOf, type Plan } from './plan';
import type { AttentionSpec } from './spec';

/** Most maps in one grid, and most along a side of it: each needs room for a finger, and a canvas has an end. */
export const MOST_MAPS = 4096;
export const MOST_ALONG = 96;
/** Cells of all maps that the float64 twins keep up with. */
const CPU_CELLS = 2 ** 21;

/** The maps of a file of `layers` × `heads`, or the sentence that says why they are not shown. */
export interface LayersPlan {
  readonly layers: number;
  readonly heads: number;
  /** As the layer on the stage, with the heads of all layers one after the other: map `layer · heads + head`. */
  readonly spec: AttentionSpec | null;
  readonly refusal: Remark | null;
}

/** Name of the asset that holds a file's arrays of all layers. */
export const allLayersOf = (id: string): string => `${id}/all`;

/** All layers at the scale and mask of `plan`; null where the source has one layer only. */
export function layersOf(plan: Plan, bounds: Bounds): LayersPlan | null {
  const { spec, layers, m, n } = plan;
  const { input, heads } = spec;
  if (layers < 2 || input.kind !== 'mine') return null;
  const refusal = refusalOf(plan, bounds);
  if (refusal) return { layers, heads, spec: null, refusal };
  const asset = allLayersOf(input.asset.slice(0, input.asset.lastIndexOf('/')));
  return {
    layers, heads, refusal,
    // No output is asked for, and what can be spared is: the maps show the weights.
    spec: { ...spec, heads: layers * heads, input: { ...input, m, n, asset, has: { ...input.has, v: false }, valueDim: 0 }, off: [], lean: true, aside: true },
  };
}

/** The sentence for maps that are too many or too large, naming what would fit. */
function refusalOf({ spec, layers, m, n }: Plan, { maxTensorBytes, maxTotalBytes = Infinity, maxLength }: Bounds): Remark | null {
  const { heads, headDim, input } = spec;
  const maps = layers * heads;
  if (maps > MOST_MAPS || Math.max(layers, heads) > MOST_ALONG) {
    return { key: 'layersTooMany', values: { layers, heads, most: MOST_MAPS, along: MOST_ALONG } };
  }
  const widths = input.kind === 'mine' && input.has.qk ? [headDim] : [];
  const fits = (m: number, n: number): boolean => {
    if (maxLength !== null && maps * m * n > CPU_CELLS) return false;
    const all = bytesOf({ heads: maps, widths }, m, n);
    // The layer on the stage is kept besides.
    return all.largest <= maxTensorBytes && all.total + bytesOf({ heads, widths }, m, n).total <= maxTotalBytes;
  };
  if (fits(m, n)) return null;
  let most = Math.max(m, n);
  while (most > 0 && !fits(most, most)) most--;
  const cells = { layers, heads, m, n, fits: most };
  if (maxLength !== null && maps * m * n > CPU_CELLS) return { key: 'layersTooSlow', values: cells };
  const { largest, total } = bytesOf({ heads: maps, widths }, m, n);
  const [need, limit] = largest > maxTensorBytes ? [largest, maxTensorBytes] : [total, maxTotalBytes];
  return { key: 'layersTooLarge', values: { ...cells, need: Math.ceil(need / 2 ** 20), mib: Math.floor(limit / 2 ** 20) } };
}
