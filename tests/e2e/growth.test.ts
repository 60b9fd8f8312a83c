/** Hundreds of changes leave nothing behind on the GPU, whatever is changed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { COUNT_BUFFERS, type LiveBuffers } from './lib/device';
import { visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ initScript: COUNT_BUFFERS, path: '#/?source=random&n=16&heads=2&dk=8' });
});
afterAll(() => lab?.close());

type Round = LiveBuffers & { readonly fetched: number };

/** Makes a round of changes, each drawn before the next, and gives back what is alive after it. */
const round = (): Promise<Round> =>
  lab.page.evaluate(async () => {
    const changes: Record<string, unknown>[] = [
      ...[3, 5, 8, 13, 2].map((heads) => ({ heads })),
      ...[1, 4, 63, 100, 8].map((dk) => ({ dk })),
      ...[1, 7, 33, 64, 16].map((n) => ({ n })),
      ...['off', 0.1, 1.5, 'rsqrt'].map((scale) => ({ scale })),
      ...['causal', 'padding', 'window', 'prefix', 'blocks', 'none'].map((mask) => ({ mask })),
      { mask: 'painted', painted: { rows: 16, cols: 16, runs: [100, 56, 100] } },
      { mask: 'none', painted: null },
      ...['scores', 'scaled', 'masked', 'output', 'weights'].map((stage) => ({ stage })),
      { compare: 'source=random&n=16&heads=2&scale=off' }, { difference: true }, { difference: false, compare: '' },
      { source: 'text', text: 'a few words more' }, { text: 'other words', positions: 'rope' }, { off: [1] },
      { source: 'random', off: [], positions: 'none', text: 'a few words' },
      ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 1].map((seed) => ({ seed })),
      { locked: { row: 1, col: 1 } }, { locked: null },
    ];
    for (const change of changes) await globalThis.lab.set(change);
    await globalThis.lab.meters();
    return { ...globalThis.testLive, fetched: performance.getEntriesByType('resource').length };
  });

/**
 * Repeats something until once it leaves no more alive than it found, at most `most` times. A measurement that happens to
 * run beside a change may widen the pool by a few buffers, for good; a leak of one buffer each time would never rest.
 * @returns what was alive after each time
 */
async function untilAtRest<R extends LiveBuffers>(action: () => Promise<R>, least: number, most: number): Promise<R[]> {
  const alive: R[] = [];
  const rested = () => alive.some(({ buffers, bytes }, at) => at > 0 && buffers <= alive[at - 1]!.buffers && bytes <= alive[at - 1]!.bytes);
  while (alive.length < least || (!rested() && alive.length < most)) alive.push(await action());
  expect(rested(), alive.map(({ buffers, bytes }) => `${buffers} buffers of ${bytes} bytes`).join(', ')).toBe(true);
  expect(alive[0]!.buffers).toBeGreaterThan(10); // the counter counts
  return alive;
}

test('300 changes leave as many buffers, bytes and textures alive as the first of them needed', async () => {
  // The first round compiles every pipeline and fills the pool.
  const rounds = await untilAtRest(round, 6, 15);
  const [first, last] = [rounds[1]!, rounds.at(-1)!];
  expect(last.bytes).toBeLessThan(2 * first.bytes);
  expect(last.textures).toBeLessThanOrEqual(first.textures + 1);
  // The pool gives buffers again: what is made does not grow with what is changed.
  expect(last.made - first.made).toBeLessThan(40);
  // What a change needs was loaded in the first round.
  expect(last.fetched).toBe(first.fetched);
  expect(lab.errors).toEqual([]);
});

test('dragging a slider to and fro leaves nothing behind', async () => {
  const drag = () =>
    lab.page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('input[type=range][id$=-range]')!;
      for (let event = 0; event < 300; event++) {
        slider.valueAsNumber = Math.abs(60 - (event % 120)) / 100;
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        if (event % 20 === 19) await new Promise(requestAnimationFrame);
      }
      slider.dispatchEvent(new Event('change', { bubbles: true }));
      await globalThis.lab.set({ n: 16, heads: 2 });
      await globalThis.lab.meters();
      return globalThis.testLive;
    });
  // The first drag brings sizes that the pool has not had yet.
  const drags: LiveBuffers[] = await untilAtRest(drag, 3, 8);
  expect(drags.at(-1)!.bytes).toBeLessThan(2 * drags[0]!.bytes);
  expect(lab.errors).toEqual([]);
});
