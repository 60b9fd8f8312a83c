/** The workbench's figures for export, read from the session: loaded when somebody asks for one. */
import { showToken } from '../../text/display';
import type { FigureArray, MapFigure, MapLegend, MapPanel } from '../../ui/export/figure';
import { differenceOf, hasHidden, rangeOf, withInfinities, withoutHidden } from '../../ui/export/values';
import { formatCompact, formatNumber } from '../../ui/format';
import type { MapScale } from '../../ui/maps/types';
import { scaleOf } from './drawing';
import { STAGES, type StageName } from './params';
import type { Frame, WorkbenchSession } from './session.svelte';
import { shapeOf, SHORT, type Surroundings } from './stages';
import type { Say } from './words';

/** The frame on screen once everything changed so far is drawn. */
async function present(session: WorkbenchSession): Promise<Frame> {
  await session.settled();
  if (!session.frame) throw new Error('The experiment is not ready yet.');
  return session.frame;
}

/** One head's numbers of a stage: as computed, and as the map shows them, without what the mask hides. */
async function headOf(session: WorkbenchSession, frame: Frame, stage: StageName, head: number, slot = 'present'): Promise<{ raw: Float32Array; shown: Float32Array }> {
  const { rows, cols } = shapeOf(frame, stage, slot)!;
  const raw = withInfinities(await session.read(stage, slot, head * rows * cols, rows * cols));
  const masked = stage === 'weights' && frame.drawable('masked', slot) ? await session.read('masked', slot, head * rows * cols, rows * cols) : null;
  return { raw, shown: withoutHidden(raw, masked) };
}

/** Token labels of a stage; plain indices where the source has no tokens. */
function tokensOf({ session }: Surroundings, frame: Frame, stage: StageName, rows: number, cols: number): { rowTokens: string[]; colTokens: string[] } {
  const names = (tokens: readonly string[] | null, count: number) =>
    tokens?.map((token) => showToken(token, session.values.source === 'mine')) ?? Array.from({ length: count }, (_, index) => String(index));
  return { rowTokens: names(frame.plan.present.queryTokens, rows), colTokens: names(stage === 'output' ? null : frame.plan.present.keyTokens, cols) };
}

const axisWordsOf = (t: Say, stage: StageName) => ({ query: t('query'), key: t(stage === 'output' ? 'dimension' : 'key') });

function legendOf({ t, locale }: Surroundings, title: string, scale: MapScale, values: readonly ArrayLike<number>[]): MapLegend {
  const format = (value: number) => formatCompact(value, { locale });
  const range = rangeOf(values);
  return {
    title, scale, format,
    notes: [...(range ? [t('rangeText', { low: format(range[0]), high: format(range[1]) })] : []), ...(scale.root ? [t('rootWord')] : [])],
    ...(values.some(hasHidden) && { maskedWord: t('maskedWord') }),
  };
}

/** The map on the stage: alone, beside A, or as the difference from A. */
export async function stageFigure(around: Surroundings, stage: StageName, title: string): Promise<MapFigure> {
  const { session, t, locale } = around;
  const frame = await present(session);
  const { head } = frame.plan.present;
  const { rows, cols } = shapeOf(frame, stage)!;
  const compared = frame.plan.pinned && shapeOf(frame, stage, 'pinned');
  const alike = compared?.rows === rows && compared.cols === cols;
  const own = await headOf(session, frame, stage, head);
  const other = compared ? await headOf(session, frame, stage, Math.min(head, compared.heads - 1), 'pinned') : null;
  const difference = other && alike && session.values.difference ? differenceOf(own.shown, other.shown) : null;

  const base = scaleOf(stage, around.colouring);
  const limit = stage === 'weights' ? 1 : base.domain[1];
  const scale: MapScale = difference ? { palette: 'difference', domain: [-limit, limit] } : base;
  const split = (session.values.wipe / 100) * cols;
  const sides = other && alike ? [{ values: other.shown, name: 'A', to: split }, { values: own.shown, name: 'B', from: split }] : [{ values: own.shown }];
  const tokens = tokensOf(around, frame, stage, rows, cols);
  const panel: MapPanel = {
    rows, cols, ...tokens, axisWords: axisWordsOf(t, stage), scale, layers: difference ? [{ values: difference }] : sides,
    format: (value) => formatNumber(value, { locale, scientific: false }),
  };
  // A of another shape has its own cells: it stands beside B then.
  const panels: MapPanel[] =
    other && !alike
      ? [{ title: t('settingA'), rows: compared!.rows, cols: compared!.cols, axisWords: panel.axisWords, scale, layers: [{ values: other.shown }] }, { ...panel, title: t('settingB') }]
      : [panel];
  const array = (name: string, data: Float32Array, of: { rows: number; cols: number } = { rows, cols }): FigureArray => ({
    name, shape: [of.rows, of.cols], data, ...(of.rows === rows && of.cols === cols && { labels: [tokens.rowTokens, tokens.colTokens] }),
  });
  return {
    kind: 'maps', title, panels,
    legend: legendOf(around, difference ? t('difference') : t(SHORT[stage]), scale, panels.flatMap(({ layers }) => layers.map(({ values }) => values))),
    data: {
      kind: 'arrays',
      arrays: other
        ? [array(`${stage}_A`, other.raw, compared!), array(`${stage}_B`, own.raw), ...(difference ? [array('difference', difference)] : [])]
        : [array(stage, own.raw)],
    },
  };
}

