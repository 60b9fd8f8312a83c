import type { Drawable } from '../../lab/engine-types';
import type { Plan } from './plan';
import { STAGES, type StageName } from './params';

/** The two settings that can stand side by side: the present one, and the pinned one. */
export type Slot = 'present' | 'pinned';

/** What is on screen: a plan, and the tensors that it led to. Replaced whole at every change. */
export interface Frame {
  /** Grows by one with every frame; pictures redraw when it changes. */
  readonly version: number;
  readonly plan: Plan;
  readonly maps: Readonly<Partial<Record<StageName, Drawable>>>;
  readonly projected: Drawable | null;
  /** Range of the scores over the panels that share the diverging scale, symmetric around 0; null until read back. */
  readonly pinned: { readonly plan: Plan; readonly maps: Readonly<Partial<Record<StageName, Drawable>>> } | null;
}

/** The drawables of the stages that exist. */
export function mapsOf(drawable: (name: string) => Drawable | null): Partial<Record<StageName, Drawable>> {
  const maps: Partial<Record<StageName, Drawable>> = {};
  for (const stage of STAGES) {
    const found = drawable(stage);
    if (found) maps[stage] = found;
  }
  return maps;
}

/** The numbers of the chosen head of each stage, row-major, read back after the picture; masked cells are MASKED. */
export interface HeadValues {
  readonly version: number;
  readonly stages: Readonly<Partial<Record<StageName, Float32Array>>>;
}
