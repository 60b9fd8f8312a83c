/** The one kind of error that the file readers throw, and the sentences that describe it. */
import {
  formatErrorTextEn,
  formatErrorTextZh,
  formatNoteTextEn,
  formatNoteTextZh,
  type FormatErrorCode,
  type FormatNoteCode,
} from './messages.ts';

/** What a sentence's placeholders are filled with. */
export type FormatValues = Record<string, string | number>;

/** Languages that the sentences exist in. */
export type FormatLanguage = 'en' | 'zh';

/** Names inside a file may be as long as the file; a sentence must stay a sentence. */
const LONGEST_VALUE = 240;

/**
 * A visitor's file that cannot be read. `message` is the English sentence; `code` and `values` let the page say it in
 * another language through {@link describeFormatError}.
 */
export class FormatError extends Error {
  readonly code: FormatErrorCode;
  readonly values: FormatValues;

  constructor(code: FormatErrorCode, values: FormatValues) {
    const kept = shortenValues(values);
    super(fill(formatErrorTextEn[code], kept, 'en'));
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

/** The error's sentence in the language asked for. */
export function describeFormatError(error: FormatError, language: FormatLanguage): string {
  const texts = language === 'zh' ? formatErrorTextZh : formatErrorTextEn;
  return fill(texts[error.code], error.values, language);
}

/** The remark's sentence in the language asked for. */
export function describeFormatNote(note: FormatNote, language: FormatLanguage): string {
  const texts = language === 'zh' ? formatNoteTextZh : formatNoteTextEn;
  return fill(texts[note.code], shortenValues(note.values), language);
}

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

function fill(template: string, values: FormatValues, language: FormatLanguage): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '?';
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
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
