/** The kernel of a setting: forced by the link, named in the page, compared with the others, and measured once per device. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largestDifference } from './lib/attention';
import type { Lab } from './lib/browser';
import { goTo, notices, read, say, set, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ path: '#/?source=random&n=24&heads=2&dk=16' });
});
afterAll(() => lab?.close());

const times = () => lab.page.locator('.times:not([data-memory])').innerText();
const saved = () => lab.page.evaluate(() => localStorage.getItem('attention-lab/kernels'));

test('every kernel that a link asks for gives the same weights and outputs, and the page names it', async () => {
  const { data: weights } = await read(lab, 'weights');
  const { data: output } = await read(lab, 'output');
  const words = { naive: ['kernelNaive', 'rowsRow'], blocked: ['kernelBlocked', 'rowsRow'], tiled: ['kernelTiled', 'rowsShared'], subgroups: ['kernelSubgroups', 'rowsSubgroups'] } as const;
  for (const [kernel, [product, rows]] of Object.entries(words)) {
    await set(lab, { kernel });
    // Weights are right to 5e-7 each, outputs to 2e-6 of numbers below 4.
    expect(largestDifference((await read(lab, 'weights')).data, weights), kernel).toBeLessThanOrEqual(1e-6);
    expect(largestDifference((await read(lab, 'output')).data, output), kernel).toBeLessThanOrEqual(1.6e-5);
    await expect.poll(times, { timeout: 20_000 }).toContain(say('en', 'kernelRan', { product: say('en', product), rows: say('en', rows) }));
  }
  expect(await notices(lab)).toEqual([]);
});

test('"Run all" shows four kernels with their times and how far each is off', async () => {
  await lab.page.getByText(say('en', 'kernelsTitle')).click();
  await lab.page.getByRole('button', { name: say('en', 'kernelsRun') }).click();
  const runs = lab.page.getByRole('list', { name: say('en', 'kernelsTitle') }).getByRole('listitem');
  await expect.poll(() => runs.count(), { timeout: 20_000 }).toBe(4);
  for (const text of await runs.allInnerTexts()) {
    expect(text).toMatch(/\d ms/);
    const [, mantissa, exponent] = /off by ([\d.]+)(?:×10(\S+))?/.exec(text) ?? [];
    const superscript = [...(exponent ?? '')].map((digit) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)).map((at) => (at === 0 ? '-' : String(at - 1))).join('');
    expect(Number(mantissa) * 10 ** Number(superscript || 0), text).toBeLessThanOrEqual(2e-6);
  }
});

test('the device is measured once, after a picture that is large enough to matter, and remembered', async () => {
  await set(lab, { kernel: 'auto' });
  expect(await times()).toContain(say('en', 'kernelRule'));
  expect(await saved()).toBeNull();
  await goTo(lab, '#/?source=random&n=80&heads=16&dk=64');
  await expect.poll(saved, { timeout: 30_000, interval: 100 }).not.toBeNull();
  const first = await saved();
  await expect.poll(times, { timeout: 20_000 }).toContain('measured on this device');
  await goTo(lab, '#/?source=random&n=81&heads=16&dk=64');
  await expect.poll(times, { timeout: 20_000 }).toContain('measured on this device');
  expect(await saved()).toBe(first);
  // What was remembered for other shaders or another browser does not count.
  await lab.page.evaluate(() => localStorage.setItem('attention-lab/kernels', localStorage.getItem('attention-lab/kernels')!.replace('"device":"', '"device":"another ')));
  await goTo(lab, '#/?source=random&n=80&heads=16&dk=64');
  await expect.poll(async () => (await saved())?.includes('another'), { timeout: 30_000, interval: 100 }).toBe(false);
  expect(lab.errors).toEqual([]);
});
