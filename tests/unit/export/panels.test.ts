import { describe, expect, test } from 'vitest';
import { metersScene, sumScene } from '../../../src/export/panels';
import { drawnScene } from '../../../src/export/lists';
import { sceneToSvg } from '../../../src/export/svg';
import type { MetersFigure, SumFigure } from '../../../src/ui/export/figure';
import { metersSubject, sumSubject } from '../../../src/ui/export/panels';
import { qrSubject } from '../../../src/ui/export/qr';
import { qrCode, QUIET } from '../../../src/ui/instruments/qr';
import { flat, only, parseXml, PENS } from './lib';

const about = { title: 't', description: 'd', link: 'l' };
const textsOf = (scene: Parameters<typeof sceneToSvg>[0]) => parseXml(sceneToSvg(scene, about)).filter(({ name }) => name === 'text').map(({ text }) => text);

describe('instruments', () => {
  const groups = () => [
    {
      heading: 'Scores',
      readings: [
        { key: 'variance', label: 'variance', value: 10, domain: [0.1, 1000] as const, scale: 'log' as const, mark: { value: 1, label: 'd_k = 1' } },
        { key: 'entropy', label: 'entropy', value: null, unit: 'nats', domain: [0, 2] as const },
        { key: 'beyond', label: 'beyond', value: 3, domain: [0, 2] as const, tone: 'warn' as const },
      ],
    },
    { readings: [{ key: 'time_softmax', label: 'softmax', value: 0.25, unit: 'ms' }] },
  ];
  const figure = async () => (await metersSubject({ title: 'Meters', name: ['meters'], missing: 'n/a', groups }).figure()) as MetersFigure;

  test('are a table of quantity, value and what theory expects', async () => {
    expect((await figure()).data).toEqual({
      kind: 'table', columns: ['quantity', 'name', 'value', 'expected', 'unit'],
      rows: [['variance', 'variance', 10, 1, ''], ['entropy', 'entropy', NaN, NaN, 'nats'], ['beyond', 'beyond', 3, NaN, ''], ['time_softmax', 'softmax', 0.25, NaN, 'ms']],
    });
  });

  test('stand on their scales, with the texts of the page', async () => {
    const scene = metersScene(await figure(), PENS);
    expect(textsOf(scene)).toEqual(['Meters', 'Scores', 'variance', '10.00', 'd_k = 1', 'entropy', 'n/a', 'beyond', '3.00', 'softmax', '0.25 ms']);
    const part = (name: string) => flat(scene.items).filter((item) => item.kind === 'group').find((group) => group.name === name)!.items;
    const [rail, fill, needle] = only(part('variance'), 'rect');
    expect(fill!.width).toBeCloseTo(rail!.width / 2); // 10 is half way from 0.1 to 1000
    expect(needle!.x + needle!.width / 2).toBeCloseTo(rail!.x + rail!.width / 2);
    expect(only(part('variance'), 'path')[0]!.d).toBe(`M${rail!.x + rail!.width / 4} ${rail!.y - 6}v14`);
    expect(only(part('entropy'), 'rect')).toHaveLength(1); // the scale without a reading
    expect(only(part('beyond'), 'path')).toHaveLength(1); // an arrow at its end
    expect(only(part('softmax'), 'rect')).toEqual([]);
    for (const item of only(scene.items, 'text')) expect(item.x).toBeLessThanOrEqual(scene.width);
  });
});

describe('a number taken apart', () => {
  const values = [1, -0.5, -Infinity];
  const subject = (count = values.length) =>
    sumSubject({
      title: 'weight: 0.5', name: ['why'], format: (value) => value.toFixed(2),
      groups: [{
        heading: 'The products', bars: { values: Array.from({ length: count }, (_, i) => values[i % 3]!), nameOf: (i) => `key ${i}`, locked: 1 },
        steps: [{ text: 'their sum', value: '0.50', note: 'a note' }, { text: 'weight', value: '0.50', result: true }],
      }],
      parts: [{ part: 'q', values: [1, 2] }, { part: 'masked_row', values: Float32Array.of(1, -3.4028234663852886e38), nameOf: (j) => `key ${j}` }, { part: 'score', values: 0.5 }],
    });

  test('has every operand, term and result in one table; a masked score is −∞', async () => {
    expect(subject().cells).toBe(5);
    expect((await subject().figure()).data).toEqual({
      kind: 'table', columns: ['part', 'index', 'name', 'value'],
      rows: [['q', 0, '', 1], ['q', 1, '', 2], ['masked_row', 0, 'key 0', 1], ['masked_row', 1, 'key 1', -Infinity], ['score', 0, '', 0.5]],
    });
  });

  test('writes few operands line by line, and draws many as columns', async () => {
    const few = sumScene((await subject().figure()) as SumFigure, PENS);
    expect(textsOf(few)).toEqual(['weight: 0.5', 'The products', 'key 0', '1.00', 'key 1', '-0.50', 'key 2', '−∞', '0.50', 'their sum', 'a note', '0.50', 'weight']);
    const [plus, minus, hidden] = only(few.items, 'rect');
    expect(minus!.width).toBeCloseTo(plus!.width / 2);
    expect(minus!.x + minus!.width).toBeCloseTo(plus!.x);
    expect(hidden!.fill).toEqual({ hatch: 'masked' });
    const many = sumScene((await subject(60).figure()) as SumFigure, PENS);
    expect(textsOf(many)).toEqual(['weight: 0.5', 'The products', '1.00', '-0.50', '0', '0.50', 'their sum', 'a note', '0.50', 'weight']);
    expect(only(many.items, 'rect').filter(({ fill }) => fill)).toHaveLength(60);
    for (const scene of [few, many]) for (const item of only(scene.items, 'text')) expect(item.y).toBeLessThanOrEqual(scene.height);
  });
});

test('a QR code is black on white with four white modules around it, and its numbers are its modules', async () => {
  const code = qrCode('https://example.org/#/lesson/abc')!;
  const figure = await qrSubject({ code, title: 'Lesson', name: ['lesson'] }).figure();
  if (figure.kind !== 'drawn' || figure.data.kind !== 'arrays') throw new Error('A QR code is drawn.');
  const [{ data, shape }] = figure.data.arrays as [(typeof figure.data.arrays)[number]];
  expect(shape).toEqual([code.size, code.size]);
  expect([...data.slice(0, 8)]).toEqual([1, 1, 1, 1, 1, 1, 1, 0]); // the finder pattern's upper edge
  const [ground, modules, ...more] = only(drawnScene(figure, PENS).items, 'path');
  expect([ground!.fill, modules!.fill, more]).toEqual(['#ffffff', '#000000', []]);
  const module = figure.width / (code.size + 2 * QUIET);
  const runs = modules!.d.split('Z').slice(0, -1);
  expect(runs[0]).toBe(`M${4 * module} ${4 * module}L${11 * module} ${4 * module}L${11 * module} ${5 * module}L${4 * module} ${5 * module}`);
  expect(runs.length).toBe(code.runs.length);
  expect([modules!.x! % 1, modules!.y! % 1]).toEqual([0, 0]);
});
