import { FIRST_WEIGHTS } from './marks';

/** The mark in the browser's timeline at which the first heat-map of a visit stands. */
export const FIRST_PICTURE = 'first-heatmap';

let marked = false;

/** Marks FIRST_WEIGHTS once `done` resolves, the first time that it is called. */
export function markFirstWeights(done: Promise<unknown>): void {
  if (marked) return;
  marked = true;
  done.then(() => performance.mark(FIRST_WEIGHTS), () => (marked = false)); // a lost device; the next one's count
}

/** Resolves when the first heat-map stands and the page has time: what can wait, waits for that. */
export function afterFirstPicture(): Promise<void> {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      if (list.getEntriesByName(FIRST_PICTURE).length === 0) return;
      observer.disconnect();
      // Safari has no idle callbacks.
      if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 5000 });
      else resolve();
    });
    observer.observe({ type: 'mark', buffered: true });
  });
}
