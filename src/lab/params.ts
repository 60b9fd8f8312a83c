/**
 * One knob: its default, how it stands in a link, and what a value must satisfy. Types, URL codec, controls, reset and
 * presenter steps all derive from a record of these.
 */
export interface Param<T> {
  readonly kind: string;
  readonly default: T;
  /** The value's text in a link. */
  format(value: T): string;
  /** Back from a link. @throws ParamError when the text is no value of this parameter. */
  parse(text: string): T;
  /** The value itself when it is one of this parameter's. @throws ParamError otherwise. */
  check(value: unknown): T;
}

/** A number parameter tells its control the range. */
export interface NumberParam extends Param<number> {
  readonly min: number;
  readonly max: number;
  readonly scale: 'linear' | 'log';
}

export interface ChoiceParam<T extends string> extends Param<T> {
  readonly options: readonly T[];
}

export type ParamRecord = Readonly<Record<string, Param<never>>>;
export type Values<R> = { -readonly [K in keyof R]: R[K] extends Param<infer T> ? T : never };

/** A value that its parameter refuses; `requirement` completes the sentence "<name> must be …". */
export class ParamError extends Error {
  override readonly name = 'ParamError';
  constructor(
    readonly requirement: string,
    readonly given: unknown,
  ) {
    super(`must be ${requirement}, not ${show(given)}`);
  }
}

function show(value: unknown): string {
  let text: string;
  try {
    text = typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    text = 'a value that cannot be written'; // an object that refers to itself
  }
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function numeric(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

/** A whole number in [min, max]. */
export function int(preset: number, range: { min: number; max: number; scale?: 'linear' | 'log' }): NumberParam {
  const check = (value: unknown): number => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < range.min || value > range.max) {
      throw new ParamError(`a whole number from ${range.min} to ${range.max}`, value);
    }
    return value;
  };
  return {
    kind: 'int', default: preset, min: range.min, max: range.max, scale: range.scale ?? 'linear',
    format: String, parse: (text) => check(numeric(text)), check,
  };
}

/** Any number in [min, max]; a logarithmic one needs min > 0. */
export function real(preset: number, range: { min: number; max: number; scale?: 'linear' | 'log' }): NumberParam {
  const check = (value: unknown): number => {
    if (typeof value !== 'number' || !(value >= range.min && value <= range.max)) {
      throw new ParamError(`a number from ${range.min} to ${range.max}`, value);
    }
    return value;
  };
  return {
    kind: 'real', default: preset, min: range.min, max: range.max, scale: range.scale ?? 'linear',
    format: String, parse: (text) => check(numeric(text)), check,
  };
}

/** One of a few words. */
export function choice<const T extends string>(preset: NoInfer<T>, options: readonly T[]): ChoiceParam<T> {
  const check = (value: unknown): T => {
    if (!options.includes(value as T)) throw new ParamError(`one of ${options.map((option) => `'${option}'`).join(', ')}`, value);
    return value as T;
  };
  return { kind: 'choice', default: preset, options, format: (value) => value, parse: check, check };
}

/** Yes or no. */
export function flag(preset: boolean): Param<boolean> {
  const check = (value: unknown): boolean => {
    if (typeof value !== 'boolean') throw new ParamError('true or false', value);
    return value;
  };
  return {
    kind: 'flag', default: preset, format: (value) => (value ? '1' : '0'),
    parse: (text) => check(text === '1' ? true : text === '0' ? false : text), check,
  };
}

/** Free text of at most `maxLength` UTF-16 units. */
export function text(preset: string, maxLength: number): Param<string> {
  const check = (value: unknown): string => {
    if (typeof value !== 'string') throw new ParamError('a text', value);
    if (value.length > maxLength) throw new ParamError(`a text of at most ${maxLength} characters`, `${value.length} characters`);
    return value;
  };
  return { kind: 'text', default: preset, format: (value) => value, parse: check, check };
}

/** The factor on the scores: none, 1/√d_k, or a number of one's own. */
export type Scale = 'off' | 'rsqrt' | number;

/** The scale parameter: 'off', 'rsqrt' or a number in (0, max]. */
export function scaleParam(preset: Scale, max: number): Param<Scale> {
  const check = (value: unknown): Scale => {
    if (value === 'off' || value === 'rsqrt') return value;
    if (typeof value === 'number' && value > 0 && value <= max) return value;
    throw new ParamError(`'off', 'rsqrt' or a number above 0 and up to ${max}`, value);
  };
  return {
    kind: 'scale', default: preset, format: String,
    parse: (written) => check(written === 'off' || written === 'rsqrt' ? written : numeric(written)), check,
  };
}

