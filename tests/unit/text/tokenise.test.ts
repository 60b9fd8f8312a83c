import { describe, expect, it, vi } from 'vitest';
import { graphemes, graphemesByPattern, words, wordsByPattern } from '../../../src/text/segments.ts';
import { MAX_TEXT, tokenise, tokeniseUpTo } from '../../../src/text/tokenise.ts';

const UNITS = ['word', 'character', 'byte'] as const;

/** The text repeated to exactly this many UTF-16 units. */
function fill(text: string, length = MAX_TEXT): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

describe('words', () => {
  it.each([
    ['Attention is all you need.', ['Attention', 'is', 'all', 'you', 'need', '.']],
    ['don’t stop, 3.14!!', ['don’t', 'stop', ',', '3.14', '!', '!']],
    ['  a\t\tb\n\nc\u00a0d\u200be ', ['a', 'b', 'c', 'd', 'e']],
    ['我喜欢学习机器翻译。', ['我', '喜欢', '学习', '机器', '翻译', '。']],
    ['שלום עולם!', ['שלום', 'עולם', '!']],
    ['السلام عليكم؟', ['السلام', 'عليكم', '؟']],
    ['hi 👩‍👩‍👧🇩🇪', ['hi', '👩‍👩‍👧', '🇩🇪']],
    ['cafe\u0301', ['caf\u00e9']],
    ['', []],
    [' \n\t\u3000', []],
  ])('%j', (text, tokens) => {
    expect(tokenise(text, 'word')).toEqual(tokens);
  });

  it('splits Thai and Japanese into words', () => {
    expect(tokenise('ภาษาไทยสวยงาม', 'word').length).toBeGreaterThan(1);
    expect(tokenise('私は学生です', 'word')).toEqual(['私', 'は', '学生', 'です']);
  });
});

describe('characters', () => {
  it.each([
    ['ab c\n', ['a', 'b', ' ', 'c', '\n']],
    ['👩‍👩‍👧‍👦👍🏽', ['👩‍👩‍👧‍👦', '👍🏽']],
    ['🇩🇪🇨🇳🏴󠁧󠁢󠁳󠁣󠁴󠁿1️⃣', ['🇩🇪', '🇨🇳', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '1️⃣']],
    ['e\u0301x\u0323\u0302', ['é', 'x\u0323\u0302']],
    ['한국', ['한', '국']],
    ['a\r\nb', ['a', '\r\n', 'b']],
    ['עִבְ', ['עִ', 'בְ']],
    ['', []],
  ])('%j', (text, tokens) => {
    expect(tokenise(text, 'character')).toEqual(tokens);
  });
});

describe('bytes', () => {
  it.each([
    ['Aä', ['41', 'C3', 'A4']],
    ['注', ['E6', 'B3', 'A8']],
    ['👍', ['F0', '9F', '91', '8D']],
    ['a\u0308\n', ['C3', 'A4', '0A']],
    ['', []],
  ])('%j', (text, tokens) => {
    expect(tokenise(text, 'byte')).toEqual(tokens);
  });
});

describe('lone surrogates', () => {
  it.each([
    ['word', ['a', '\ufffd', 'b']],
    ['character', ['a', '\ufffd', 'b']],
    ['byte', ['61', 'EF', 'BF', 'BD', '62']],
  ] as const)('%s', (by, tokens) => {
    expect(tokenise('a\ud83db', by)).toEqual(tokens);
  });

  it('leaves pairs alone', () => {
    expect(tokenise('\udc4d👍\ud83d', 'character')).toEqual(['\ufffd', '👍', '\ufffd']);
  });
});

