import type { WeightOperands } from './arithmetic';
import { programOf, type ProgramOperands } from './numpy';
import type { Frame, MasksSession } from './session.svelte';
import { factorOf, WIDTH } from './spec';

/** What the program for NumPy takes, but for what it prints. */
async function program(session: MasksSession, frame: Frame, layers: number): Promise<Pick<ProgramOperands, 'x' | 'matrices' | 'visible' | 'mistake' | 'penalty' | 'gain'>> {
  const names = Array.from({ length: layers }, (_, l) => ['wq', 'wk', 'wv'].map((name) => `${name}${l}`)).flat();
  const [x, ...matrices] = await Promise.all(['x', ...names].map((name) => session.read(name)));
  const { mistake, penalty, gain } = frame.plan.spec;
  return { x: x!, matrices, visible: frame.plan.cells, mistake, penalty, gain };
}

/** Reads back what made one weight of the first layer. */
export async function readWeight(session: MasksSession, frame: Frame, row: number, col: number): Promise<{ operands: WeightOperands; code: string }> {
  const { n, cells, spec } = frame.plan;
  const [q, k, maskedRow, weightRow, experiment] = await Promise.all([
    session.read('q', 'present', row * WIDTH, WIDTH),
    session.read('k', 'present', col * WIDTH, WIDTH),
    session.read(spec.mistake === 'after' ? 'scores' : 'masked', 'present', row * n, n),
    session.read('weights', 'present', row * n, n),
    program(session, frame, 1),
  ]);
  const operands = { col, q, k, factor: factorOf(spec.gain), mistake: spec.mistake, visible: cells.subarray(row * n, (row + 1) * n), maskedRow, weightRow };
  return { operands, code: programOf({ ...experiment, row, col, changed: null, shown: weightRow[col]! }) };
}

/** Reads back what made one cell of the leak map: output `row` as it was, and with token `col` changed. */
export async function readLeak(session: MasksSession, frame: Frame, row: number, col: number): Promise<{ before: Float32Array; after: Float32Array; shown: number; code: string }> {
  const { n, spec } = frame.plan;
  const [before, after, changed, leak, experiment] = await Promise.all([
    session.read('output', 'present', row * WIDTH, WIDTH),
    session.read('changedOutput', 'present', (col * n + row) * WIDTH, WIDTH),
    session.read('changed', 'present', (col * n + col) * WIDTH, WIDTH),
    session.read('leak', 'present', row * n + col, 1),
    program(session, frame, spec.layers),
  ]);
  return { before, after, shown: leak[0]!, code: programOf({ ...experiment, row, col, changed, shown: leak[0]! }) };
}
