/** How a token is written where it must be seen: no blank is invisible, no token is endless. Pure. */

const VISIBLE: Record<string, string> = { ' ': '␣', '\u00a0': '⍽', '\n': '↵', '\r': '␍', '\t': '⇥', '\u3000': '□' };

/** The token with its blanks made visible; an empty token is ∅. */
export function visibleToken(token: string): string {
  if (token === '') return '∅';
  let text = '';
  for (const character of token) text += VISIBLE[character] ?? character;
  // what is left without a glyph of its own: controls, joiners on their own, marks without a letter to sit on
  return text
    .replace(/[\p{Cc}\u200b\u200e\u200f\u2028\u2029\ufeff]/gu, (character) => `⟨${character.codePointAt(0)!.toString(16)}⟩`)
    .replace(/^(?=\p{M})/u, '◌');
}

let segmenter: Intl.Segmenter | undefined;

/** What a reader calls characters: emoji and letters with marks stay whole. */
function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The text with its middle left out, so that at most `most` characters remain, the … included. */
export function shortenMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const all = graphemes(text);
  if (all.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  const tail = Math.max(0, most - 1 - head);
  return `${all.slice(0, head).join('')}…${all.slice(all.length - tail).join('')}`;
}
