/** What is on screen stays where it is while the rest of the page arrives: whoever presses at once presses what was meant. */
import { describe, expect, test } from 'vitest';
import { say, visit } from './lib/visit';

/** Notes what moves, how far, and when (Layout Instability API). */
const WATCH = `globalThis.moved = [];
new PerformanceObserver((list) => {
  for (const { startTime, sources } of list.getEntries())
    for (const { node, previousRect: from, currentRect: to } of sources) {
      const distance = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
      moved.push({ at: startTime, distance, what: (node?.className ?? '') + ': ' + (node?.textContent ?? '').trim().slice(0, 30), from: [from.x, from.y, from.width, from.height], to: [to.x, to.y, to.width, to.height] });
    }
}).observe({ type: 'layout-shift', buffered: true });`;

interface Moved {
  readonly at: number;
  readonly distance: number;
  readonly what: string;
}

const sizes = { desktop: { width: 1280, height: 800 }, projector: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } };

describe.each(['en', 'zh'] as const)('a new visit in %s', (language) => {
  test.each(Object.entries(sizes))('keeps its place on a %s', async (_, viewport) => {
    for (const path of ['', '#/?source=random&n=64&heads=8&mask=causal']) {
      const lab = await visit({ path, viewport, initScript: WATCH, ...(language === 'zh' && { locale: 'zh-CN' }) });
      // The gradient is the last to be read.
      await lab.page.locator(`[role=meter][aria-label="${say(language, 'meterGradient')}"]:not([aria-valuetext^="${say(language, 'missing')}"])`).waitFor();
      await lab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const moved = (await lab.page.evaluate('globalThis.moved')) as Moved[];
      expect(moved.filter(({ distance }) => distance > 2), path).toEqual([]);
      await lab.close();
    }
  });
});
