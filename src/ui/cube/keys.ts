/** The keyboard's way around a block of cells. Pure. */
import { turned, REST, type CubeCell, type CubeView, type Extents } from './geometry';

export type CubeCommand =
  | { readonly kind: 'turn'; readonly view: CubeView }
  | { readonly kind: 'move'; readonly cell: CubeCell }
  | { readonly kind: 'pick' };

interface Key {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Radians of one press. */
export const TURN = Math.PI / 24;

/**
 * What a key means: arrows turn, Home or 0 resets the view; with shift, arrows move the chosen cell along x and y, Page Up
 * and Page Down along z; Enter and Space pick it. Null: not ours.
 */
export function cubeCommand({ key, shiftKey, ctrlKey, metaKey, altKey }: Key, view: CubeView, cell: CubeCell, extents: Extents): CubeCommand | null {
  if (ctrlKey || metaKey || altKey) return null;
  const step = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, -1, 0], ArrowDown: [0, 1, 0], PageUp: [0, 0, -1], PageDown: [0, 0, 1] }[key];
  if (step && (shiftKey || key.startsWith('Page'))) {
    const within = (axis: keyof Extents, by: number) => Math.min(extents[axis] - 1, Math.max(0, cell[axis] + by));
    return { kind: 'move', cell: { x: within('x', step[0]!), y: within('y', step[1]!), z: within('z', step[2]!) } };
  }
  if (step) return { kind: 'turn', view: turned(view, TURN * step[0]!, TURN * step[1]!) };
  if (key === 'Home' || key === '0') return { kind: 'turn', view: REST };
  return key === 'Enter' || key === ' ' ? { kind: 'pick' } : null;
}
