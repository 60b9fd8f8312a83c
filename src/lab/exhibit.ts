import type { Component } from 'svelte';
import type { KernelName } from '../gpu';
import type { Language } from './languages';
import type { Param, Values } from './params';
import type { Texts } from './texts';

// A table holds parameters of all types, and a list of exhibits measurements of all types: only `any` takes and gives each.
/* eslint-disable @typescript-eslint/no-explicit-any */
export type ParamTable = Readonly<Record<string, Param<any>>>;
type AnyMeasurements = any;
/* eslint-enable @typescript-eslint/no-explicit-any */

/** A partial state that a teacher clicks to, with the key of its one sentence. Steps add up: each changes only what it names. */
export interface LessonStep<R extends ParamTable, K extends string> {
  readonly say: K;
  readonly set: Partial<Values<R>>;
}

interface PredictionBase<R extends ParamTable, K extends string> {
  /** The question, asked before anything is seen. */
  readonly ask: K;
  /** What the figure is: "measured: rows without gradient". */
  readonly result: K;
  /** The setting to which the question refers; the measurement is taken there. */
  readonly set: Partial<Values<R>>;
}

/** The visitor guesses one of a few answers. Methods, so that a declaration may name the type of its measurements. */
export interface ChoicePrediction<R extends ParamTable, K extends string, M> extends PredictionBase<R, K> {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: string; readonly label: K }[];
  /** The option that came true, or null while nothing is measured. */
  measured(measurements: M, values: Readonly<Values<R>>): string | null;
}

/** The visitor guesses a number. */
export interface SliderPrediction<R extends ParamTable, K extends string, M> extends PredictionBase<R, K> {
  readonly kind: 'slider';
  readonly min: number;
  readonly max: number;
  /** Grid of a linear slider; continuous where left out. */
  readonly step?: number;
  readonly scale?: 'linear' | 'log';
  /** Where the thumb stands before it is touched; away from the answer. */
  readonly start: number;
  readonly unit?: K;
  /** The figure itself, or null while nothing is measured. */
  measured(measurements: M, values: Readonly<Values<R>>): number | null;
}

export type Prediction<R extends ParamTable = ParamTable, K extends string = string, M = AnyMeasurements> = ChoicePrediction<R, K, M> | SliderPrediction<R, K, M>;

/** One line of the derivation: a formula, why it holds, and the numbers on screen that belong to it. */
export interface DerivationLine<R extends ParamTable, K extends string, M> {
  /** The formula in the notation of ui/lesson/tex.ts. */
  readonly tex: string;
  readonly say: K;
  live?(measurements: M, values: Readonly<Values<R>>): readonly { readonly tex: string; readonly value: number | null }[];
}

/** Where a claim comes from. */
export interface Source {
  readonly author: string;
  readonly year: number;
  readonly title: string;
  /** Where in it: "§3.2.1". */
  readonly section?: string;
  /** An arXiv or DOI address, or published code at one commit. */
  readonly url?: `https://${string}`;
}

/**
 * What the overview and the menu show of an exhibit: all that a page loads of exhibits that are not on screen. The
 * declaration repeats slug and order, and a test holds the two together.
 */
export interface ExhibitCard {
  /** The route: `#/<slug>`; the workbench's is ''. */
  readonly slug: string;
  /** Its question's number in the curriculum; 0 is the workbench. */
  readonly order: number;
  /** Its sentences; its title is the constant `title` of each language's file, in the markup of ui/lesson/prose.ts. */
  readonly text: Texts;
  /** The formula on the card, in the notation of ui/lesson/tex.ts. */
  readonly formula?: string;
  /** A small live picture: it fills its box, takes no input, and changes no parameter. */
  readonly miniature?: () => Promise<{ default: Component }>;
  readonly load: () => Promise<{ default: Exhibit }>;
}

/** A card with its title in every language. */
export interface TitledCard extends ExhibitCard {
  readonly titles: ReadonlyMap<Language, string>;
}

/** Declares a card; only fixes the types. */
export const card = (declaration: ExhibitCard): ExhibitCard => declaration;

/** A part of the stage that fills a screen of a lecture. */
export interface LessonPanel<R extends ParamTable, K extends string> {
  /** What the view is told to show. */
  readonly name: string;
  readonly title: K;
  /** What a lecture changes when it comes to this screen, from where the last step leaves it; without it the setting stays as it is. */
  readonly set?: Partial<Values<R>>;
  /** For the speaker: what to look at. */
  readonly note?: K;
}

/** One experiment, found by its folder; see docs/architecture.md, "Add an exhibit". */
export interface Exhibit<R extends ParamTable = ParamTable, K extends string = string, M = AnyMeasurements> {
  /** The route: `#/<slug>`. */
  readonly slug: string;
  /** Its question's number in the curriculum; 0 is the workbench. */
  readonly order: number;
  readonly text: Texts<K>;
  readonly params: R;
  /**
   * What a teacher's lesson may leave out: names of controls, as `control="…"` in the view has them, each with its label.
   * A control that writes a parameter has the parameter's name, so that phrases that would set it fall silent with it.
   */
  readonly controls?: Readonly<Record<string, K>>;
  /** The question as it stands in the list, on the card and as the headline. */
  readonly title: K;
  /** The formula on the card, in the notation of ui/lesson/tex.ts. */
  readonly formula?: string;
  readonly prediction?: Prediction<R, K, M>;
  readonly steps: readonly LessonStep<R, K>[];
  /** What its stage shows, in parts that fill a screen each; a lecture shows them one at a time, the first at every step. */
  readonly panels?: readonly LessonPanel<R, K>[];
  /** The short true answer, as a person could say it aloud. */
  readonly say?: K;
  readonly derivation?: readonly DerivationLine<R, K, M>[];
  /** Paragraphs beneath the experiment; their phrases may set controls, see ui/lesson/prose.ts. */
  readonly prose?: readonly K[];
  /** What is often said and not quite true, each with the evidence against it. */
  readonly said?: readonly { readonly claim: K; readonly evidence: K }[];
  readonly sources?: readonly Source[];
  /** The kernels that it runs, for "show me the shader". */
  readonly kernels?: readonly KernelName[];
  readonly tags?: readonly string[];
  /** What is seen; it is given its own declaration. */
  readonly view: () => Promise<{ default: Component<{ exhibit: Exhibit }> }>;
  /** A small live picture for the card: it fills its box, takes no input, and changes no parameter. */
  readonly miniature?: () => Promise<{ default: Component }>;
}

/**
 * Declares an exhibit. Only fixes the types: every key must be one of its sentences, every partial state one of its
 * parameters. Name the type of the measurements where a figure is read: `measured: (m: Measurements) => …`.
 */
export function exhibit<const R extends ParamTable, K extends string, M = AnyMeasurements>(declaration: Exhibit<R, NoInfer<K>, M> & { readonly text: Texts<K> }): Exhibit {
  return declaration as unknown as Exhibit;
}
