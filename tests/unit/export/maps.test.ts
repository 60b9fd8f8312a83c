import { describe, expect, test } from 'vitest';
import { mapsScene } from '../../../src/export/maps';
import { sceneToSvg } from '../../../src/export/svg';
import { WHITE } from '../../../src/export/colours';
import type { MapFigure, MapPanel } from '../../../src/ui/export/figure';
import { colourOf, paletteTables } from '../../../src/ui/maps/palettes';
import { only, parseXml, PENS } from './lib';

const scale = { palette: 'sequential', domain: [0, 1] } as const;
const about = { title: 'Weights & <more>', description: 'Link: https://example.org/#/?a=1&b=2', link: 'https://example.org/#/?a=1&b=2' };

/** Seeded numbers in [0, 1), as float32. */
const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32);

function figureOf(rows: number, cols: number, more: Partial<MapPanel> = {}): MapFigure {
  const values = numbers(rows * cols);
  return {
    kind: 'maps', title: 'Weights', legend: { title: 'weight', scale, format: String, maskedWord: 'masked' },
    panels: [{ rows, cols, axisWords: { query: 'query ↓', key: 'key →' }, scale, layers: [{ values }], ...more }],
    data: { kind: 'arrays', arrays: [] },
  };
}

describe('a heat-map', () => {
  const tokens = ['The', '猫', '<&>"', 'a\u0001b', '␣it'];

  test('is one rectangle for each cell, in the palette’s colours, with the number behind it', () => {
    const figure = figureOf(5, 5, { rowTokens: tokens, colTokens: tokens });
    const [{ cells }] = only(mapsScene(figure, PENS).items, 'cells') as [Extract<ReturnType<typeof only<'cells'>>[number], object>];
    const values = figure.panels[0]!.layers[0]!.values;
    expect(cells).toHaveLength(25);
    cells.forEach((cell, index) => {
      expect([cell.row, cell.col]).toEqual([Math.floor(index / 5), index % 5]);
      expect(Math.fround(Number(cell.value))).toBe(values[index]);
      const [r, g, b] = colourOf(values[index]!, scale, paletteTables());
      expect(cell.fill).toBe(`#${[r, g, b].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
    });
  });

  test('as SVG is well-formed, with every token as text and the link in its metadata', () => {
    const elements = parseXml(sceneToSvg(mapsScene(figureOf(5, 5, { rowTokens: tokens, colTokens: tokens }), PENS), about));
    const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
    for (const token of ['The', '猫', '<&>"', 'a⟨1⟩b', '␣it']) expect(texts.filter((text) => text === token), token).toHaveLength(2);
    expect(texts).toContain('query ↓');
    expect(elements.find(({ name }) => name === 'title')!.text).toBe(about.title);
    expect(elements.find(({ name }) => name === 'desc')!.text).toBe(about.description);
    expect(elements.find(({ name }) => name === 'dc:source')!.text).toBe(about.link);
    expect(elements.filter(({ attributes }) => 'data-value' in attributes)).toHaveLength(25);
    expect(elements[0]!.attributes['font-family']).toContain("'Noto Sans CJK SC'");
  });

  test('hatches cells that are none and those that are not a number, and writes no number into them', () => {
    const values = Float32Array.of(0.5, -Infinity, NaN, -3.4028234663852886e38);
    const scene = mapsScene(figureOf(2, 2, { layers: [{ values }], format: (value) => value.toFixed(2) }), PENS);
    expect(only(scene.items, 'cells')[0]!.cells.map(({ fill, value }) => [fill, value])).toEqual([
      [expect.stringMatching(/^#/), '0.5'], [{ hatch: 'masked' }, 'masked'], [{ hatch: 'nan' }, 'NaN'], [{ hatch: 'masked' }, 'masked'],
    ]);
    expect(only(scene.items, 'text').filter(({ text }) => text === '0.50')).toHaveLength(1);
  });

  test('writes all of the numbers or none', () => {
    const long = (value: number) => (value > 0.9 ? '0.123456789' : '0');
    const values = Float32Array.of(0.1, 0.95, 0.2, 0.3);
    expect(only(mapsScene(figureOf(2, 2, { layers: [{ values }], format: long }), PENS).items, 'text').filter(({ text }) => text === '0')).toHaveLength(1); // the legend's
  });

  test('is divided by a wipe at the very column, cells cut and all', () => {
    const [a, b] = [numbers(16), numbers(16).map((value) => 1 - value)];
    const [left, right] = only(mapsScene(figureOf(4, 4, { layers: [{ values: a, name: 'A', to: 2.5 }, { values: b, name: 'B', from: 2.5 }] }), PENS).items, 'cells');
    expect(left!.cells.filter(({ row }) => row === 0).map(({ col }) => col)).toEqual([0, 1, 2]);
    expect(right!.cells.filter(({ row }) => row === 0).map(({ col }) => col)).toEqual([2, 3]);
    const cut = left!.cells[2]!;
    expect(right!.cells[0]!.x).toBeCloseTo(cut.x + cut.width, 6);
  });

  test.each([[128, 1], [129, 0]])('of %i keys is %i time shapes, else a picture with the axes as text', (n, shapes) => {
    const figure = figureOf(n, n, { rowTokens: Array.from({ length: n }, (_, i) => String(i)), colTokens: Array.from({ length: n }, (_, i) => String(i)) });
    const scene = mapsScene(figure, PENS);
    expect(only(scene.items, 'cells')).toHaveLength(shapes);
    const images = only(scene.items, 'image');
    expect(images).toHaveLength(1 - shapes);
    expect(only(scene.items, 'text').some(({ text }) => text === '20')).toBe(true);
    const elements = parseXml(sceneToSvg(scene, about));
    expect(elements.filter(({ name }) => name === 'image')).toHaveLength(1 - shapes);
    if (!images[0]) return;
    // One pixel for each cell, in its own colour.
    expect([images[0].columns, images[0].rows]).toEqual([n, n]);
    const values = figure.panels[0]!.layers[0]!.values;
    for (const at of [0, 1, n, n * n - 1]) expect([...images[0].rgba.subarray(4 * at, 4 * at + 4)]).toEqual([...colourOf(values[at]!, scale, paletteTables())]);
  });

  test('many keep inside the drawing and apart from each other', () => {
    const panel = figureOf(6, 6).panels[0]!;
    const scene = mapsScene({ ...figureOf(6, 6), panels: Array.from({ length: 11 }, (_, i) => ({ ...panel, title: `head ${i}`, notes: [`H ${i}`] })) }, PENS);
    const boxes = only(scene.items, 'cells').map(({ cells }) => ({ x0: cells[0]!.x, y0: cells[0]!.y, x1: cells.at(-1)!.x + cells.at(-1)!.width, y1: cells.at(-1)!.y + cells.at(-1)!.height }));
    expect(boxes).toHaveLength(11);
    boxes.forEach((one, i) => {
      expect(one.x0 >= 0 && one.y0 >= 0 && one.x1 <= scene.width && one.y1 <= scene.height).toBe(true);
      for (const other of boxes.slice(i + 1)) expect(one.x1 < other.x0 || other.x1 < one.x0 || one.y1 < other.y0 || other.y1 < one.y0).toBe(true);
    });
    for (const { x, y, text } of only(scene.items, 'text')) expect(x >= 0 && y > 0 && x <= scene.width && y <= scene.height, text).toBe(true);
  });

  test('stands on the ground that was chosen', () => {
    const dark = mapsScene(figureOf(2, 2), { ...PENS, ink: { ...WHITE, '--paper': '#15171b', '--masked-a': '#22252a' } });
    expect(dark.ground).toBe('#15171b');
    expect(dark.hatches.masked[1]).toBe('#22252a');
  });
});