describe('long texts', () => {
  const samples = {
    English: "The quick brown fox can't jump over 1,234.5 lazy dogs; it says “no”.\n",
    Chinese: '机器翻译因为注意力机制而取得了很大的进步，我们喜欢学习自然语言处理。研究人员发现，',
    Thai: 'ภาษาไทยเป็นภาษาที่มีความสวยงามและมีประวัติศาสตร์อันยาวนาน ',
    Japanese: '私は学生です。東京大学で自然言語処理を勉強しています。',
    emoji: '👩‍👩‍👧‍👦🇩🇪🇨🇳👍🏽e\u0301 x\u0323\u0302 ',
    Hebrew: 'בְּרֵאשִׁית בָּרָא אֱלֹהִים, ',
  };

  it.each(Object.entries(samples))('%s: handing over stretches gives what the whole text gives', (_, sample) => {
    const text = fill(sample, 3000);
    for (const granularity of ['word', 'grapheme'] as const) {
      const whole = Array.from(new Intl.Segmenter('en', { granularity }).segment(text), ({ segment }) => segment);
      expect([...(granularity === 'word' ? words() : graphemes())(text)]).toEqual(whole);
    }
  });

  it('never cuts inside an emoji or a word, wherever the stretch ends', () => {
    for (let shift = 0; shift < 24; shift++) {
      const lead = ' '.repeat(500 + shift);
      expect(tokenise(`${lead}👩‍👩‍👧‍👦can't🏴󠁧󠁢󠁳󠁣󠁴󠁿`, 'word')).toEqual(['👩‍👩‍👧‍👦', "can't", '🏴󠁧󠁢󠁳󠁣󠁴󠁿']);
      expect(tokenise(`${lead}👩‍👩‍👧‍👦`, 'character').at(-1)).toBe('👩‍👩‍👧‍👦');
    }
  });

  it('keeps one letter under 99 999 accents, and one word of 100 000 letters, whole', () => {
    expect(tokenise(`x${'\u0323'.repeat(MAX_TEXT - 1)}`, 'character')).toHaveLength(1);
    expect(tokenise(fill('x'), 'word')).toEqual([fill('x')]);
  });

  it.each(Object.entries(samples))('%s: counts all tokens of 100 000 characters', (_, sample) => {
    const text = fill(sample);
    for (const by of UNITS) {
      const { tokens, total, cut } = tokeniseUpTo(text, by, 256);
      const all = tokenise(text, by);
      expect(tokens).toEqual(all.slice(0, 256));
      expect(total).toBe(all.length);
      expect(cut).toBe(true);
    }
  });

  it.each(['word', 'grapheme'] as const)('hands the %s segmenter short stretches and little of the text twice', (granularity) => {
    const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
    try {
      for (const sample of Object.values(samples)) {
        segment.mockClear();
        const text = fill(sample);
        expect([...(granularity === 'word' ? words() : graphemes())(text)].join('')).toBe(text);
        const lengths = segment.mock.calls.map(([stretch]) => stretch.length);
        // V8 takes time quadratic in this length: seconds for 100 000, some 50 ms in stretches of 512.
        expect(Math.max(...lengths)).toBeLessThanOrEqual(512);
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(1.5 * text.length);
      }
    } finally {
      segment.mockRestore();
    }
  });
});

describe('tokeniseUpTo', () => {
  it.each(UNITS)('gives the first tokens, and the number of all: %s', (by) => {
    const text = 'a b c';
    const all = tokenise(text, by);
    for (let limit = 0; limit <= all.length + 1; limit++) {
      expect(tokeniseUpTo(text, by, limit)).toEqual({ tokens: all.slice(0, limit), total: all.length, cut: limit < all.length });
    }
  });
});

describe('without Intl.Segmenter', () => {
  it('splits words', () => {
    expect(wordsByPattern("I don't, 3.14 注意！ ภาษา x\u0301y")).toEqual(
      ['I', ' ', "don't", ',', ' ', '3.14', ' ', '注', '意', '！', ' ', 'ภาษา', ' ', 'x\u0301y'],
    );
    expect(wordsByPattern('')).toEqual([]);
  });

  it.each(['👩‍👩‍👧‍👦👍🏽🇩🇪🇨🇳🏴󠁧󠁢󠁳󠁣󠁴󠁿1️⃣', 'x\u0323\u0302 ab\r\nc', 'בְּרֵאשִׁית', '注意力'])('agrees with it on graphemes of %j', (text) => {
    expect(graphemesByPattern(text)).toEqual([...graphemes()(text)]);
  });

  it.each(['', 'a', "l'été à 3.5€ — 注意👍🏽\u0301\ud800"])('loses nothing of %j', (text) => {
    expect(wordsByPattern(text).join('')).toBe(text);
    expect(graphemesByPattern(text).join('')).toBe(text);
  });
});
