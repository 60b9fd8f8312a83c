/** Tokens as labels: what cannot be seen is made visible, what is too long is shortened. */
import { graphemes } from './segments.ts';

const SIGNS: Readonly<Record<string, string>> = { ' ': '␣', '\n': '↵', '\r\n': '↵', '\r': '↵', '\t': '⇥' };

/** What GPT-2 (Ġ for a space, Ċ for a new line) and SentencePiece (▁) write in front of a word. */
const PREFIXES: Readonly<Record<string, string>> = { Ġ: '␣', '▁': '␣', Ċ: '↵' };

/**
 * Characters without a picture: control and format characters (zero-width ones, direction marks), white space other
 * than the named signs, surrogates. The joiners and emoji tags are left to {@link showToken}'s second rule.
 */
const UNSEEN = /\r\n|(?![\u200c\u200d\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/** A joiner or tag does its work between or behind other characters; alone or at an edge it is just invisible. */
const LOOSE_JOINER = /^[\u200c\u200d\u{e0020}-\u{e007f}]+|[\u200c\u200d]+$/gu;

/**
 * A token as a label: space ␣, new line ↵, tab ⇥, other invisible characters as U+XXXX, a combining mark without a
 * letter on a dotted circle. With `prefixes` (the default) the leading Ġ and Ċ of GPT-2 and ▁ of SentencePiece are shown
 * as what they stand for; turn it off for text in which Ġ is a letter (Maltese).
 */
export function showToken(token: string, prefixes = true): string {
  let rest = token;
  let shown = '';
  while (prefixes && rest !== '' && rest[0] in PREFIXES) {
    shown += PREFIXES[rest[0]];
    rest = rest.slice(1);
  }
  if (/^\p{M}/u.test(rest)) rest = `◌${rest}`;
  return shown + rest.replace(LOOSE_JOINER, codeNames).replace(UNSEEN, (unseen) => SIGNS[unseen] ?? codeName(unseen));
}

function codeNames(characters: string): string {
  return Array.from(characters, codeName).join('');
}

function codeName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The label cut in the middle to at most `max` graphemes (at least 1), the … included: `shorten('tokenise', 5)` is `to…se`. */
export function shorten(label: string, max: number): string {
  const pieces = [...graphemes()(label)];
  if (pieces.length <= max) return label;
  const kept = Math.max(0, Math.floor(max) - 1);
  const head = Math.ceil(kept / 2);
  return [...pieces.slice(0, head), '…', ...pieces.slice(pieces.length - (kept - head))].join('');
}
