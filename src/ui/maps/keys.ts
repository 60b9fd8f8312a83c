/** The keyboard's way through a map. Pure. */
import type { Cell } from './types';

export type MapCommand =
  | { readonly kind: 'move'; readonly to: Cell }
  | { readonly kind: 'lock' }
  | { readonly kind: 'unlock' }
  | { readonly kind: 'paint' }
  | { readonly kind: 'zoom'; readonly by: number | 'whole' };

/** Cells that PageUp and PageDown pass. */
const PAGE = 10;

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * What a key means when the cursor is at `at`: arrows, Home and End (first and last column; with ctrl, first and last
 * cell), Page Up and Down (10 rows) move; Enter and Space lock, or paint while the brush is out; Escape unlocks; +, − and
 * 0 zoom. Null: not ours, let the page have it.
 */
export function commandOf(event: Key, at: Cell, rows: number, cols: number, painting = false): MapCommand | null {
  const { row, col } = at;
  const control = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  const move = (to: Cell): MapCommand => ({
    kind: 'move',
    to: { row: Math.min(Math.max(to.row, 0), rows - 1), col: Math.min(Math.max(to.col, 0), cols - 1) },
  });
  if (event.key === 'Home') return move({ row: control ? 0 : row, col: 0 });
  if (event.key === 'End') return move({ row: control ? rows - 1 : row, col: cols - 1 });
  if (control) return null;
  switch (event.key) {
    case 'ArrowUp':
      return move({ row: row - 1, col });
    case 'ArrowDown':
      return move({ row: row + 1, col });
    case 'ArrowLeft':
      return move({ row, col: col - 1 });
    case 'ArrowRight':
      return move({ row, col: col + 1 });
    case 'PageUp':
      return move({ row: row - PAGE, col });
    case 'PageDown':
      return move({ row: row + PAGE, col });
    case 'Enter':
    case ' ':
      return { kind: painting ? 'paint' : 'lock' };
    case 'Escape':
      return { kind: 'unlock' };
    case '+':
    case '=':
      return { kind: 'zoom', by: 1.5 };
    case '-':
    case '_':
    case '−':
      return { kind: 'zoom', by: 1 / 1.5 };
    case '0':
      return { kind: 'zoom', by: 'whole' };
    default:
      return null;
  }
}
