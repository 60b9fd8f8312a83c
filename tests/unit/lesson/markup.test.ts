/** The markup of sentences and of formulas, and the colours of WGSL. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseProse, piecesOf, plainText } from '../../../src/ui/lesson/prose';
import { MarkupError, parseTex, plainTex, type MathNode } from '../../../src/ui/lesson/tex';
import { readWgsl, wgslLines } from '../../../src/ui/lesson/wgsl';

const mathml = (part: MathNode | string): string => (typeof part === 'string' ? part : `<${part.tag}>${part.children.map(mathml).join('')}</${part.tag}>`);

describe('sentences', () => {
  test('a phrase sets what it names, with values as in a link', () => {
    expect(parseProse('Now [switch it off](set:scale=off&text=a+b%26c).')).toEqual([
      { kind: 'text', text: 'Now ' },
      { kind: 'set', change: { scale: 'off', text: 'a b&c' }, children: [{ kind: 'text', text: 'switch it off' }] },
      { kind: 'text', text: '.' },
    ]);
  });

  test('a phrase lights a name; a formula may stand in a phrase; names are filled', () => {
    const pieces = parseProse('The [queries $q_i$](see:q) of {n} *tokens*');
    expect(pieces.map(({ kind }) => kind)).toEqual(['text', 'see', 'text', 'value', 'text', 'strong']);
    expect(piecesOf(pieces, 'math').map(({ source }) => source)).toEqual(['q_i']);
    expect(plainText('The [queries $q_i$](see:q) of {n} *tokens*', { n: 5 })).toBe('The queries q_i of 5 tokens');
  });

  test('an empty value is a value', () => {
    expect(piecesOf(parseProse('[none](set:off=)'), 'set')[0]!.change).toEqual({ off: '' });
  });

  test('a bracket, a dollar, a star and a brace can be written', () => {
    expect(parseProse('\\[CLS] costs \\$3 \\* \\{2}')).toEqual([{ kind: 'text', text: '[CLS] costs $3 * {2}' }]);
  });

  test('a formula may hold the marks of the sentence', () => {
    expect(plainText('[at $[0, 1]$](set:a=1)')).toBe('at [0,1]');
  });

  test.each([
    ['[open', 'there must be "](set:'],
    ['[phrase] alone', 'there must be "](set:'],
    ['[phrase](go:there)', 'there must be "](set:'],
    ['[phrase](set:)', 'needs name=value'],
    ['[phrase](set:scale)', 'needs name=value'],
    ['[phrase](set:a=1&a=2)', 'set twice'],
    ['[phrase](set:a=%zz)', 'not written as in a link'],
    ['[](set:a=1)', 'a phrase is empty'],
    ['[a [b](see:q)](set:a=1)', 'inside another'],
    ['[a](see:)', 'needs a name'],
    ['half $x', '"$" is not closed'],
    ['none $ $', 'a formula is empty'],
    ['*half', '"*" is not closed'],
    ['a { b', 'write "\\{"'],
    ['bad $\\fraction{a}$', 'there is no command "\\fraction"'],
  ])('refuses %s', (sentence, reason) => {
    expect(() => parseProse(sentence)).toThrow(MarkupError);
    expect(() => parseProse(sentence)).toThrow(reason);
  });
});

describe('formulas', () => {
  test.each([
    ['d_k', '<mrow><msub><mi>d</mi><mi>k</mi></msub></mrow>'],
    ['\\sqrt{d_k}', '<mrow><msqrt><msub><mi>d</mi><mi>k</mi></msub></msqrt></mrow>'],
    ['\\frac{1}{2}x', '<mrow><mfrac><mn>1</mn><mn>2</mn></mfrac><mi>x</mi></mrow>'],
    ['x_i^2', '<mrow><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></mrow>'],
    ['x^{2}_{ij}', '<mrow><msubsup><mi>x</mi><mrow><mi>i</mi><mi>j</mi></mrow><mn>2</mn></msubsup></mrow>'],
    ['\\sum_i', '<mrow><munder><mo>∑</mo><mi>i</mi></munder></mrow>'],
    ['\\sum_{i=1}^{n}', '<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover></mrow>'],
    ['a - 1.5', '<mrow><mi>a</mi><mo>−</mo><mn>1.5</mn></mrow>'],
    ['\\op{softmax}(\\at{q}{Q}K^\\T)', '<mrow><mi>softmax</mi><mo>(</mo><mrow><mi>Q</mi></mrow><msup><mi>K</mi><mi>T</mi></msup><mo>)</mo></mrow>'],
    ['\\left(\\frac{a}{b}\\right)', '<mrow><mrow><mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow></mrow>'],
    ['\\hat{y} \\Rightarrow \\text{so it is}', '<mrow><mover><mi>y</mi><mo>^</mo></mover><mo>⇒</mo><mtext>so it is</mtext></mrow>'],
    ['\\left\\norm x \\right\\norm', '<mrow><mrow><mo>‖</mo><mi>x</mi><mo>‖</mo></mrow></mrow>'],
  ])('reads %s', (source, expected) => expect(mathml(parseTex(source))).toBe(expected));

  test('a named part keeps its name', () => {
    expect(parseTex('\\at{q}{q_i}').children).toMatchObject([{ tag: 'mrow', at: 'q' }]);
  });

  test.each([
    ['\\frac{1}', 'an argument is missing'],
    ['{a', '"}" is missing'],
    ['a}', '"}" closes nothing'],
    ['_k', 'has nothing before it'],
    ['x_i_j', 'two "_"'],
    ['\\left( a', 'has no "\\right"'],
    ['\\left a \\right)', 'a bracket is missing'],
    ['\\mathbb{R}', 'there is no command'],
  ])('refuses %s', (source, reason) => expect(() => parseTex(source)).toThrow(reason));

  test.each([
    ['\\sqrt{d_k}', '√d_k'],
    ['\\sqrt{a + b}', '√(a + b)'],
    ['\\sqrt{2}', '√2'],
    ['\\frac{1}{\\sqrt{d}}', '1/(√d)'],
    ['Q K^\\T', 'QKᵀ'],
    ['10^{-3}', '10⁻³'],
    ['q_i^2', 'q_i²'],
    ['e^x', 'e^x'],
    ['\\Var(q) = 1', 'Var(q) = 1'],
  ])('writes %s in plain characters', (source, plain) => expect(plainTex(parseTex(source))).toBe(plain));
});

describe('WGSL', () => {
  const root = new URL('../../../shaders/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wgsl'));

  test('there are shaders to read', () => expect(files.length).toBeGreaterThan(20));
  test.each(files)('%s: the pieces put together are the file, line by line', (name) => {
    const text = readFileSync(new URL(name.replaceAll('\\', '/'), root), 'utf8');
    expect(readWgsl(text).map((piece) => piece.text).join('')).toBe(text);
    expect(wgslLines(text).map((line) => line.map((piece) => piece.text).join('')).join('\n')).toBe(text.replace(/\n$/, ''));
  });

  test('names, numbers and comments have their colours', () => {
    const kinds = Object.fromEntries(readWgsl('@group(0) let x: vec4f = max(1.5e-3f, 0x1Fu); // let /* more\n').map(({ kind, text }) => [text, kind]));
    expect(kinds).toMatchObject({ '@group': 'attribute', let: 'keyword', vec4f: 'type', max: 'call', '1.5e-3f': 'number', '0x1Fu': 'number', '// let /* more': 'comment' });
  });

  test('a comment over two lines is a comment on both', () => {
    expect(wgslLines('/* a\nb */ fn').map((line) => line.map(({ kind }) => kind))).toEqual([['comment'], ['comment', 'plain', 'keyword']]);
  });
});
