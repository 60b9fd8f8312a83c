/** The mark in the browser's timeline at which the first heat-map of a visit stands. */
export const FIRST_PICTURE = 'first-heatmap';

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
