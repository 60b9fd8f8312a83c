/** How the page writes numbers: through Intl, in the reader's language, in slots of one width. */

/** How {@link formatNumber} writes a value. */
export interface NumberFormat {
  /** BCP 47 tag: `'en'`, `'zh-CN'`. */
  locale?: string;
  /** Digits after the decimal point, 2 unless told. */
  digits?: number;
  /** Least number of characters: filled at the left with figure spaces, which are as wide as a digit. */
  width?: number;
  /** False: no scientific notation, so that 3e-8 is "0.00" and 1e9 is "1000000000.00". */
  scientific?: boolean;
}

const MINUS = '\u2212';
const FIGURE_SPACE = '\u2007';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** From here on plain notation has more digits than a float32 knows. */
const LARGE = 1e7;

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string | undefined, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale ?? ''} ${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (!found) formatters.set(key, (found = new Intl.NumberFormat(locale, options)));
  return found;
}

/** Intl's text with the typographic minus sign and the exponent raised. */
function write(format: Intl.NumberFormat, value: number): string {
  return format
    .formatToParts(value)
    .map(({ type, value: part }) => {
      if (type === 'minusSign') return MINUS;
      if (type === 'exponentSeparator') return '×10';
      if (type === 'exponentMinusSign') return '⁻';
      if (type === 'exponentInteger') return part.replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]);
      return part;
    })
    .join('');
}

/**
 * A value for reading: "0.25", "−1.50", "3.0×10⁻⁸", "−∞", "NaN". Without `scientific: false`, a value that
 * would round to zero is written in scientific notation, so that "0.00" means exactly zero.
 */
export function formatNumber(value: number, { locale, digits = 2, width = 0, scientific = true }: NumberFormat = {}): string {
  return plainOrScientific(value, locale, digits, scientific).padStart(width, FIGURE_SPACE);
}

function plainOrScientific(value: number, locale: string | undefined, digits: number, scientific: boolean): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? `${MINUS}∞` : '∞';
  const size = Math.abs(value);
  if (scientific && ((size > 0 && size < 0.5 * 10 ** -digits) || size >= LARGE)) {
    return write(formatter(locale, { notation: 'scientific', minimumFractionDigits: 1, maximumFractionDigits: 1 }), value);
  }
  const fixed = formatter(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
    signDisplay: 'negative', // no minus before a zero
  });
  return write(fixed, value);
}

/** A value in as few characters as say it to `digits` significant figures: "64", "0.125", "2.2×10⁵". */
export function formatCompact(value: number, { locale, digits = 4 }: { locale?: string; digits?: number } = {}): string {
  if (!Number.isFinite(value)) return plainOrScientific(value, locale, 0, false);
  const size = Math.abs(value);
  if (size > 0 && (size < 1e-3 || size >= LARGE)) {
    return write(formatter(locale, { notation: 'scientific', maximumFractionDigits: Math.min(digits - 1, 2) }), value);
  }
  if (Number.isInteger(value)) return write(formatter(locale, { useGrouping: false, signDisplay: 'negative' }), value);
  return write(formatter(locale, { maximumSignificantDigits: digits, useGrouping: false }), value);
}

/** A whole number with its groups: "100,000". */
export function formatCount(value: number, locale?: string): string {
  return write(formatter(locale, { maximumFractionDigits: 0, signDisplay: 'negative' }), value);
}

/** A share between 0 and 1: "12.5%". */
export function formatPercent(share: number, { locale, digits = 0 }: { locale?: string; digits?: number } = {}): string {
  if (!Number.isFinite(share)) return plainOrScientific(share, locale, 0, false);
  const format = formatter(locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'negative' });
  return write(format, share);
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size in bytes, in steps of 1000: "512 byte", "1.5 MB". */
export function formatBytes(bytes: number, locale?: string): string {
  if (!Number.isFinite(bytes)) return plainOrScientific(bytes, locale, 0, false);
  let step = 0;
  // 999.95 rounds to 1000.0, which belongs to the next unit
  for (let left = Math.abs(bytes); left >= 999.95 && step < BYTE_UNITS.length - 1; left /= 1000) step += 1;
  const options = { style: 'unit', unit: BYTE_UNITS[step], unitDisplay: step === 0 ? 'long' : 'short' } as const;
  const digits = step === 0 ? 0 : 1;
  return write(formatter(locale, { ...options, minimumFractionDigits: digits, maximumFractionDigits: digits }), bytes / 1000 ** step);
}

/** A duration given in milliseconds: "0.42 ms", "16.7 ms", "1.25 s". */
export function formatMilliseconds(milliseconds: number, locale?: string): string {
  if (!Number.isFinite(milliseconds)) return plainOrScientific(milliseconds, locale, 0, false);
  const size = Math.abs(milliseconds);
  const seconds = size >= 1000;
  const digits = seconds || size < 10 ? 2 : size < 100 ? 1 : 0;
  const options = { style: 'unit', unit: seconds ? 'second' : 'millisecond', unitDisplay: 'short' } as const;
  const format = formatter(locale, { ...options, minimumFractionDigits: digits, maximumFractionDigits: digits });
  return write(format, seconds ? milliseconds / 1000 : milliseconds);
}

const PLAIN_NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/;

/**
 * The number that a visitor typed, or null where it is none. Reads what the page writes and what hands type:
 * "0.5", "-3", "−3", "1e-3", "3.0×10⁻⁸", "1/8", a decimal comma, the full-width digits of a Chinese keyboard.
 */
export function parseNumber(typed: string): number | null {
  const text = typed
    .normalize('NFKC') // full-width and raised digits become plain ones
    .replace(/[\s\u2007]/g, '')
    .replace(/[\u2212\u2013]/g, '-')
    .replace(/[×x*]10\^?(?=[+-]?\d)/i, 'e')
    .replace(/^([^.,]*),(\d*)$/, '$1.$2')
    .toLowerCase();
  const [top, bottom, ...rest] = text.split(/[/\u2044]/);
  if (rest.length > 0 || !PLAIN_NUMBER.test(top)) return null;
  if (bottom !== undefined && !PLAIN_NUMBER.test(bottom)) return null;
  const value = Number(top) / (bottom === undefined ? 1 : Number(bottom));
  return Number.isFinite(value) ? value : null;
}
