import type { RowOperands } from './arithmetic';
import type { Frame, ScalingSession } from './session.svelte';
import type { Side } from './spec';

/** Reads back what made one row of the present frame, on one side. */
export async function readOperands(session: ScalingSession, { plan: { spec, draw }, drawable }: Frame, side: Side, row: number, col: number): Promise<RowOperands> {
  const { m, n, dk } = spec;
  const has = drawable('q') !== null;
  const dv = drawable('v')?.shape[2] ?? 0;
  const rowOf = (name: string) => session.read(name, 'present', (draw * m + row) * n, n);
  const [scores, scaledRow, weightRow, q, keys, g, v] = await Promise.all([
    rowOf('scores'),
    rowOf(`scaled.${side}`),
    rowOf(`weights.${side}`),
    has ? session.read('q', 'present', (draw * m + row) * dk, dk) : null,
    has ? session.read('k', 'present', draw * n * dk, n * dk) : null,
    session.read('gradOutput', 'present', (draw * m + row) * dv, dv),
    session.read('v', 'present', draw * n * dv, n * dv),
  ]);
  const dweights = has ? Float64Array.from({ length: n }, (_, j) => g.reduce((sum, value, c) => sum + value * v[j * dv + c]!, 0)) : null;
  return { col, q, keys, scores, factor: spec.factors[side], scaledRow, weightRow, dweights };
}
