/** What the keys of a lecture mean: a clicker's, and those of the keyboard beneath the lecturer's hand. Pure. */

/** What a key asks of the page. */
export type PresenterCommand =
  | { readonly kind: 'move'; readonly by: 1 | -1 }
  | { readonly kind: 'first' | 'last' }
  /** To the screen of this number; a second digit soon after goes on from the first. */
  | { readonly kind: 'digit'; readonly digit: number }
  | { readonly kind: 'presenter' | 'help' | 'blank' | 'spotlight' | 'reset' | 'speaker' | 'fullscreen' | 'release' };

export interface PressedKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Where the key was pressed. */
export interface KeyPlace {
  readonly presenter: boolean;
  /** In a field that takes text, or a dialog: no key is a command there. */
  readonly typing: boolean;
  /** On something that arrows, Home and End move through: a map, a slider, a list. */
  readonly walks: boolean;
  /** On something that Space presses: a button, a switch, a link. */
  readonly presses: boolean;
  /** The page can still scroll that way, which the vertical arrows do first. */
  readonly scrolls: Readonly<{ up: boolean; down: boolean }>;
  /** Something that Escape ends: the blank screen or the spotlight. */
  readonly covered: boolean;
}

const LETTERS: Readonly<Record<string, 'blank' | 'spotlight' | 'reset' | 'speaker' | 'fullscreen'>> = {
  b: 'blank', '.': 'blank', l: 'spotlight', r: 'reset', s: 'speaker', f: 'fullscreen',
};

/** Keys of a clicker, which move the lecture wherever the focus is. */
export const CLICKER_KEYS: ReadonlySet<string> = new Set(['PageUp', 'PageDown']);

/** The command of a key, or null where the key is the page's. */
export function presenterCommand(pressed: PressedKey, place: KeyPlace): PresenterCommand | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || place.typing) return null;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  if (key === 'p') return { kind: 'presenter' };
  if (key === '?') return { kind: 'help' };
  if (!place.presenter) return null;
  if (key === 'PageDown') return { kind: 'move', by: 1 };
  if (key === 'PageUp') return { kind: 'move', by: -1 };
  if (key === 'Escape') return place.covered ? { kind: 'release' } : null;
  if (Object.hasOwn(LETTERS, key)) return { kind: LETTERS[key]! };
  if (key === ' ') return place.presses || place.walks ? null : { kind: 'move', by: pressed.shiftKey ? -1 : 1 };
  if (place.walks) return null;
  if (key === 'ArrowRight' || (key === 'ArrowDown' && !place.scrolls.down)) return { kind: 'move', by: 1 };
  if (key === 'ArrowLeft' || (key === 'ArrowUp' && !place.scrolls.up)) return { kind: 'move', by: -1 };
  if (key === 'Home') return { kind: 'first' };
  if (key === 'End') return { kind: 'last' };
  return /^\d$/.test(key) ? { kind: 'digit', digit: Number(key) } : null;
}

/** Milliseconds within which a second digit belongs to the number begun. */
const DIGITS_TOGETHER = 1000;

/** The number that digits have typed so far. */
export interface TypedNumber {
  readonly number: number;
  /** Milliseconds, of the last digit. */
  readonly at: number;
}

/**
 * The number of the screen after one more digit: it goes on from the digits just before where there is such a screen, and
 * begins anew where not. Null for a digit that begins none, such as 0.
 * @param count screens there are, numbered from 1
 */
export function typedScreen(before: TypedNumber | null, digit: number, at: number, count: number): TypedNumber | null {
  const longer = before && at - before.at <= DIGITS_TOGETHER ? 10 * before.number + digit : 0;
  const number = longer >= 1 && longer <= count ? longer : digit;
  return number >= 1 && number <= count ? { number, at } : null;
}
