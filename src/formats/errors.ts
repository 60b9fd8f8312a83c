/** The one kind of error that the file readers throw. */
import type { FormatErrorCode, FormatNoteCode } from './codes.ts';

/** What a sentence's placeholders are filled with. */
export type FormatValues = Record<string, string | number>;

/** Names inside a file may be as long as the file; a sentence must stay a sentence. */
const LONGEST_VALUE = 240;

/** A visitor's file that cannot be read; the page says `code` with `values` in the visitor's language. */
export class FormatError extends Error {
  readonly code: FormatErrorCode;
  readonly values: FormatValues;

  constructor(code: FormatErrorCode, values: FormatValues) {
    const kept = shortenValues(values);
    super(`${code} ${JSON.stringify(kept)}`);
    this.name = 'FormatError';
    this.code = code;
    this.values = kept;
  }
}

/** A remark about a file that was read, such as how many scores were masked. */
export interface FormatNote {
  code: FormatNoteCode;
  values: FormatValues;
}

/** The note with its values cut short enough for a sentence. */
export const noteOf = ({ code, values }: FormatNote): FormatNote => ({ code, values: shortenValues(values) });

/** `[12, 6, 6]`: a shape or an index as the sentences write it. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** At most the first ten names, comma separated; a dash if there are none. */
export function nameList(names: readonly string[]): string {
  if (names.length === 0) return '—';
  const shown = names.slice(0, 10).map((name) => cut(name, 40));
  return shown.join(', ') + (names.length > shown.length ? ', …' : '');
}

function shortenValues(values: FormatValues): FormatValues {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? cut(value, LONGEST_VALUE) : value,
  ]);
  return Object.fromEntries(entries) as FormatValues;
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
