import type { KernelName } from '../gpu';
import type { Exhibit, ParamTable } from './exhibit';
import { hashOf } from './location.svelte';
import { checkChange, defaultsOf, encode, encodeSetting, type Values } from './params';
import type { Message } from './session.svelte';

/** What a lesson needs of a session, whatever its exhibit computes. Methods, so that every Session is one. */
export interface LessonSession {
  readonly values: Readonly<Record<string, unknown>>;
  readonly measurements: unknown;
  /** The same once all of them belong to the picture on screen, else null. */
  readonly settledMeasurements: unknown;
  readonly message: Message | null;
  /** The kernels that ran for what is on screen, in the order of their first time; none where there is no GPU. */
  readonly kernelsRun: readonly KernelName[];
  readonly store: { spellOut(): void };
  set(change: Readonly<Record<string, unknown>>): void;
  dismiss(): void;
}

/** The part of a declaration that steps need. */
type Stepped = Pick<Exhibit, 'slug' | 'params' | 'steps'>;

/**
 * The change that leads to step `index` from anywhere: every parameter that any step names, as the steps up to this one left
 * it. What no step names (the visitor's own text, the seed) stays.
 */
export function stepChange({ params, steps }: Stepped, index: number): Readonly<Record<string, unknown>> {
  const named = new Set(steps.flatMap((step) => Object.keys(step.set)));
  const start = Object.fromEntries([...named].map((name) => [name, params[name]!.default]));
  return Object.assign(start, ...steps.slice(0, index + 1).map((step) => checkChange(params, step.set)));
}

/**
 * The change that leads to the screen of a step or a panel of a lecture: that of the step, with what any panel sets back at its
 * default, or of the last step with what this panel sets. Null for a panel that shows whatever setting is on screen.
 */
export function sceneChange(exhibit: Stepped & Pick<Exhibit, 'panels'>, part: 'experiment' | 'panels', index: number): Readonly<Record<string, unknown>> | null {
  const { params, steps, panels = [] } = exhibit;
  const own = panels.flatMap(({ set }) => Object.keys(set ?? {}));
  const start = { ...Object.fromEntries(own.map((name) => [name, params[name]!.default])), ...stepChange(exhibit, part === 'experiment' ? index : steps.length - 1) };
  if (part === 'experiment') return start;
  const set = panels[index]?.set;
  return set ? { ...start, ...checkChange(params, set) } : null;
}

/**
 * The link of a step: the defaults, changed by the steps up to this one; the address that the page has after a click on it.
 * A step that is the defaults writes out a parameter, since the bare address asks the question first.
 */
export function stepHref(exhibit: Stepped, index: number): string {
  const { params, slug } = exhibit;
  const values = { ...defaultsOf(params), ...stepChange(exhibit, index) };
  return hashOf({ slug, query: slug ? encodeSetting(params, values) : encode(params, values) });
}

/** The step whose setting is on screen, or null. */
export function stepOf(exhibit: Stepped, values: Readonly<Record<string, unknown>>): number | null {
  const index = exhibit.steps.findIndex((_, at) => holds(exhibit.params, stepChange(exhibit, at), values));
  return index < 0 ? null : index;
}

/** Whether `values` already have a partial setting; compared as written in a link, so that lists and cells count too. */
export function holds(params: ParamTable, setting: Readonly<Record<string, unknown>>, values: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(checkChange(params, setting)).every(([name, value]) => params[name]!.format(value) === params[name]!.format(values[name]));
}

/**
 * A phrase's change, written as in a link, as values of the exhibit's parameters.
 * @throws Error with one sentence for an unknown name; ParamError for a value that its parameter refuses
 */
export function readChange<R extends ParamTable>(params: R, written: Readonly<Record<string, string>>): Partial<Values<R>> {
  const change = Object.entries(written).map(([name, text]) => {
    const param = Object.hasOwn(params, name) ? params[name] : undefined;
    if (!param) throw new Error(`There is no parameter "${name}". The parameters are: ${Object.keys(params).join(', ')}.`);
    return [name, param.parse(text)];
  });
  return Object.fromEntries(change) as Partial<Values<R>>;
}

/**
 * Which shaders to show: of the declared kernels those that ran, in the declared order and as the variant that ran
 * (`softmax_forward.vec4` for `softmax_forward`), then whatever ran beside them. Where nothing ran on a GPU, the declared ones.
 */
export function shadersOf(declared: readonly KernelName[], ran: readonly KernelName[]): { readonly told: readonly KernelName[]; readonly beside: readonly KernelName[] } {
  if (ran.length === 0) return { told: declared, beside: [] };
  const base = (name: string) => name.split('.')[0];
  const told = [...new Set(declared.flatMap((name) => (ran.includes(name) ? [name] : ran.filter((other) => base(other) === base(name)))))];
  return { told, beside: ran.filter((name) => !told.includes(name)) };
}
