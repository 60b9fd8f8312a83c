/**
 * Sentences whose phrases do something. The markup, inside the sentences of an exhibit:
 *
 * - `[switch the scaling off](set:scale=off)` sets parameters; several as in a link: `(set:scale=off&dk=4096)`
 * - `[queries](see:q)` lights up everything named q, without changing anything
 * - `$\sqrt{d_k}$` is a formula in the notation of tex.ts
 * - `*word*` is stressed
 * - `{name}` is filled from values; `\[`, `\$`, `\*`, `\{` are the characters themselves
 */
import { MarkupError, parseTex, plainTex, type MathNode } from './tex.ts';

/** A piece of a sentence. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'math'; readonly source: string; readonly tree: MathNode }
  | { readonly kind: 'strong'; readonly children: readonly Inline[] }
  /** Values as they stand in a link; the exhibit's parameters read them. */
  | { readonly kind: 'set'; readonly change: Readonly<Record<string, string>>; readonly children: readonly Inline[] }
  | { readonly kind: 'see'; readonly name: string; readonly children: readonly Inline[] };

/** Reads a sentence. @throws MarkupError that quotes it and says what is wrong */
export function parseProse(sentence: string): Inline[] {
  return parsePart(sentence, sentence, true);
}

function parsePart(part: string, sentence: string, phrases: boolean): Inline[] {
  const fail = (reason: string): never => {
    throw new MarkupError(`The sentence "${sentence}" cannot be read: ${reason}.`);
  };
  const found: Inline[] = [];
  let text = '';
  const flush = () => {
    if (text) found.push({ kind: 'text', text });
    text = '';
  };
  const push = (piece: Inline) => {
    flush();
    found.push(piece);
  };
  let at = 0;
  while (at < part.length) {
    const char = part[at]!;
    if (char === '\\' && /[[\]$*{}\\]/.test(part[at + 1] ?? '')) {
      text += part[at + 1];
      at += 2;
    } else if (char === '$') {
      const end = closing(part, at + 1, '$');
      if (end < 0) fail('a "$" is not closed');
      const source = part.slice(at + 1, end);
      if (!source.trim()) fail('a formula is empty');
      push({ kind: 'math', source, tree: parseTex(source) });
      at = end + 1;
    } else if (char === '*') {
      const end = closing(part, at + 1, '*');
      if (end < 0) fail('a "*" is not closed');
      push({ kind: 'strong', children: parsePart(part.slice(at + 1, end), sentence, false) });
      at = end + 1;
    } else if (char === '[') {
      if (!phrases) fail('a phrase stands inside another');
      const end = closing(part, at + 1, ']');
      const action = end < 0 ? null : /^\((set|see):([^()]*)\)/.exec(part.slice(end + 1));
      if (!action) fail('after "[" there must be "](set:…)" or "](see:…)"; write "\\[" for the bracket itself');
      const children = parsePart(part.slice(at + 1, end), sentence, false);
      if (children.length === 0) fail('a phrase is empty');
      const [whole, kind, argument] = action!;
      if (kind === 'see') {
        if (!/^[\w-]+$/.test(argument!)) fail('"see:" needs a name');
        push({ kind: 'see', name: argument!, children });
      } else push({ kind: 'set', change: readAssignments(argument!, fail), children });
      at = end + 1 + whole.length;
    } else if (char === '{') {
      const name = /^\{(\w+)\}/.exec(part.slice(at));
      if (!name) fail('a "{" is not a {name}; write "\\{" for the brace itself');
      push({ kind: 'value', name: name![1]! });
      at += name![0].length;
    } else {
      text += char;
      at++;
    }
  }
  flush();
  return found;
}

/** Where `mark` stands next without a backslash before it; formulas in between are passed over. */
function closing(text: string, from: number, mark: string): number {
  let inMath = false;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === mark && !inMath) return at;
    else if (text[at] === '$') inMath = !inMath;
  }
  return -1;
}

function readAssignments(query: string, fail: (reason: string) => never): Record<string, string> {
  const change: Record<string, string> = {};
  for (const part of query.split('&')) {
    const [, name, value] = /^([A-Za-z]\w*)=(.*)$/.exec(part) ?? fail('"set:" needs name=value, joined by "&"');
    if (Object.hasOwn(change, name!)) fail(`"${name}" is set twice`);
    try {
      change[name!] = decodeURIComponent(value!.replaceAll('+', ' '));
    } catch {
      fail(`the value of "${name}" is not written as in a link`);
    }
  }
  return change;
}

/** Every piece of a kind, those inside phrases included. */
export function piecesOf<Kind extends Inline['kind']>(sentence: readonly Inline[], kind: Kind): Extract<Inline, { kind: Kind }>[] {
  return sentence.flatMap((piece) => [
    ...(piece.kind === kind ? [piece as Extract<Inline, { kind: Kind }>] : []),
    ...('children' in piece ? piecesOf(piece.children, kind) : []),
  ]);
}

export type ProseValues = Readonly<Record<string, string | number>>;

/** Pieces as plain words, formulas written out: for names that are spoken. */
export function plainPieces(pieces: readonly Inline[], values: ProseValues = {}): string {
  return pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      if (piece.kind === 'math') return plainTex(piece.tree).trim();
      if (piece.kind === 'value') return String(values[piece.name] ?? `{${piece.name}}`);
      return plainPieces(piece.children, values);
    })
    .join('');
}

/** The sentence without its markup, for titles, accessible names and the clipboard. */
export function plainText(sentence: string, values: ProseValues = {}): string {
  return plainPieces(parseProse(sentence), values);
}
