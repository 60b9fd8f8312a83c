/** The workbench's maps for export: the stage with its comparison, all heads, the strip, the output after W_O. */
import type { ExportSubject } from '../../ui/export/figure';
import { STAGES, type StageName } from './params';
import type { Frame } from './session.svelte';
import { FILE_NAMES, LONG, settingNames, shapeOf, SHORT, type Surroundings } from './stages';

/** The map on the stage, with A and B side by side, or their difference, as the page shows them. */
export function stageSubject(around: Surroundings, frame: Frame, stage: StageName): ExportSubject {
  const { session, t } = around;
  const { head } = frame.plan.present;
  const { rows, cols } = shapeOf(frame, stage)!;
  const compared = frame.plan.pinned && shapeOf(frame, stage, 'pinned');
  const differs = compared?.rows === rows && compared.cols === cols && session.values.difference;
  const title = `${t(LONG[stage])} · ${t('headName', { n: head })}`;
  return {
    title,
    name: [FILE_NAMES[stage], ...(differs ? ['difference'] : compared ? ['compared'] : []), `head-${head}`],
    settings: settingNames(frame, session.values),
    cells: rows * cols + (compared ? compared.rows * compared.cols : 0),
    figure: async () => (await import('./figures')).stageFigure(around, stage, title),
  };
}

/** All heads of a stage on one scale. `notesOf`: lines beneath a head. */
export function headsSubject(around: Surroundings, frame: Frame, stage: StageName, notesOf: (head: number) => readonly string[]): ExportSubject {
  const { session, t } = around;
  const { heads, rows, cols } = shapeOf(frame, stage)!;
  const title = `${t('allHeads')} · ${t(SHORT[stage])}`;
  return {
    title, name: [FILE_NAMES[stage], `heads-${heads}`], settings: settingNames(frame, session.values), cells: heads * rows * cols,
    figure: async () => (await import('./figures')).headsFigure(around, stage, title, notesOf),
  };
}

/** The weights of all layers and heads on one scale, layers down, heads across. `notesOf`: lines beneath a map. */
export function layersSubject(around: Surroundings, frame: Frame, notesOf: (map: number) => readonly string[]): ExportSubject {
  const { session, t } = around;
  const { layers, heads } = frame.plan.layers!;
  const { rows, cols } = shapeOf(frame, 'weights', 'layers')!;
  const title = `${t('allLayers')} · ${t(SHORT.weights)}`;
  return {
    title, name: [FILE_NAMES.weights, `layers-${layers}`, `heads-${heads}`], settings: settingNames(frame, session.values), cells: layers * heads * rows * cols,
    figure: async () => (await import('./figures')).layersFigure(around, title, notesOf),
  };
}

/** The five stages of the chosen head in the formula's order, with the operators between them. */
export function stripSubject(around: Surroundings, frame: Frame, operators: readonly string[]): ExportSubject {
  const { session, t } = around;
  const { head } = frame.plan.present;
  const stages = STAGES.filter((stage) => frame.drawable(stage));
  const title = `${stages.map((stage) => t(SHORT[stage])).join(' → ')} · ${t('headName', { n: head })}`;
  return {
    title, name: ['attention-stages', `head-${head}`], settings: settingNames(frame, session.values),
    cells: stages.reduce((sum, stage) => sum + shapeOf(frame, stage)!.rows * shapeOf(frame, stage)!.cols, 0),
    figure: async () => (await import('./figures')).stripFigure(around, stages, title, operators),
  };
}

/** The output after W_O [n, d_model]: all heads together. */
export function projectedSubject(around: Surroundings, frame: Frame): ExportSubject {
  const { session, t } = around;
  const [rows, cols] = frame.drawable('projected')!.shape as [number, number];
  const title = t('projected');
  return {
    title, name: ['projected-output'], settings: settingNames(frame, session.values), cells: rows * cols,
    figure: async () => (await import('./figures')).projectedFigure(around, title),
  };
}