/** A cell of the score matrix, or none. */
export type CellParam = { readonly row: number; readonly col: number } | null;

export function cell(): Param<CellParam> {
  const check = (value: unknown): CellParam => {
    if (value === null) return null;
    const { row, col } = (value ?? {}) as { row?: unknown; col?: unknown };
    if (Number.isInteger(row) && Number.isInteger(col) && (row as number) >= 0 && (col as number) >= 0) {
      return { row: row as number, col: col as number };
    }
    throw new ParamError('null or { row, col } with whole numbers from 0', value);
  };
  return {
    kind: 'cell', default: null, format: (value) => (value ? `${value.row},${value.col}` : ''),
    parse: (written) => {
      if (written === '') return null;
      const [row, col, ...rest] = written.split(',').map(numeric);
      return rest.length ? check(written) : check({ row, col });
    },
    check,
  };
}

/** A short list of whole numbers in [min, max], without repeats, ascending: heads switched off, for example. */
export function intList(range: { min: number; max: number }): Param<readonly number[]> {
  const check = (value: unknown): readonly number[] => {
    const fits = (item: unknown) => Number.isInteger(item) && (item as number) >= range.min && (item as number) <= range.max;
    if (!Array.isArray(value) || !value.every(fits)) throw new ParamError(`a list of whole numbers from ${range.min} to ${range.max}`, value);
    return [...new Set(value as number[])].sort((a, b) => a - b);
  };
  return {
    kind: 'list', default: [], format: (value) => value.join('.'),
    parse: (written) => check(written === '' ? [] : written.split('.').map(numeric)), check,
  };
}

/** The default of every parameter. */
export function defaultsOf<R extends Readonly<Record<string, Param<unknown>>>>(params: R): Values<R> {
  return Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default])) as Values<R>;
}

/** What a link's query held. `problems` names each part that was left at its default, and why. */
export interface Decoded<R> {
  readonly values: Values<R>;
  readonly problems: readonly { readonly name: string; readonly reason: 'unknown' | 'bad'; readonly given: string }[];
}

/** Reads a query string; whatever it cannot read stays at its default and is reported. */
export function decode<R extends Readonly<Record<string, Param<unknown>>>>(params: R, query: string): Decoded<R> {
  const values: Record<string, unknown> = defaultsOf(params);
  const problems: { name: string; reason: 'unknown' | 'bad'; given: string }[] = [];
  for (const [name, written] of new URLSearchParams(query)) {
    const param = Object.hasOwn(params, name) ? params[name] : undefined;
    if (!param) {
      problems.push({ name, reason: 'unknown', given: written });
      continue;
    }
    try {
      values[name] = param.parse(written);
    } catch {
      problems.push({ name, reason: 'bad', given: written });
    }
  }
  return { values: values as Values<R>, problems };
}

/** Writes the query string of some values; defaults are left out. */
export function encode<R extends Readonly<Record<string, Param<unknown>>>>(params: R, values: Values<R>): string {
  const query = new URLSearchParams();
  for (const [name, param] of Object.entries(params)) {
    const written = param.format(values[name as keyof R] as never);
    if (written !== param.format(param.default as never)) query.set(name, written);
  }
  return query.toString();
}

/** As `encode`, but never empty: the defaults write out the first parameter, since the bare address asks a question first. */
export function encodeSetting<R extends Readonly<Record<string, Param<unknown>>>>(params: R, values: Values<R>): string {
  const [first] = Object.entries(params);
  return encode(params, values) || (first ? new URLSearchParams([[first[0], first[1].format(values[first[0] as keyof R] as never)]]).toString() : '');
}

/**
 * A change from outside (console, lesson step) checked against the declaration.
 * @throws Error with one sentence that names the parameter and what it must be.
 */
export function checkChange<R extends Readonly<Record<string, Param<unknown>>>>(params: R, change: Readonly<Record<string, unknown>>): Partial<Values<R>> {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(change)) {
    const param = Object.hasOwn(params, name) ? params[name] : undefined;
    if (!param) throw new Error(`There is no parameter "${name}". The parameters are: ${Object.keys(params).join(', ')}.`);
    try {
      checked[name] = param.check(value);
    } catch (error) {
      if (error instanceof ParamError) throw new Error(`${name} ${error.message}.`, { cause: error });
      throw error;
    }
  }
  return checked as Partial<Values<R>>;
}
