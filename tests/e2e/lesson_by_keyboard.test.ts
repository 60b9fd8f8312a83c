/** A whole lesson with Tab, Enter and arrows alone, from the guess to the last source; at every stop one sees where one is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import scaling from '../../src/exhibits/scaling';
import { openLab, type Lab } from './lib/browser';
import { focusStop, type FocusStop } from './lib/focus';
import { press } from './lib/keyboard';
import { sayFrame } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab({ path: '#/scaling', viewport: { width: 1280, height: 720 } });
  await lab.page.getByRole('button', { name: sayFrame('en', 'predictGuess') }).waitFor();
});
afterAll(() => lab?.close());

const page = () => lab.page;
/** What is wrong at stops so far. */
const troubles: string[] = [];

function judge(stop: FocusStop): void {
  if (stop.contrast < 3) troubles.push(`${stop.name}: its focus stands out by ${stop.contrast.toFixed(2)} : 1`);
  if (!stop.seen) troubles.push(`${stop.name}: has the focus and cannot be seen`);
  if (!stop.large) troubles.push(`${stop.name}: is smaller than 24 × 24`);
}

/** Tab, and a look at where one has come to; null at the end of the page. */
async function tab(): Promise<FocusStop | null> {
  await press(page(), 'Tab');
  const stop = await focusStop(page());
  if (stop) judge(stop);
  return stop;
}

const focused = (selector: string) => page().evaluate((css) => document.activeElement?.matches(css) ?? false, selector);

/** Tabs to what `selector` matches. */
async function reach(selector: string, most = 60): Promise<void> {
  for (let stop = 0; stop < most; stop++) {
    await tab();
    if (await focused(selector)) return;
  }
  throw new Error(`Tab does not reach ${selector} within ${most} stops.`);
}

test('the guess: to the slider, along it, and made', async () => {
  await reach('form input[type=range]');
  await press(page(), 'ArrowRight', 'ArrowRight', 'ArrowRight');
  await reach('form button[type=submit]', 3);
  await press(page(), 'Enter');
  // The measured answer stands beside the guess.
  await expect.poll(() => page().locator('.measured dd').innerText(), { timeout: 15_000 }).toMatch(/^0\.\d/);
  expect(await page().locator('.yours dd').innerText()).toMatch(/^0\.\d/);
});

test('each step, from its link', async () => {
  await reach('nav.steps ol a');
  for (const index of scaling.steps.keys()) {
    if (index > 0) await tab();
    await press(page(), 'Enter');
    await expect.poll(() => page().locator('nav.steps a[aria-current=step]').innerText()).toBe(String(index + 1));
    expect(await focused('nav.steps a[aria-current=step]')).toBe(true);
  }
});

test('the experiment, the derivation line by line, and everything below, to the end of the page', async () => {
  let walked = false;
  for (let stop = 0; stop < 150; stop++) {
    if ((await tab()) === null) break;
    if (!walked && (await focused('[role=application]'))) {
      walked = true;
      await press(page(), 'ArrowRight', 'ArrowRight', 'Enter');
    }
    // Each line is unfolded by the same button, which stays under the finger.
    const next = await page().evaluate((label) => document.activeElement instanceof HTMLButtonElement && document.activeElement.innerText === label, sayFrame('en', 'derivationNext'));
    if (next) for (let line = 1; line < scaling.derivation!.length; line++) await press(page(), 'Enter');
  }
  expect(walked).toBe(true);
  expect(await page().locator('ol.derivation > li').count()).toBe(scaling.derivation!.length);
  expect(await focusStop(page()), 'the end of the page was reached').toBeNull();
});

test('at every stop the focus could be seen, was not covered, and was large enough', () => expect([...new Set(troubles)]).toEqual([]));

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
