import type { Component } from 'svelte';
import type { Param, Values } from './params';

/** A record of sentences for each language. A missing one fails the type check: `zh satisfies Record<keyof typeof en, string>`. */
export interface Texts<K extends string = string> {
  readonly en: Readonly<Record<K, string>>;
  readonly zh: Readonly<Record<K, string>>;
}

/** One experiment, found by its folder; see docs/architecture.md, "Add an exhibit". */
export interface Exhibit<R extends Readonly<Record<string, Param<any>>> = Readonly<Record<string, Param<any>>>> {
  /** The route: `#/<slug>`. */
  readonly slug: string;
  /** Its question's number in the curriculum; 0 is the workbench. */
  readonly order: number;
  readonly text: Texts;
  readonly params: R;
  /** Partial states that a teacher clicks through, each with the key of its sentence. */
  readonly steps: readonly { readonly say: string; readonly set: Partial<Values<R>> }[];
  readonly view: () => Promise<{ default: Component }>;
}

/** Declares an exhibit; only fixes the types. */
export function exhibit<R extends Readonly<Record<string, Param<any>>>>(declaration: Exhibit<R>): Exhibit<R> {
  return declaration;
}
