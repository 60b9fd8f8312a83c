import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PROPERTIES, WHITE } from '../../../src/export/colours';
import { wrapped } from '../../../src/export/drawing';
import { barsScene, drawnScene, tableScene } from '../../../src/export/lists';
import { sceneToSvg, xmlText } from '../../../src/export/svg';
import { facesOf, fitted, REST } from '../../../src/ui/cube/geometry';
import { paintCube, writeAxes } from '../../../src/ui/cube/paint';
import { barsSubject, mapSubject, tableSubject } from '../../../src/ui/export/subjects';
import { only, parseXml, PENS } from './lib';

const about = { title: 't', description: 'd', link: 'l' };

test('the colours on white are the light theme’s', () => {
  const css = readFileSync(new URL('../../../src/ui/theme.css', import.meta.url), 'utf8');
  const root = css.slice(css.indexOf('\n:root {'), css.indexOf('}', css.indexOf('\n:root {')));
  for (const name of PROPERTIES.filter((property) => property !== '--paper')) {
    const value = new RegExp(`\\s${name}: (?:var\\(--light, )?(#[0-9a-f]{6})`).exec(root)?.[1];
    expect(WHITE[name], name).toBe(value);
  }
});

test('what XML has no place for is replaced, and the rest comes back as it was', () => {
  const hostile = 'a<b>&"\'\u0000\u000b\ud800\uffff 𝕏 注意 ‮';
  const [element] = parseXml(`<t a="${xmlText(hostile)}">${xmlText(hostile)}</t>`);
  expect(element!.text).toBe('a<b>&"\'\ufffd\ufffd\ufffd\ufffd 𝕏 注意 ‮');
  expect(element!.attributes.a).toBe(element!.text);
});

test('lines break between words, and between any two Chinese characters', () => {
  const wide = (line: string) => Array.from(line).length;
  expect(wrapped('one two three', 7, wide)).toEqual(['one two', 'three']);
  expect(wrapped('注意力权重', 2, wide)).toEqual(['注意', '力权', '重']);
  expect(wrapped('unbreakable', 3, wide)).toEqual(['unbreakable']);
});

test('the block is drawn by the page’s own painter, as shapes', () => {
  const extents = { x: 3, y: 2, z: 2 };
  const faces = facesOf(fitted(extents, REST, 400, 300, 20, [200, 150]));
  const scene = drawnScene(
    {
      kind: 'drawn', title: 'Block', width: 400, height: 300, data: { kind: 'arrays', arrays: [] },
      draw(context, colour, em) {
        const ink = { paper: colour('--paper'), ink: colour('--ink'), blank: colour('--masked-a'), stripe: colour('--masked-b') };
        paintCube(context, { faces, colourOf: () => [10, 20, 30], lit: null, blank: ({ x }) => x === 2, chosen: { x: 0, y: 0, z: 0 } }, ink);
        writeAxes(context, fitted(extents, REST, 400, 300, 20, [200, 150]), { x: 'feature', y: 'token', z: 'sentence' }, 400, em);
      },
    },
    PENS,
  );
  const filled = only(scene.items, 'path').filter(({ fill }) => fill);
  expect(filled).toHaveLength(faces.length);
  expect(filled.every(({ fill }) => /^#[0-9a-f]{6}$/.test(fill!))).toBe(true);
  const texts = parseXml(sceneToSvg(scene, about)).filter(({ name }) => name === 'text').map((element) => element.text);
  expect(texts).toEqual(expect.arrayContaining(['Block', 'feature', 'token', 'sentence']));
});

describe('subjects', () => {
  test('bars are as long as their values, with name and number as text', async () => {
    const figure = await barsSubject({ title: 'Row', name: ['row'], values: [0, 0.25, 1, -Infinity], nameOf: (i) => `key ${i}`, domain: [0, 1], format: String }).figure();
    if (figure.kind !== 'bars') throw new Error('Bars are bars.');
    const scene = barsScene(figure, PENS);
    expect(only(scene.items, 'rect').map(({ width }) => width)).toEqual([0.5, 80, 320, 320]);
    expect(only(scene.items, 'rect').at(-1)!.fill).toEqual({ hatch: 'masked' });
    expect(only(scene.items, 'text').map((item) => item.text)).toEqual(expect.arrayContaining(['key 1', '0.25']));
  });

  test('a table has its texts in the picture and its numbers in the data', async () => {
    const rows = () => [{ name: 'LayerNorm', values: [0.5, null], texts: ['0.50', '–'] }];
    const figure = await tableSubject({ title: 'Norms', name: ['norms'], columns: ['change', 'gap'], keys: ['change', 'gap'], rows }).figure();
    expect(figure.data).toEqual({ kind: 'table', columns: ['name', 'change', 'gap'], rows: [['LayerNorm', 0.5, NaN]] });
    if (figure.kind !== 'table') throw new Error('A table is a table.');
    expect(only(tableScene(figure, PENS).items, 'text').map((item) => item.text)).toEqual(expect.arrayContaining(['LayerNorm', '0.50', '–']));
  });

  test('a map keeps what was computed in its data, and hides in the picture what the mask hides', async () => {
    const scale = { palette: 'sequential', domain: [0, 1] } as const;
    const map = (values: number[]) => ({
      array: 'weights', rows: 1, cols: 2, axisWords: { query: '', key: '' }, scale,
      read: () => Promise.resolve(Float32Array.from(values)), hidden: () => Promise.resolve(Float32Array.of(0, -3.4028234663852886e38)),
    });
    const figure = await mapSubject({ title: 'W', name: ['w'], stack: 'weights', maps: [map([1, 0]), map([0.5, 0])], legend: { title: 'w', format: String, maskedWord: 'masked' } }).figure();
    if (figure.kind !== 'maps' || figure.data.kind !== 'arrays') throw new Error('A map is a map.');
    expect(figure.panels.map(({ layers }) => [...(layers[0]!.values as Float32Array)])).toEqual([[1, -Infinity], [0.5, -Infinity]]);
    expect(figure.data.arrays).toMatchObject([{ name: 'weights', shape: [2, 1, 2] }]);
    expect([...figure.data.arrays[0]!.data]).toEqual([1, 0, 0.5, 0]);
    expect(figure.legend!.maskedWord).toBe('masked');
  });

  test('numbers are not read before a file is asked for', () => {
    const subject = mapSubject({
      title: 'W', name: ['w'], maps: [{ array: 'w', rows: 100, cols: 10, axisWords: { query: '', key: '' }, scale: { palette: 'sequential', domain: [0, 1] }, read: () => Promise.reject(new Error('read')) }],
    });
    expect(subject.cells).toBe(1000);
  });
});
