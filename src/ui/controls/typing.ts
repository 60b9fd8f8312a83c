/** Inputs in which letters and digits mean nothing: the page's own keys work there too. */
const WITHOUT_TEXT = new Set(['range', 'checkbox', 'radio', 'button', 'file']);

/** Whether a key pressed on `target` is text for it (or picks an entry of a menu), and so not a command to the page. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.has(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement);
}
