/** Every page of the lab, opened one after the other in one window. */
import { cards } from '../../../src/exhibits';
import type { Lab } from './browser';

/** `#/home` and every exhibit; the workbench is the bare address, and has a slug of '' here. */
export const routes: readonly string[] = ['home', ...cards.map(({ slug }) => slug)];

/** Goes to a route by the address, as a link does, and waits until its experiment is drawn (on `#/home` one of its miniatures). */
export async function openRoute({ page }: Lab, slug: string): Promise<void> {
  await page.evaluate((to) => {
    performance.clearMarks('first-heatmap');
    location.hash = `#/${to}`;
  }, slug);
  await page.waitForFunction(() => performance.getEntriesByName('first-heatmap').length > 0, null, { timeout: 20_000 });
}

/** Largest distance of a row of attention weights from a sum of 1. */
export async function rowsOffOne({ page }: Lab): Promise<number> {
  const { shape, data } = await page.evaluate(async () => {
    const { shape, data } = await globalThis.lab.read('weights');
    return { shape, data: Array.from(data) };
  });
  const keys = shape.at(-1)!;
  const sums = Array.from({ length: data.length / keys }, (_, row) => data.slice(row * keys, (row + 1) * keys).reduce((a, b) => a + b, 0));
  return Math.max(...sums.map((sum) => Math.abs(sum - 1)));
}

/** What rounding leaves of a sum of up to a hundred float32 weights: n · 2⁻²⁴. */
export const SUM_TOLERANCE = 100 * 2 ** -24;
