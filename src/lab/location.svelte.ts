import { decode, defaultsOf, encode, encodeSetting, type Decoded, type Param, type Values } from './params';

type ParamTable = Readonly<Record<string, Param<unknown>>>;

/**
 * Where a change of parameters leaves the browser's history: 'push' is a step of its own; a run of 'drag' changes is one
 * step together, ended by the next 'push'; 'replace' takes the place of the present step.
 */
export type HistoryMode = 'push' | 'drag' | 'replace';

/**
 * Names in the query that belong to the frame and to no exhibit: presenter mode, with the number of its screen where that is
 * known, and the speaker's view, with the page whose notes it shows.
 */
export const FRAME_NAMES = ['presenter', 'speaker'] as const;
export type FrameName = (typeof FRAME_NAMES)[number];

/** What the address says to the frame: the value of a name, '' where it stands alone, null where it does not stand there. */
export function frameValue(hash: string, name: FrameName): string | null {
  return new URLSearchParams(partsOf(hash).frame.join('&')).get(name);
}

/** The same address with another value of a frame's name; null takes it out. */
export function withFrameValue(hash: string, name: FrameName, value: string | null): string {
  const { path, own, frame } = partsOf(hash);
  const others = frame.filter((part) => nameOf(part) !== name);
  return withQuery(path, [...own, ...others, ...(value === null ? [] : [value === '' ? name : `${name}=${encodeURIComponent(value)}`])]);
}

const nameOf = (part: string) => part.split('=', 1)[0]!;
const withQuery = (path: string, parts: readonly string[]) => `${path || '#/'}${parts.length > 0 ? `?${parts.join('&')}` : ''}`;

/** An address as its path and the parts of its query, the frame's own apart. */
function partsOf(hash: string): { path: string; own: string[]; frame: string[] } {
  const [path = '', ...rest] = hash.split('?');
  const parts = rest.join('?').split('&').filter((part) => part !== '');
  const isFrame = (part: string) => (FRAME_NAMES as readonly string[]).includes(nameOf(part));
  return { path, own: parts.filter((part) => !isFrame(part)), frame: parts.filter(isFrame) };
}

/** Where an address leads. */
export interface Place {
  /** The page: an exhibit's slug, '' for the workbench. */
  readonly slug: string;
  readonly query: string;
  /** A teacher's lesson that the address carries, and which of its steps is on screen: from 1, 0 before the first. */
  readonly lesson?: { readonly code: string; readonly step: number };
}

/**
 * An address taken apart: `#/slug?query`, or `#/lesson/code/step/slug?query` within a teacher's lesson. `#/lesson/code` and
 * `#/compose/code` carry a lesson of which no step is on screen. The slug of the bare address is ''. What the address says
 * to the frame is left out of the query.
 */
