import type { CellOperands, OutputOperands } from './arithmetic';
import type { Frame, WorkbenchSession } from './session.svelte';

/** Reads back what made one cell of the present frame; null where the file holds weights only. */
export async function readOperands(session: WorkbenchSession, frame: Frame, row: number, col: number): Promise<(CellOperands & { readonly keys: Float32Array | null; readonly scoreRow: Float32Array }) | null> {
  const { present: plan } = frame.plan;
  if (!frame.drawable('scores')) return null;
  const { head, m, n, headDim } = plan;
  const rowOf = (name: string) => session.read(name, 'present', (head * m + row) * n, n);
  const hasQueries = frame.drawable('q') !== null;
  const [scoreRow, maskedRow, weightRow, q, keys] = await Promise.all([
    rowOf('scores'),
    rowOf('masked'),
    rowOf('weights'),
    hasQueries ? session.read('q', 'present', (head * m + row) * headDim, headDim) : null,
    hasQueries ? session.read('k', 'present', head * n * headDim, n * headDim) : null,
  ]);
  return {
    row, col, q, keys, scoreRow, maskedRow, weightRow,
    k: keys?.subarray(col * headDim, (col + 1) * headDim) ?? null,
    score: scoreRow[col]!,
    factor: plan.spec.factor,
  };
}

/** Reads back what made component `dimension` of a row of the present frame's output; null where it has no such component. */
export async function readOutputOperands(session: WorkbenchSession, frame: Frame, row: number, dimension: number): Promise<OutputOperands | null> {
  const { head, m, n } = frame.plan.present;
  const width = frame.drawable('output')?.shape.at(-1) ?? 0;
  if (dimension >= width) return null;
  const [weightRow, values, [output]] = await Promise.all([
    session.read('weights', 'present', (head * m + row) * n, n),
    session.read('v', 'present', head * n * width, n * width),
    session.read('output', 'present', (head * m + row) * width + dimension, 1),
  ]);
  return { weightRow, column: Float32Array.from({ length: n }, (_, j) => values[j * width + dimension]!), output: output! };
}
