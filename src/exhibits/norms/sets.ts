import type { Cell3 } from './plan';
import { countedRows, isReal, type NormsSpec } from './spec';

/** Whether a cell is a real token's. */
export const isRealCell = ({ lengths }: Pick<NormsSpec, 'lengths'>, { sample, token }: Cell3): boolean => token < lengths[sample]!;

/**
 * The cells that are normalised with the same statistics as `cell`, or null without a norm. BatchNorm in evaluation keeps its
 * set, though its numbers come from training.
 */
export function sharedWith(spec: NormsSpec, cell: Cell3): ((other: Cell3) => boolean) | null {
  if (spec.norm === 'none') return null;
  if (spec.norm === 'batch') return (other) => other.feature === cell.feature && (spec.counted || isRealCell(spec, other));
  return (other) => other.sample === cell.sample && other.token === cell.token;
}

/** How many cells share one statistic. */
export const setSize = (spec: NormsSpec): number => (spec.norm === 'none' ? 1 : spec.norm === 'batch' ? countedRows(spec) : spec.features);

/** The set of a cell: its values in C order, and the place of the cell among them (−1: padding that is left out). */
export function setOf(spec: NormsSpec, input: Float32Array, cell: Cell3): { values: number[]; at: number } {
  const { tokens, features } = spec;
  const row = cell.sample * tokens + cell.token;
  if (spec.norm === 'none') return { values: [input[row * features + cell.feature]!], at: 0 };
  if (spec.norm !== 'batch') return { values: [...input.subarray(row * features, (row + 1) * features)], at: cell.feature };
  const rows = Array.from({ length: input.length / features }, (_, index) => index).filter((index) => spec.counted || isReal(spec, index));
  return { values: rows.map((index) => input[index * features + cell.feature]!), at: rows.indexOf(row) };
}
