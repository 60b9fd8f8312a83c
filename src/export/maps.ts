/** Heat-maps: cells as shapes, or a picture where they are many; labels, axis words, numbers, legend. Pure. */
import type { MapFigure, MapPanel } from '../ui/export/figure';
import { colLabels, LABEL_GAP, rowLabels } from '../ui/maps/axis-labels';
import { gridLayout } from '../ui/maps/grid';
import { heading, hatchesOf, legendPart, LINE, MARGIN, SIZE, textAt, wrapped, type Pens } from './drawing';
import { cellsOf, numbersOf, pictureOf, type Box } from './cells';
import { strokeOf } from './colours';
import type { Item, Scene } from './scene';

/** Up to so many cells on a side they are shapes; above, one picture. */
export const SHAPES_ALONG = 128;
/** Up to so many cells in the whole drawing they are shapes. */
export const SHAPES_IN_ALL = 65_536;

/** Largest side of a map that stands alone, and of one among few, with labels, and among many, without. */
const SIDE = { one: 620, few: 360, many: 170 } as const;
/** A cell needs no more than this. */
const LARGEST_CELL = 40;
/** Labels take no more than this. */
const MOST_LABEL = 120;
const GAP = 24;

/** A map's own size, and the room that its labels need around it. */
interface Placed {
  readonly panel: MapPanel;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly labels: { readonly rows: ReturnType<typeof rowLabels>; readonly cols: ReturnType<typeof colLabels> };
}

/** The drawing of one or several heat-maps with one legend. */
export function mapsScene(figure: MapFigure, pens: Pens): Scene {
  const { panels } = figure;
  const { ink, measure } = pens;
  const joined = panels.some(({ operator }) => operator);
  const labelled = panels.length <= 4 && !joined;
  const most = panels.length === 1 ? SIDE.one : labelled ? SIDE.few : SIDE.many;
  const shapes = panels.every(({ rows, cols }) => Math.max(rows, cols) <= SHAPES_ALONG) && panels.reduce((sum, { rows, cols }) => sum + rows * cols, 0) <= SHAPES_IN_ALL;
  const placed = panels.map((panel) => placedPanel(panel, most, labelled, shapes, pens));
  const cell = {
    left: Math.max(...placed.map(({ left }) => left)),
    top: Math.max(...placed.map(({ top }) => top)),
    width: Math.max(...placed.map(({ width, right }) => width + right)),
    height: Math.max(...placed.map(({ height }) => height)),
  };
  const gap = joined ? 76 : GAP;
  const columns = figure.columns ?? (joined ? panels.length : gridLayout({ count: panels.length, width: 900, minSize: cell.left + cell.width, gap }).columns);
  const inRow = Math.min(columns, panels.length);
  const inner = Math.max(inRow * (cell.left + cell.width) + (inRow - 1) * gap, 280);
  const noteLines = (panel: MapPanel) => (panel.notes ?? []).flatMap((note) => wrapped(note, cell.width, measure(SIZE.small)));
  const notesHeight = Math.max(0, ...panels.map((panel) => noteLines(panel).length)) * LINE * SIZE.small;
  const head = heading(figure, MARGIN, MARGIN, inner, pens);

  const items: Item[] = [...head.items];
  const rowHeight = cell.top + cell.height + notesHeight + GAP;
  placed.forEach((one, i) => {
    const x = MARGIN + (i % inRow) * (cell.left + cell.width + gap) + cell.left;
    // Maps that an operator joins stand on one line through their middles.
    const y = MARGIN + head.height + Math.floor(i / inRow) * rowHeight + cell.top + (joined ? Math.round((cell.height - one.height) / 2) : 0);
    const box = { x, y, width: one.width, height: one.height };
    items.push({ kind: 'group', name: one.panel.title ?? figure.title, items: drawPanel(one, box, one.top, shapes, pens) });
    if (one.panel.operator && i > 0) {
      const before = x - cell.left - gap - cell.width + placed[i - 1]!.width;
      items.push(textAt((before + x) / 2, y + one.height / 2, one.panel.operator, SIZE.text, ink['--ink'], { anchor: 'middle' }));
    }
    noteLines(one.panel).forEach((note, line) => items.push(textAt(x, y + one.height + 4 + (line + 0.5) * LINE * SIZE.small, note, SIZE.small, ink['--ink-2'])));
  });
  let bottom = MARGIN + head.height + Math.ceil(panels.length / inRow) * rowHeight - 8;
  let width = inner;
  if (figure.legend) {
    const legend = legendPart(figure.legend, MARGIN + cell.left, bottom, inner - cell.left, pens);
    items.push(...legend.items);
    bottom += legend.height;
    width = Math.max(width, cell.left + legend.width);
  }
  return { width: Math.ceil(width + 2 * MARGIN), height: Math.ceil(bottom + MARGIN), ground: ink['--paper'], hatches: hatchesOf(ink), items };
}

