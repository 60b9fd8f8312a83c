/** Splits WGSL into coloured pieces: by the token rules of the language (WGSL §3), no more. Whatever it is given, the pieces put together are the text. */

export type WgslKind = 'comment' | 'keyword' | 'type' | 'attribute' | 'number' | 'call' | 'sign' | 'plain';

export interface WgslPiece {
  readonly kind: WgslKind;
  readonly text: string;
}

const KEYWORDS = new Set(
  (
    'alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop ' +
    'override requires return struct switch true var while storage uniform workgroup private function read write read_write'
  ).split(' '),
);
const TYPES = /^(bool|[iu]32|f(16|32)|(vec[234]|mat[234]x[234])[iufh]?|array|atomic|ptr|sampler(_comparison)?|texture_\w+)$/;

// The order counts: a comment before a sign, a number before a name.
const TOKENS = /(\/\/[^\n]*|\/\*[^]*?\*\/)|(@\s*[A-Za-z_]\w*)|(0[xX][\da-fA-F.]+(?:[pP][+-]?\d+)?[iufh]?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[iufh]?)|([\p{XID_Start}_][\p{XID_Continue}]*)|(\s+)|([^])/gu;

/** The pieces of a WGSL text, in order. */
export function readWgsl(text: string): WgslPiece[] {
  const pieces: WgslPiece[] = [];
  const add = (kind: WgslKind, piece: string) => {
    const last = pieces.at(-1);
    if (last?.kind === kind && (kind === 'plain' || kind === 'sign')) pieces[pieces.length - 1] = { kind, text: last.text + piece };
    else pieces.push({ kind, text: piece });
  };
  for (const match of text.matchAll(TOKENS)) {
    const [whole, comment, attribute, number, name, blank] = match;
    if (comment !== undefined) add('comment', whole);
    else if (attribute !== undefined) add('attribute', whole);
    else if (number !== undefined) add('number', whole);
    else if (name !== undefined) add(kindOfName(name, text.slice(match.index + name.length, match.index + name.length + 16)), whole);
    else add(blank === undefined ? 'sign' : 'plain', whole);
  }
  return pieces;
}

function kindOfName(name: string, after: string): WgslKind {
  if (KEYWORDS.has(name)) return 'keyword';
  if (TYPES.test(name)) return 'type';
  return /^\s*\(/.test(after) ? 'call' : 'plain';
}

/** The pieces of each line; a comment over several lines is cut at their ends. */
export function wgslLines(text: string): WgslPiece[][] {
  const lines: WgslPiece[][] = [[]];
  for (const { kind, text: piece } of readWgsl(text.replace(/\r\n?/g, '\n').replace(/\n$/, ''))) {
    piece.split('\n').forEach((part, index) => {
      if (index > 0) lines.push([]);
      if (part) lines.at(-1)!.push({ kind, text: part });
    });
  }
  return lines;
}
