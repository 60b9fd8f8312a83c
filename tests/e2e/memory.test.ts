/** The page says how much GPU memory the setting on screen takes, in words and units, and it is what the pool counts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatBytes } from '../../src/ui/format';
import type { Lab } from './lib/browser';
import { say, set, speak, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
});
afterAll(() => lab?.close());

const shown = async () => (await lab.page.locator('[data-memory]').innerText()).replace(/\s+/g, ' ');
const memory = () => lab.page.evaluate(() => globalThis.lab.memory()!);
const LOCALES = { en: 'en', zh: 'zh-CN' } as const;

/** The line that the pool's count makes. */
async function line(language: 'en' | 'zh'): Promise<string> {
  const { liveBytes, idleBytes, peakBytes } = await memory();
  const bytes = (count: number) => formatBytes(count, LOCALES[language]).replace(/\s+/g, ' ');
  const part = (key: 'memoryUsed' | 'memoryIdle' | 'memoryPeak', count: number) => `${say(language, key)} ${bytes(count)}`;
  return [say(language, 'memory'), part('memoryUsed', liveBytes), part('memoryIdle', idleBytes), part('memoryPeak', peakBytes)].join(' ');
}

/** The line is that of the pool. Measuring takes memory too, and the line follows when it is done. */
const agrees = async (language: 'en' | 'zh') => {
  await expect.poll(async () => [await shown(), await line(language)].reduce((one, other) => (one === other ? 'agreed' : `${one} ≠ ${other}`)), { timeout: 10_000 }).toBe('agreed');
};

describe('the line of memory', () => {
  test.each([{ source: 'random', n: 64, heads: 4, dk: 16 }, { source: 'random', n: 200, heads: 2, dk: 8, mask: 'causal' }, { source: 'text', text: 'a b c' }])(
    'at %j is what the pool counts, in both languages',
    async (change) => {
      await set(lab, change);
      await agrees('en');
      const { liveBytes, idleBytes, peakBytes } = await memory();
      expect(peakBytes).toBeGreaterThanOrEqual(liveBytes + idleBytes);
      await speak(lab, 'zh');
      await agrees('zh').finally(() => speak(lab, 'en'));
    },
  );

  test('says that the tensors of the setting on screen are in use', async () => {
    await set(lab, { source: 'random', n: 256, heads: 4, dk: 8, mask: 'none' });
    await agrees('en');
    // q, k, v and output [4, 256, 8], f32; scores, scaled scores and weights [4, 256, 256], since without a mask the scaled scores
    // are the masked ones. The pool rounds up by an eighth at most.
    const least = 4 * (4 * 4 * 256 * 8 + 3 * 4 * 256 * 256);
    const { liveBytes } = await memory();
    expect(liveBytes).toBeGreaterThanOrEqual(least);
    expect(liveBytes).toBeLessThanOrEqual(1.125 * least + 16 * 4096);
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
