/** Where this browser keeps the lesson that is being composed. */
export const KEY = 'attention-lab/lesson';

/** Whether a lesson is being composed in this browser. */
export function isComposing(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
