/** Inputs in which letters and digits mean nothing: the page's own keys work there too. */
const WITHOUT_TEXT = new Set(['range', 'checkbox', 'radio', 'button', 'file']);

/** Whether a key pressed on `target` is text for it (or picks an entry of a menu), and so not a command to the page. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.has(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement);
}

/** What arrows, Home and End move through. */
const WALKED = 'input, select, textarea, [contenteditable], [role="application"], [role="grid"], [role="listbox"], [role="radiogroup"], [role="tablist"], [role="slider"], [role="separator"]';
/** What Space presses. */
const PRESSED = 'button, a[href], summary, input, select, [role="button"], [role="switch"], [role="radio"], [role="option"]';

/**
 * Where a key was pressed, for the keys of a lecture.
 * @param covered the screen is blank, so that nothing beneath takes a key
 */
export function placeOfKey(target: EventTarget | null, covered = false): { typing: boolean; walks: boolean; presses: boolean; scrolls: { up: boolean; down: boolean } } {
  if (covered) return { typing: false, walks: false, presses: false, scrolls: { up: false, down: false } };
  const within = (selector: string) => target instanceof Element && target.closest(selector) !== null;
  const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
  return {
    typing: isTyping(target) || within('dialog'),
    walks: within(WALKED),
    presses: within(PRESSED),
    scrolls: { up: scrollTop > 1, down: scrollTop + clientHeight < scrollHeight - 1 },
  };
}
