import { describe, expect, it } from 'vitest';
import type { MaskSpec, Ops, Tensor } from '../../src/ops';
import { evenSegments, MASK_PRESETS, maskCells, packBitmap, presetRule, unpackBitmap, visible, type MaskRule } from '../../src/reference/mask';
import { isMasked, MASKED } from '../../src/reference/softmax';
import { backends, testNormals } from './lib/backends';

const shapes: [batch: number, m: number, n: number][] = [
  [1, 1, 1], [1, 15, 17], [1, 16, 16], [2, 16, 17], [3, 7, 33], [2, 33, 7], [1, 1, 65], [2, 64, 64], [2, 5, 48], [1, 50, 32],
];

const painted = (m: number, n: number) => packBitmap(Array.from(testNormals(m * n, 7), (value) => value > 0));

/** Every preset, and what only a combination can get wrong. */
const rules: [name: string, rule: (m: number, n: number) => MaskRule][] = [
  ...MASK_PRESETS.map((preset): [string, (m: number, n: number) => MaskRule] => [
    preset,
    (m, n) => presetRule(preset, { window: 3, prefix: 4, validKeys: Math.max(0, n - 3), segments: evenSegments(n, 3), bitmap: painted(m, n) }),
  ]),
  ['window without causal', () => ({ window: 2 })],
  ['prefix without causal', () => ({ prefix: 2 })],
  ['causal, window, prefix and padding', (_m, n) => ({ causal: true, window: 2, prefix: 2, validKeys: n - 1 })],
  ['causal and blocks', (_m, n) => ({ causal: true, segments: evenSegments(n, 2) })],
  ['causal and painted', (m, n) => ({ causal: true, bitmap: painted(m, n) })],
  ['all padding', () => ({ validKeys: 0 })],
  ['numbers beyond n', () => ({ causal: true, window: 1000, prefix: 0, validKeys: 1000 })],
];

function specOf<T extends Tensor>(ops: Ops<T>, { segments, bitmap, ...rest }: MaskRule): MaskSpec<T> {
  return {
    ...rest,
    ...(segments && { segments: ops.tensor(Uint32Array.from(segments), [segments.length]) }),
    ...(bitmap && { bitmap: ops.tensor(bitmap, [bitmap.length]) }),
  };
}

describe.each(rules)('mask %s', (_name, ruleOf) => {
  it.each(shapes.filter(([, m, n]) => m <= n || !ruleOf(m, n).segments))('equals its twin at %i × %i × %i', async (batch, m, n) => {
    const { device, reference } = await backends();
    const rule = ruleOf(m, n);
    const x = testNormals(batch * m * n, m + n);
    const actual = await device.read(device.mask(device.tensor(x, [batch, m, n]), specOf(device, rule)));
    const expected = await reference.read(reference.mask(reference.tensor(x, [batch, m, n]), specOf(reference, rule)));
    // Cells are copied or replaced, so there is no tolerance.
    expect(actual).toEqual(expected);
    expect([...actual.subarray(0, m * n)].map((score) => Number(!isMasked(score)))).toEqual([...maskCells(rule, m, n)]);
  });
});

describe('masks by hand', () => {
  const drawn = (rule: MaskRule, m: number, n: number) =>
    Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => (visible(rule, i, j, m, n) ? '#' : '.')).join(''));

  it('draws what the presets promise', () => {
    expect(drawn({ causal: true }, 3, 3)).toEqual(['#..', '##.', '###']);
    expect(drawn({ causal: true, validKeys: 2 }, 3, 3)).toEqual(['#..', '##.', '##.']);
    expect(drawn({ causal: true, window: 2 }, 4, 4)).toEqual(['#...', '##..', '.##.', '..##']);
    expect(drawn({ window: 2 }, 4, 4)).toEqual(['##..', '###.', '.###', '..##']);
    expect(drawn({ causal: true, prefix: 2 }, 4, 4)).toEqual(['##..', '##..', '###.', '####']);
    expect(drawn({ segments: [0, 0, 1, 1] }, 4, 4)).toEqual(['##..', '##..', '..##', '..##']);
    expect(drawn({ causal: true, window: 1, prefix: 1 }, 4, 4)).toEqual(['#...', '##..', '#.#.', '#..#']);
  });

  it('takes the queries as the last positions when there are more keys, as the first ones when there are fewer', () => {
    expect(drawn({ causal: true }, 2, 4)).toEqual(['###.', '####']);
    expect(drawn({ causal: true, window: 2 }, 2, 4)).toEqual(['.##.', '..##']);
    expect(drawn({ segments: [0, 0, 1, 1] }, 1, 4)).toEqual(['..##']);
    expect(drawn({ causal: true }, 4, 2)).toEqual(['#.', '##', '##', '##']);
  });

  it('packs cells into words and back', () => {
    const cells = Uint8Array.from(testNormals(75, 3), (value) => Number(value > 0));
    expect(unpackBitmap(packBitmap(cells), 75)).toEqual(cells);
    expect(packBitmap([true, false, true])).toEqual(Uint32Array.of(5));
    expect(packBitmap([])).toHaveLength(0);
  });

  it('masks every cell where no key is valid', async () => {
    const { device } = await backends();
    const masked = await device.read(device.mask(device.tensor([1, 2, 3, 4], [2, 2]), { causal: true, validKeys: 0 }));
    expect([...masked]).toEqual([MASKED, MASKED, MASKED, MASKED]);
  });
});

describe('a mask that does not fit', () => {
  it('is refused in a plain sentence on both backends', async () => {
    const { device, reference } = await backends();
    const refused = <T extends Tensor>(ops: Ops<T>, spec: (ops: Ops<T>) => MaskSpec<T>) => () =>
      ops.mask(ops.tensor(new Float32Array(6), [2, 3]), spec(ops));
    for (const ops of [device, reference] as Ops<Tensor>[]) {
      expect(refused(ops, () => ({ window: -1 }))).toThrow(/window is -1/);
      expect(refused(ops, () => ({ prefix: 1.5 }))).toThrow(/prefix is 1.5/);
      expect(refused(ops, () => ({ validKeys: NaN }))).toThrow(/validKeys is NaN/);
      expect(refused(ops, (on) => ({ segments: on.tensor(new Uint32Array(2), [2]) }))).toThrow(/Segments/);
      expect(refused(ops, (on) => ({ segments: on.tensor(new Float32Array(3), [3]) }))).toThrow(/f32/);
      expect(refused(ops, (on) => ({ bitmap: on.tensor(new Uint32Array(2), [2]) }))).toThrow(/bitmap over 2 × 3/);
      const both = (on: Ops<Tensor>) => ({ bitmap: on.tensor(new Uint32Array(1), [1]), segments: on.tensor(new Uint32Array(3), [3]) });
      expect(refused(ops, both)).toThrow(/either segments or a bitmap/);
    }
  });
});
