import { describe, expect, it } from 'vitest';
import { shorten, showToken } from '../../../src/text/display.ts';

describe('showToken', () => {
  it.each([
    ['word', 'word'],
    [' the', '␣the'],
    ['\n', '↵'],
    ['\r\n', '↵'],
    ['\t', '⇥'],
    ['a\nb', 'a↵b'],
    ['Ġthe', '␣the'],
    ['ĠĠ', '␣␣'],
    ['Ċ', '↵'],
    ['▁le', '␣le'],
    ['aĠb', 'aĠb'],
    ['\u200b', 'U+200B'],
    ['\u200d', 'U+200D'],
    ['\u200c\u200c\u200c', 'U+200CU+200CU+200C'],
    ['\ufeff', 'U+FEFF'],
    ['\u00a0', 'U+00A0'],
    ['\u202eabc', 'U+202Eabc'],
    ['\u0000', 'U+0000'],
    ['\u0301', '◌\u0301'],
    ['\ud800', 'U+D800'],
    ['é', 'é'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['نمی‌خواهم', 'نمی‌خواهم'],
    ['', ''],
  ])('%j is shown as %j', (token, shown) => {
    expect(showToken(token)).toBe(shown);
  });

  it('can leave Ġ a letter', () => {
    expect(showToken('Ġorġ', false)).toBe('Ġorġ');
    expect(showToken(' a', false)).toBe('␣a');
  });
});

describe('shorten', () => {
  it.each([
    ['tokenise', 8, 'tokenise'],
    ['tokenise', 7, 'tok…ise'],
    ['tokenise', 5, 'to…se'],
    ['tokenise', 4, 'to…e'],
    ['tokenise', 2, 't…'],
    ['tokenise', 1, '…'],
    ['', 1, ''],
    ['👩‍👩‍👧👍🏽🇩🇪é注', 3, '👩‍👩‍👧…注'],
  ])('%j to %d', (label, max, shown) => {
    expect(shorten(label, max)).toBe(shown);
  });
});
