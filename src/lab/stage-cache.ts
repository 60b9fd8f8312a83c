import type { Ops, Tensor } from '../ops';

/** A computed stage: its tensors, and a key that names everything they depend on. */
export interface Stage<V> {
  readonly key: string;
  readonly value: V;
}

type TensorsOf<T> = T | Readonly<Record<string, T | null>>;

/**
 * Remembers the stages of a computation between runs, so that a change recomputes only what depends on it: dragging the
 * scale never multiplies Q by K again. A stage whose key changed is freed before it is made anew, so that the pool hands
 * the same buffer back.
 */
export class StageCache<T extends Tensor> {
  #entries = new Map<string, Stage<TensorsOf<T>>>();
  #used = new Set<string>();
  #made = 0;

  constructor(private readonly ops: Pick<Ops<T>, 'free'>) {}

  /**
   * The stage `name`, made by `make` unless its dependencies are those of the last run.
   * @param dependencies keys of the stages and values of the parameters that `make` reads
   */
  stage<V extends TensorsOf<T>>(name: string, dependencies: readonly (string | number | boolean)[], make: () => V): Stage<V> {
    const key = `${name}(${dependencies.join(';')})`;
    this.#used.add(name);
    const known = this.#entries.get(name);
    if (known?.key === key) return known as Stage<V>;
    this.#free(name);
    this.#made++;
    const made: Stage<V> = { key, value: make() };
    this.#entries.set(name, made);
    return made;
  }

  /** How many stages were made so far. */
  get made(): number {
    return this.#made;
  }

  /** Frees a stage before its time: it is about to be made anew, and its memory is wanted for a stage before it. */
  drop(name: string): void {
    this.#free(name);
  }

  /** Frees the stages that the run since the last call did not ask for. */
  sweep(): void {
    for (const name of [...this.#entries.keys()]) if (!this.#used.has(name)) this.#free(name);
    this.#used.clear();
  }

  /** Frees everything. */
  clear(): void {
    this.#used.clear();
    this.sweep();
  }

  #free(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    if (isTensor(entry.value)) this.ops.free(entry.value as T);
    else this.ops.free(...(Object.values(entry.value) as (T | null)[]));
  }
}

const isTensor = (value: object): boolean => 'dtype' in value && 'shape' in value;
