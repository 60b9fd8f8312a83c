import { createContext } from 'svelte';

/** One reading as it is spoken. */
export interface Reading {
  readonly label: string;
  /** Value and unit. */
  readonly text: string;
}

/** Milliseconds without any change after which readings are spoken. */
export const REST = 1000;

/**
 * What the instruments of a page tell a screen reader, with one voice. A reading is spoken when nothing has changed for a
 * second and nobody holds a pointer down, and only if it differs from what was said of it last; the first value of an
 * instrument is what one reads when one comes to it, and is not announced.
 */
export class Announcer {
  /** For the live region. */
  spoken = $state('');
  readonly #sentence: (changed: readonly Reading[]) => string;
  readonly #readings = new Map<string, Reading & { readonly said: string }>();
  #held = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param sentence one sentence for the readings that have changed, in the order of their instruments */
  constructor(sentence: (changed: readonly Reading[]) => string) {
    this.#sentence = sentence;
  }

  /** An instrument shows this now; null: it has no value. */
  report(id: string, label: string, text: string | null): void {
    const known = this.#readings.get(id);
    if (text === null) this.#readings.delete(id);
    else if (!known || known.label !== label) {
      // Another label is another quantity, or another language: nothing has changed in it, and what was said is out of date.
      if (known) this.spoken = '';
      this.#readings.set(id, { label, text, said: text });
    }
    else if (known.text !== text) {
      this.#readings.set(id, { ...known, text });
      this.#rest();
    }
  }

  /** The instrument has left the page. */
  forget(id: string): void {
    this.#readings.delete(id);
  }

  /** Whether a pointer is down: while somebody drags, nothing is said. */
  hold(held: boolean): void {
    this.#held = held;
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    if (!this.#held) this.#timer = setTimeout(() => this.#speak(), REST);
  }

  #speak(): void {
    const changed = [...this.#readings.values()].filter(({ text, said }) => text !== said);
    if (changed.length === 0) return;
    for (const [id, reading] of this.#readings) this.#readings.set(id, { ...reading, said: reading.text });
    this.spoken = this.#sentence(changed);
  }
}

const [get, set, has] = createContext<Announcer>();
export const setAnnouncer = set;

/** The page's announcer; null where there is none. Call while a component is made. */
export const getAnnouncer = (): Announcer | null => (has() ? get() : null);