export function parseHash(hash: string): Place {
  const [path = ''] = hash.replace(/^#/, '').split('?', 1);
  const slug = path.replace(/^\/+|\/+$/g, '');
  const query = partsOf(hash).own.join('&');
  const [, page, code, step, inner = ''] = /^(lesson|compose)\/([^/]+)(?:\/(\d{1,3})(?:\/(.*))?)?$/.exec(slug) ?? [];
  if (!page || !code) return { slug, query };
  return step === undefined ? { slug: page, query, lesson: { code, step: 0 } } : { slug: inner, query, lesson: { code, step: Number(step) } };
}

/** The address of a place: what `parseHash` takes apart. */
export function hashOf({ slug, query, lesson }: Place): string {
  const page = lesson && lesson.step > 0 ? `lesson/${lesson.code}/${lesson.step}/${slug}` : slug;
  return `#/${page}${query && `?${query}`}`;
}

const live = new Set<{ flush(): void }>();

/** Writes what a drag still holds back, so that whoever reads the address reads what is on screen. */
export function settleAddress(): void {
  for (const store of live) store.flush();
}

/**
 * The parameters of the exhibit on screen, kept equal to the address. Reading them is reactive; every change goes through
 * `set`, so that whoever computes can listen instead of watching.
 */
export class ParamStore<R extends ParamTable> {
  // Raw: a painted mask may hold a hundred thousand run lengths, which a deep proxy reads a hundred times slower.
  #values: Values<R>;
  #listeners: readonly (() => void)[] = [];
  #dragging = false;
  #writeTimer: ReturnType<typeof setTimeout> | null = null;
  #spelled = false;
  /** The lesson that the address carries; its step's address changes with the setting as any other. */
  #lesson: Place['lesson'];
  #problems = $state.raw<Decoded<R>['problems']>([]);

  constructor(
    readonly table: R,
    private readonly slug: string,
  ) {
    this.#values = $state.raw(defaultsOf(table));
    this.#readAddress();
    addEventListener('popstate', this.#onAddress);
    addEventListener('hashchange', this.#onAddress);
    live.add(this);
  }

  /** The present values, replaced whole by each change (so do not keep them); assign through `set`. */
  get values(): Readonly<Values<R>> {
    return this.#values;
  }

  /** Parts of the link that could not be used. */
  get problems(): Decoded<R>['problems'] {
    return this.#problems;
  }

  /** Changes some parameters, writes the address and tells the listeners. */
  set(change: Partial<Values<R>>, mode: HistoryMode = 'push'): void {
    const differing = Object.entries(change).filter(([name, value]) => !this.#holds(name, value));
    const changed = differing.length > 0;
    if (changed) this.#values = { ...this.#values, ...Object.fromEntries(differing) };
    if (mode === 'replace') {
      this.#forgetWrites();
      history.replaceState(null, '', this.#hash());
    } else if (mode === 'push' && this.#dragging) {
      this.#flushAddress();
      this.#dragging = false;
      if (changed) this.#replaceSoon();
    } else if (changed) {
      this.#writeAddress(mode);
    }
    if (!changed) return;
    this.#problems = [];
    this.#tell();
  }

  /**
   * From now on the address is never bare: the bare one asks the exhibit's question first, and a visitor who has seen the
   * experiment shall find it again after a reload, whatever the setting. A bare address on screen is replaced.
   */
  spellOut(): void {
    this.#spelled = true;
    if (this.query() === '' && this.#writeTimer === null && parseHash(location.hash).query === '') history.replaceState(null, '', this.#hash());
  }

  /** Writes a held-back address now. */
  flush(): void {
    this.#flushAddress();
  }

  reset(): void {
    this.set(defaultsOf(this.table) as Partial<Values<R>>);
  }

  /** Calls `listener` after each change, from whatever source, with the store already changed. */
  onchange(listener: () => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** The query string of some values (the present ones by default), as in a link. */
  query(values: Values<R> = this.#values): string {
    return encode(this.table, values);
  }

  /** The full link of the present view. */
  get link(): string {
    return `${location.href.split('#')[0]}${this.#hash()}`;
  }

  destroy(): void {
    removeEventListener('popstate', this.#onAddress);
    removeEventListener('hashchange', this.#onAddress);
    live.delete(this);
    this.#flushAddress();
    this.#listeners = [];
  }

  /** Whether a parameter has this value already; lists and cells are compared as they stand in a link. */
  #holds(name: string, value: unknown): boolean {
    const present = this.#values[name as keyof R];
    const { format } = this.table[name]!;
    return Object.is(present, value) || format(present) === format(value);
  }

  /** The address of the present values; what it says to the frame stays. */
  #hash(): string {
    const own = this.#spelled ? encodeSetting(this.table, this.#values) : this.query();
    const query = [own, ...partsOf(location.hash).frame].filter((part) => part !== '').join('&');
    return hashOf({ slug: this.slug, query, lesson: this.#lesson });
  }

  #writeAddress(mode: HistoryMode): void {
    if (this.#dragging) {
      this.#replaceSoon();
    } else {
      history.pushState(null, '', this.#hash());
      this.#dragging = mode === 'drag';
    }
  }

  // Browsers refuse more than about three history writes a second for long, and a drag makes sixty: they are gathered.
  #replaceSoon(): void {
    this.#writeTimer ??= setTimeout(() => this.#flushAddress(), 300);
  }

  #flushAddress(): void {
    if (this.#writeTimer === null) return;
    clearTimeout(this.#writeTimer);
    this.#writeTimer = null;
    history.replaceState(null, '', this.#hash());
  }

  #onAddress = (): void => {
    this.#forgetWrites();
    if (parseHash(location.hash).slug !== this.slug) return;
    this.#readAddress();
    this.#tell();
  };

  #forgetWrites(): void {
    if (this.#writeTimer !== null) clearTimeout(this.#writeTimer);
    this.#writeTimer = null;
    this.#dragging = false;
  }

  #readAddress(): void {
    const { query, lesson } = parseHash(location.hash);
    const { values, problems } = decode(this.table, query);
    this.#lesson = lesson;
    this.#values = values;
    this.#problems = problems;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
