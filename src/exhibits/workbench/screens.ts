/** The screens of a lecture on the workbench: its stages, then what else there is to see. Pure. */
import { frameValue } from '../../lab/location.svelte';
import { STAGES } from './params';

/** Screens that are no stage; the last one only where a file has several layers. */
export const ASIDES = ['heads', 'meters', 'layers'] as const;
export type Aside = (typeof ASIDES)[number];

export const SCREENS = [...STAGES, ...ASIDES] as const;

/** The screen beyond the stages that an address names by its number, or null. */
export function screenOfHash(hash: string): Aside | null {
  return ASIDES[Number(frameValue(hash, 'presenter') ?? 0) - 1 - STAGES.length] ?? null;
}
