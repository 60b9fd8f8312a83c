/**
 * Text to graphemes and words (Unicode UAX #29): by `Intl.Segmenter`, which also knows the words of Chinese, Japanese
 * and Thai, and by patterns where a browser does not have it.
 */

/** Gives each piece of the text in order; the pieces put together are the text. */
export type Segmentation = (text: string) => Iterable<string>;

/**
 * The rules come from this locale unless another is asked for, never from the browser: one link must give one set of
 * tokens everywhere.
 */
const DEFAULT_LOCALE = 'en';

/** User-perceived characters: emoji sequences, flags and combining marks stay whole. */
export function graphemes(locale = DEFAULT_LOCALE): Segmentation {
  return bySegmenter(locale, 'grapheme') ?? graphemesByPattern;
}

/** Words, punctuation marks and runs of white space. */
export function words(locale = DEFAULT_LOCALE): Segmentation {
  return bySegmenter(locale, 'word') ?? wordsByPattern;
}

/**
 * V8's segmenter takes time quadratic in the length of its text (100 000 characters: seconds), so it gets the text a
 * stretch at a time: this many UTF-16 units.
 */
const STRETCH = 512;

/**
 * Pieces at the end of a stretch that the text behind it may still change; the next stretch begins with them. A
 * grapheme depends on one character ahead; a word on two (UAX #29 WB6, WB12), and in languages without spaces on the
 * next few words.
 */
const UNSETTLED = { grapheme: 1, word: 8 } as const;

function bySegmenter(locale: string, granularity: 'grapheme' | 'word'): Segmentation | null {
  if (!('Segmenter' in Intl)) return null;
  const segmenter = new Intl.Segmenter(locale, { granularity });
  const unsettled = UNSETTLED[granularity];
  return function* (text) {
    let start = 0;
    let length = STRETCH;
    while (start < text.length) {
      const end = stretchEnd(text, start + length);
      const pieces = Array.from(segmenter.segment(text.slice(start, end)), ({ segment }) => segment);
      const settled = end === text.length ? pieces.length : pieces.length - unsettled;
      // Pieces may be as long as a stretch, for example a letter under a thousand accents: too little would be settled.
      length = settled > unsettled ? STRETCH : length * 2;
      for (let i = 0; i < settled; i++) {
        start += pieces[i].length;
        yield pieces[i];
      }
    }
  };
}

/** The end moved back by one where it would cut a surrogate pair. */
function stretchEnd(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const before = text.charCodeAt(end - 1);
  return before >= 0xd800 && before < 0xdc00 ? end - 1 : end;
}

const GRAPHEME = String.raw`\r\n|\p{RI}\p{RI}|\p{ExtPict}[\p{M}\p{EMod}]*(?:\u200d\p{ExtPict}[\p{M}\p{EMod}]*)*[\u{e0020}-\u{e007f}]*|[^][\p{M}\u200c\u200d]*`;
/** A letter, mark, digit or underscore of a script that puts spaces between words. */
const IN_WORD = String.raw`(?!\p{Script=Han})[\p{L}\p{M}\p{N}_]`;
const WORD = String.raw`\s+|\p{Script=Han}\p{M}*|(?:${IN_WORD})+(?:['’.](?:${IN_WORD})+)*|${GRAPHEME}`;

/** Graphemes without `Intl.Segmenter`: right for marks, flags and emoji, not for every Indic conjunct. */
export function graphemesByPattern(text: string): string[] {
  return text.match(new RegExp(GRAPHEME, 'gu')) ?? [];
}

/** Words without `Intl.Segmenter`: Chinese one character each, Japanese kana and Thai up to the next space. */
export function wordsByPattern(text: string): string[] {
  return text.match(new RegExp(WORD, 'gu')) ?? [];
}