/** All heads of a stage. */
export async function headsFigure(around: Surroundings, stage: StageName, title: string, notesOf: (head: number) => readonly string[]): Promise<MapFigure> {
  const { session, t } = around;
  const frame = await present(session);
  const { heads, rows, cols } = shapeOf(frame, stage)!;
  const raw = withInfinities(await session.read(stage));
  const shown = withoutHidden(raw, stage === 'weights' && frame.drawable('masked') ? await session.read('masked') : null);
  const scale = scaleOf(stage, around.colouring);
  const { rowTokens, colTokens } = tokensOf(around, frame, stage, rows, cols);
  const numbers = Array.from({ length: heads }, (_, head) => String(head));
  const panels = numbers.map((_, head): MapPanel => ({
    title: t('headName', { n: head }), notes: notesOf(head), rows, cols, rowTokens, colTokens, axisWords: axisWordsOf(t, stage), scale,
    layers: [{ values: shown.subarray(head * rows * cols, (head + 1) * rows * cols) }],
  }));
  return {
    kind: 'maps', title, panels, legend: legendOf(around, t(SHORT[stage]), scale, [shown]),
    data: { kind: 'arrays', arrays: [{ name: stage, shape: [heads, rows, cols], data: raw, labels: [numbers, rowTokens, colTokens] }] },
  };
}

/** The weights of every layer and head: a row of maps for each layer. */
export async function layersFigure(around: Surroundings, title: string, notesOf: (map: number) => readonly string[]): Promise<MapFigure> {
  const { session, t } = around;
  const frame = await present(session);
  const plan = frame.plan.layers;
  const shape = shapeOf(frame, 'weights', 'layers');
  if (!plan || !shape) throw new Error(t('layersGone'));
  const { rows, cols } = shape;
  const raw = await session.read('weights', 'layers');
  const shown = withoutHidden(raw, frame.drawable('masked', 'layers') ? await session.read('masked', 'layers') : null);
  const scale = scaleOf('weights', around.colouring);
  const { rowTokens, colTokens } = tokensOf(around, frame, 'weights', rows, cols);
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
  const panels = numbers(plan.layers * plan.heads).map((_, map): MapPanel => ({
    title: t('layerHead', { layer: Math.floor(map / plan.heads), head: map % plan.heads }), notes: notesOf(map),
    rows, cols, rowTokens, colTokens, axisWords: axisWordsOf(t, 'weights'), scale, layers: [{ values: shown.subarray(map * rows * cols, (map + 1) * rows * cols) }],
  }));
  return {
    kind: 'maps', title, panels, columns: plan.heads, legend: legendOf(around, t(SHORT.weights), scale, [shown]),
    data: { kind: 'arrays', arrays: [{ name: 'weights', shape: [plan.layers, plan.heads, rows, cols], data: raw, labels: [numbers(plan.layers), numbers(plan.heads), rowTokens, colTokens] }] },
  };
}

/** Some stages of the chosen head in a row. */
export async function stripFigure(around: Surroundings, stages: readonly StageName[], title: string, operators: readonly string[]): Promise<MapFigure> {
  const { session, t } = around;
  const frame = await present(session);
  const { head } = frame.plan.present;
  const read = await Promise.all(stages.map(async (stage) => ({ stage, ...shapeOf(frame, stage)!, ...(await headOf(session, frame, stage, head)) })));
  return {
    kind: 'maps', title, columns: stages.length,
    panels: read.map(({ stage, rows, cols, shown }, at) => ({
      title: t(SHORT[stage]), rows, cols, axisWords: axisWordsOf(t, stage), scale: scaleOf(stage, around.colouring), layers: [{ values: shown }],
      ...(at > 0 && { operator: operators[STAGES.indexOf(stage) - 1] }),
    })),
    data: {
      kind: 'arrays',
      arrays: read.map(({ stage, rows, cols, raw }) => {
        const { rowTokens, colTokens } = tokensOf(around, frame, stage, rows, cols);
        return { name: stage, shape: [rows, cols], data: raw, labels: [rowTokens, colTokens] };
      }),
    },
  };
}

/** The output after W_O. */
export async function projectedFigure(around: Surroundings, title: string): Promise<MapFigure> {
  const { session, t } = around;
  const frame = await present(session);
  const drawable = frame.drawable('projected');
  if (!drawable) throw new Error('This source has no output after W_O.');
  const [rows, cols] = drawable.shape as [number, number];
  const data = await session.read('projected');
  const scale = scaleOf('output', around.colouring);
  const { rowTokens } = tokensOf(around, frame, 'output', rows, cols);
  return {
    kind: 'maps', title, legend: legendOf(around, t('cellValue'), scale, [data]),
    panels: [{ rows, cols, rowTokens, axisWords: axisWordsOf(t, 'output'), scale, layers: [{ values: data }] }],
    data: { kind: 'arrays', arrays: [{ name: 'projected', shape: [rows, cols], data, labels: [rowTokens, null] }] },
  };
}
