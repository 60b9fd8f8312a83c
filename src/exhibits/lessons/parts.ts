import type { Exhibit } from '../../lab/exhibit';
import type { Preferences } from '../../lab/preferences.svelte';
import { frameText, type FrameKey } from '../../lab/text';
import { plainText } from '../../ui/lesson/prose';
import type { TextKey } from './text';

/** A control, or a part of an exhibit's page, that a lesson may leave out. */
export interface Leavable {
  readonly name: string;
  readonly label: string;
}

/** The parts of an exhibit's page by the name under which a lesson leaves them out; what has no heading is not among them. */
const PARTS: readonly { readonly part: string; readonly has: (exhibit: Exhibit) => boolean; readonly word: FrameKey | null }[] = [
  { part: 'prediction', has: (exhibit) => exhibit.prediction !== undefined, word: 'predictHeading' },
  { part: 'steps', has: (exhibit) => exhibit.steps.length > 0, word: null },
  { part: 'answer', has: (exhibit) => exhibit.say !== undefined, word: 'partAnswer' },
  { part: 'derivation', has: (exhibit) => Boolean(exhibit.derivation?.length), word: 'partDerivation' },
  { part: 'prose', has: (exhibit) => Boolean(exhibit.prose?.length), word: 'partProse' },
  { part: 'said', has: (exhibit) => Boolean(exhibit.said?.length), word: 'saidHeading' },
  { part: 'shader', has: (exhibit) => Boolean(exhibit.kernels?.length), word: 'partShader' },
  { part: 'sources', has: (exhibit) => Boolean(exhibit.sources?.length), word: 'partSources' },
];

/** What a lesson may leave out of an exhibit's page, labelled; its sentences must be in use. `own` words the exhibit's own steps. */
export function leavable(exhibit: Exhibit, preferences: Preferences, own: (key: TextKey) => string): { controls: Leavable[]; parts: Leavable[] } {
  const controls = Object.entries(exhibit.controls ?? {}).map(([name, key]) => ({ name, label: plainText(preferences.say(exhibit.text, key)) }));
  const parts = PARTS.filter(({ has }) => has(exhibit)).map(({ part, word }) => ({ name: `part-${part}`, label: word ? preferences.say(frameText, word) : own('partSteps') }));
  return { controls, parts };
}
