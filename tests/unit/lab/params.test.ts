/** The parameter codec: links must bring back exactly what they were made from, and say what they could not read. */
import { describe, expect, it } from 'vitest';
import {
  cell, checkChange, choice, decode, defaultsOf, encode, flag, int, intList, ParamError, real, scaleParam, text,
  type Param,
} from '../../../src/lab/params';
import { params as workbench, MASKS, STAGES } from '../../../src/exhibits/workbench/params';
import { paint } from '../../../src/lab/painted';
import { seeded } from './seeded';

const table = {
  size: int(8, { min: -3, max: 4096, scale: 'log' }),
  mode: choice('slow', ['slow', 'quick', 'a b&c=d']),
  on: flag(true),
  words: text('a cat', 40),
  scale: scaleParam('rsqrt', 4),
  locked: cell(),
  off: intList({ min: 0, max: 15 }),
  share: real(0.1, { min: 1e-9, max: 2, scale: 'log' }),
};

const ALPHABET = [...'aZ09 +&=#?%/\\"\'\n\t;.,', 'é', '注', '意', 'ש', '👩‍👩‍👧', '\u0301', '\u0000', '�'];
const pick = <T>(random: () => number, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const whole = (random: () => number, min: number, max: number) => min + Math.floor(random() * (max - min + 1));

const randomValues = (random: () => number) => ({
  size: whole(random, -3, 4096),
  mode: pick(random, ['slow', 'quick', 'a b&c=d'] as const),
  on: random() < 0.5,
  words: Array.from({ length: whole(random, 0, 8) }, () => pick(random, ALPHABET)).join('').slice(0, 40).replace(/\p{Surrogate}/gu, ''),
  scale: pick(random, ['off', 'rsqrt', 4, 1e-7 + random(), 4 * random() + 1e-12] as const),
  locked: random() < 0.3 ? null : { row: whole(random, 0, 1e6), col: whole(random, 0, 1e6) },
  off: [...new Set(Array.from({ length: whole(random, 0, 6) }, () => whole(random, 0, 15)))].sort((a, b) => a - b),
  share: 1e-9 + 1.9 * random(),
});

describe('a link', () => {
  it('brings back every kind of parameter exactly, whatever its value', () => {
    const random = seeded(1);
    for (let trial = 0; trial < 2000; trial++) {
      const values = randomValues(random);
      const query = encode(table, values);
      expect(decode(table, query), query).toEqual({ values, problems: [] });
    }
  });

  it('survives the address bar, which escapes what a hash may not hold', () => {
    const random = seeded(2);
    for (let trial = 0; trial < 200; trial++) {
      const values = randomValues(random);
      const url = new URL(`http://localhost/#/?${encode(table, values)}`);
      expect(decode(table, url.hash.slice(url.hash.indexOf('?') + 1)).values).toEqual(values);
    }
  });

  it('leaves defaults out, one by one and all together', () => {
    const defaults = defaultsOf(table);
    expect(encode(table, defaults)).toBe('');
    expect(encode(table, { ...defaults, off: [] })).toBe('');
    expect(encode(table, { ...defaults, size: 9 })).toBe('size=9');
    expect(encode(table, { ...defaults, on: false, off: [3, 11] })).toBe('on=0&off=3.11');
  });

  it('writes the empty value of a parameter whose default is not empty', () => {
    const query = encode(table, { ...defaultsOf(table), words: '' });
    expect(query).toBe('words=');
    expect(decode(table, query).values.words).toBe('');
  });

  it.each([
    ['size', '4097'], ['size', '-4'], ['size', '1.5'], ['size', ''], ['size', 'NaN'], ['size', '1e99'], ['size', '8px'],
    ['mode', 'Slow'], ['mode', 'toString'], ['on', 'true'], ['on', ''], ['words', 'x'.repeat(41)],
    ['scale', '0'], ['scale', '-1'], ['scale', '4.0001'], ['scale', 'sqrt'], ['scale', ''], ['scale', 'Infinity'],
    ['locked', '1'], ['locked', '1,2,3'], ['locked', '-1,2'], ['locked', '1,'], ['locked', '0.5,1'],
    ['share', '0'], ['share', '2.1'], ['share', 'NaN'], ['share', ''], ['off', '16'], ['off', '1..2'], ['off', '1,2'], ['off', '-1'],
  ])('with the bad part %s=%j leaves the default and reports it', (name, given) => {
    const { values, problems } = decode(table, new URLSearchParams([['size', '9'], [name, given]]).toString());
    const expected: Record<string, unknown> = { ...defaultsOf(table), size: 9 };
    expect(values).toEqual(expected);
    expect(problems).toEqual([{ name, reason: 'bad', given }]);
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString', 'nosuch', ''])('reports the unknown name %j', (name) => {
    const { values, problems } = decode(table, `${name}=1&size=9`);
    expect(problems).toEqual([{ name, reason: 'unknown', given: '1' }]);
    expect(values).toEqual({ ...defaultsOf(table), size: 9 });
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  });

  it('reports each broken part and keeps the good ones', () => {
    const { values, problems } = decode(table, 'size=0.5&mode=quick&x=1&off=99&on=0');
    expect(problems.map(({ name, reason }) => `${name} ${reason}`)).toEqual(['size bad', 'x unknown', 'off bad']);
    expect(values).toMatchObject({ size: 8, mode: 'quick', on: false, off: [] });
  });

  it('with escapes that are no UTF-8 does not throw', () => {
    expect(decode(table, 'words=%E0%A4%A&size=%').problems).toEqual([{ name: 'size', reason: 'bad', given: '%' }]);
  });

  it('lists heads in order and once', () => {
    expect(decode(table, 'off=3.1.3').values.off).toEqual([1, 3]);
  });
});

describe('every parameter of the workbench', () => {
  it.each(Object.entries(workbench as Record<string, Param<unknown>>))('%s: its own default passes its check and its codec', (_name, param) => {
    expect(param.check(param.default)).toEqual(param.default);
    expect(param.parse(param.format(param.default))).toEqual(param.default);
  });

  /** A value other than the default, by the kind of parameter. */
  const other = (param: Param<unknown> & { max?: number; options?: readonly string[] }): unknown => {
    switch (param.kind) {
      case 'int': return param.default === param.max ? param.max! - 1 : param.max;
      case 'choice': return param.options!.findLast((option) => option !== param.default);
      case 'flag': return !param.default;
      case 'text': return '小猫 & co #1?';
      case 'scale': return 0.37;
      case 'cell': return { row: 3, col: 0 };
      case 'list': return [0, 7];
      case 'painted': return paint([1, 0, 0, 1, 1, 1], 2, 3);
      default: throw new Error(`This test knows no value for the kind "${param.kind}".`);
    }
  };

  it('comes back from a link, with everything changed', () => {
    const values = Object.fromEntries(Object.entries(workbench).map(([name, param]) => [name, other(param as Param<unknown>)]));
    const query = encode(workbench, values as never);
    expect([...new URLSearchParams(query).keys()]).toEqual(Object.keys(workbench));
    expect(decode(workbench, query)).toEqual({ values, problems: [] });
  });

  it('offers the masks and stages that the page has sentences for', () => {
    expect(workbench.mask.options).toEqual(MASKS);
    expect(workbench.stage.options).toEqual(STAGES);
  });
});

describe('a change from outside', () => {
  it('passes what is allowed, as it is', () => {
    const change = { size: 4096, scale: 'off', locked: { row: 1, col: 2 }, off: [2, 0, 2] };
    expect(checkChange(table, change)).toEqual({ ...change, off: [0, 2] });
    expect(checkChange(table, {})).toEqual({});
  });

  it.each([
    [{ nosuch: 1 }, 'There is no parameter "nosuch". The parameters are: size, mode, on, words, scale, locked, off, share.'],
    [{ constructor: 1 }, 'There is no parameter "constructor". The parameters are: size, mode, on, words, scale, locked, off, share.'],
    [JSON.parse('{"__proto__": 1}'), 'There is no parameter "__proto__". The parameters are: size, mode, on, words, scale, locked, off, share.'],
    [{ size: 5000 }, 'size must be a whole number from -3 to 4096, not 5000.'],
    [{ size: '8' }, 'size must be a whole number from -3 to 4096, not "8".'],
    [{ size: NaN }, 'size must be a whole number from -3 to 4096, not NaN.'],
    [{ mode: 'loud' }, "mode must be one of 'slow', 'quick', 'a b&c=d', not \"loud\"."],
    [{ on: 1 }, 'on must be true or false, not 1.'],
    [{ words: 7 }, 'words must be a text, not 7.'],
    [{ words: 'x'.repeat(50) }, 'words must be a text of at most 40 characters, not "50 characters".'],
    [{ share: '1' }, 'share must be a number from 1e-9 to 2, not "1".'],
    [{ scale: 0 }, "scale must be 'off', 'rsqrt' or a number above 0 and up to 4, not 0."],
    [{ scale: 'sqrt' }, "scale must be 'off', 'rsqrt' or a number above 0 and up to 4, not \"sqrt\"."],
    [{ locked: { row: -1, col: 0 } }, 'locked must be null or { row, col } with whole numbers from 0, not {"row":-1,"col":0}.'],
    [{ off: [16] }, 'off must be a list of whole numbers from 0 to 15, not [16].'],
    [{ off: null }, 'off must be a list of whole numbers from 0 to 15, not null.'],
    [{ size: undefined }, 'size must be a whole number from -3 to 4096, not undefined.'],
    [{ size: Symbol('s') }, 'size must be a whole number from -3 to 4096, not Symbol(s).'],
    [{ size: 8n }, 'size must be a whole number from -3 to 4096, not 8.'],
  ])('is refused in one sentence that names it: %o', (change, sentence) => {
    expect(() => checkChange(table, change as Record<string, unknown>)).toThrow(new Error(sentence));
  });

  it('with a value that has no text of its own still gets its sentence', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const value of [Object.create(null), circle]) {
      expect(() => checkChange(table, { locked: value })).toThrow(/^locked must be null or \{ row, col \}/);
    }
  });

  it('cuts a long value short', () => {
    expect(() => checkChange(table, { mode: 'x'.repeat(1000) })).toThrow(/not "x{10,60}…\.$/);
  });

  it('changes nothing when one part is bad', () => {
    expect(() => checkChange(table, { size: 9, on: 'yes' })).toThrow('on must be true or false');
  });
});

describe('ParamError', () => {
  it('completes the sentence "<name> must be …"', () => {
    expect(new ParamError('true or false', 'x').message).toBe('must be true or false, not "x"');
  });
});
