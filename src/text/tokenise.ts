/** Splits visitors' text into tokens. */
import { graphemes, words } from './segments.ts';

/** What one token is. */
export type TokenUnit = 'word' | 'character' | 'byte';

/** The longest text, in UTF-16 units, that the page takes. Splitting it takes a fraction of a second. */
export const MAX_TEXT = 100_000;

/** The beginning of a text's tokens. */
export interface TokensUpTo {
  /** At most `limit` tokens, from the start of the text. */
  tokens: string[];
  /** How many tokens the whole text has. */
  total: number;
  /** True if the text has more tokens than are given. */
  cut: boolean;
}

/** White space, and the zero-width space that separates words in Khmer and Thai, are no words. */
const BLANK = /^[\s\u200b]+$/u;

/**
 * Splits text, after Unicode normalisation (NFC), into
 * - `word`: words and single punctuation marks, white space dropped; Chinese, Japanese and Thai by dictionary;
 * - `character`: user-perceived characters (graphemes), white space included;
 * - `byte`: the UTF-8 bytes, each as two upper-case hexadecimal digits.
 *
 * Lone surrogates become U+FFFD. `locale` chooses the rules for words and graphemes; the default is the same for
 * every visitor.
 */
export function tokenise(text: string, by: TokenUnit, locale?: string): string[] {
  return tokeniseUpTo(text, by, Infinity, locale).tokens;
}

/** Like {@link tokenise}, but keeps only the first `limit` tokens and counts the rest. */
export function tokeniseUpTo(text: string, by: TokenUnit, limit: number, locale?: string): TokensUpTo {
  const normal = text.replace(/\p{Surrogate}/gu, '\ufffd').normalize('NFC');
  if (by === 'byte') return bytesUpTo(normal, limit);
  const pieces = by === 'word' ? words(locale)(normal) : graphemes(locale)(normal);
  const tokens: string[] = [];
  let total = 0;
  for (const piece of pieces) {
    if (by === 'word' && BLANK.test(piece)) continue;
    if (total < limit) tokens.push(piece);
    total++;
  }
  return { tokens, total, cut: total > tokens.length };
}

function bytesUpTo(text: string, limit: number): TokensUpTo {
  const bytes = new TextEncoder().encode(text);
  const shown = bytes.subarray(0, Math.min(limit, bytes.length));
  const tokens = Array.from(shown, (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  return { tokens, total: bytes.length, cut: bytes.length > tokens.length };
}