function placedPanel(panel: MapPanel, most: number, labelled: boolean, shapes: boolean, { measure }: Pens): Placed {
  const { rows, cols } = panel;
  // Cells are square unless the matrix is more than three times as long as it is wide, or the reverse.
  const aspect = Math.min(3, Math.max(1 / 3, rows / cols));
  let width = Math.min(most, LARGEST_CELL * Math.max(rows, cols)) * Math.min(1, 1 / aspect);
  // A picture's cells on whole pixels, where that is near enough.
  const whole = Math.max(1, Math.round(width / cols));
  if (!shapes && most === SIDE.one && whole * cols <= 1.7 * most) width = whole * cols;
  // Cells on whole pixels too, where there is room for that.
  if (shapes && width / cols >= 4) width = Math.floor(width / cols) * cols;
  width = Math.max(24, width);
  const height = width * aspect;
  const size = SIZE.text;
  const font = { fontSize: size, measure: measure(size), maxThickness: MOST_LABEL };
  const [rowTokens, colTokens] = labelled ? [panel.rowTokens ?? [], panel.colTokens ?? []] : [[], []];
  const labels = {
    rows: rowLabels({ ...font, tokens: rowTokens, first: 0, last: rows, length: height }),
    cols: colLabels({ ...font, tokens: colTokens, first: 0, last: cols, length: width }),
  };
  const words = panel.axisWords.query || panel.axisWords.key ? LINE * size : 0;
  const title = panel.title && most !== SIDE.one ? LINE * size + 2 : 0;
  const left = labels.rows.labels.length > 0 ? Math.max(labels.rows.thickness, measure(size)(panel.axisWords.query)) + LABEL_GAP + 2 : 0;
  return { panel, width, height, left, top: title + words + (labels.cols.thickness > 0 ? labels.cols.thickness + LABEL_GAP : 2), right: labels.cols.overhang, labels };
}

function drawPanel({ panel, labels }: Placed, box: Box, top: number, shapes: boolean, pens: Pens): Item[] {
  const { ink, palettes } = pens;
  const items: Item[] = [];
  const { x, y, width, height } = box;
  const size = SIZE.text;
  if (panel.title && top > 0) items.push(textAt(x, y - top + (LINE * size) / 2, panel.title, size, ink['--ink'], { bold: true }));
  if (shapes) items.push(...panel.layers.map((layer): Item => ({ kind: 'cells', name: layer.name ?? 'cells', rows: panel.rows, cols: panel.cols, cells: cellsOf(panel, layer, box, palettes) })));
  else items.push(pictureOf(panel, box, ink, palettes));
  for (const layer of panel.layers.slice(1)) {
    const at = x + ((layer.from ?? 0) / panel.cols) * width;
    items.push({ kind: 'path', d: `M${at} ${y}v${height}`, stroke: '#000000', strokeWidth: 3 }, { kind: 'path', d: `M${at} ${y}v${height}`, stroke: '#ffffff', strokeWidth: 1.5 });
  }
  for (const mark of panel.marks ?? []) {
    const [cellWidth, cellHeight] = [width / panel.cols, height / panel.rows];
    items.push({
      kind: 'rect', x: x + mark.col0 * cellWidth, y: y + mark.row0 * cellHeight, width: (mark.col1 - mark.col0) * cellWidth, height: (mark.row1 - mark.row0) * cellHeight,
      stroke: strokeOf(mark.hue, ink), strokeWidth: 2, ...(mark.dashed && { dash: '5 3' }),
    });
  }
  const numbers = shapes ? numbersOf(panel, box, SIZE.text * 0.8125, pens) : [];
  if (numbers.length > 0) items.push({ kind: 'group', name: 'numbers', items: numbers });
  if (labels.rows.labels.length > 0) {
    items.push({ kind: 'group', name: 'rows', items: labels.rows.labels.map(({ text, at }) => textAt(x - LABEL_GAP, y + at, text, size, ink['--ink-2'], { anchor: 'end' })) });
  }
  if (labels.cols.labels.length > 0) items.push({ kind: 'group', name: 'columns', items: labels.cols.labels.map(({ text, at }) => columnLabel(text, x + at, y, labels.cols.angle, ink['--ink-2'])) });
  const { query, key } = panel.axisWords;
  const above = y - (labels.cols.thickness > 0 ? labels.cols.thickness + LABEL_GAP : 2) - (LINE * size) / 2;
  if (labels.rows.labels.length > 0) {
    items.push(textAt(x - LABEL_GAP, y - 0.6 * size, query, size, ink['--q-ink'], { anchor: 'end' }), textAt(x, above, key, size, ink['--k-ink']));
  } else if (query || key) {
    items.push(textAt(x, above, query, size, ink['--q-ink']), textAt(x + pens.measure(size)(`${query}  `), above, key, size, ink['--k-ink']));
  }
  return items;
}

/** Level in the middle of its column, or turned around its first letter. */
function columnLabel(text: string, x: number, y: number, angle: 0 | 45 | 90, fill: string): Item {
  const size = SIZE.text;
  if (angle === 0) return textAt(x, y - LABEL_GAP - size / 2, text, size, fill, { anchor: 'middle' });
  if (angle === 45) return { kind: 'text', x: x + 0.2 * size, y: y - LABEL_GAP, text, size, fill, angle };
  return { kind: 'text', x: x + 0.35 * size, y: y - LABEL_GAP, text, size, fill, angle };
}
