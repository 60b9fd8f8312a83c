/** A change runs through the stages; a drag and a visitor who wants no motion see none of it. The map has its place in a low window. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { say, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ path: '#/?source=random&n=8&heads=2&dk=16', viewport: { width: 1280, height: 720 } });
});
afterAll(() => lab?.close());

/** Milliseconds after a change at which each stage's light goes out, in the order of the strip. */
const ends = () => lab.page.evaluate(() => [...document.querySelectorAll('.pulse')].map((light) => {
  const { animationDelay, animationDuration, display } = getComputedStyle(light);
  return display === 'none' ? NaN : Math.round(1000 * (parseFloat(animationDelay) + parseFloat(animationDuration)));
}));

test('a low window shows most of the large map without scrolling', async () => {
  const { y, height } = (await lab.page.getByRole('application').boundingBox())!;
  expect(720 - y).toBeGreaterThan(height / 2);
});

test('a click lights the stages after it in order, within 300 ms', async () => {
  expect(await ends()).toEqual([]);
  await lab.page.getByText(say('en', 'scaleOff'), { exact: true }).click();
  expect(await ends()).toEqual([100, 150, 200, 250]);
  await lab.page.getByRole('combobox', { name: say('en', 'mask') }).selectOption('causal');
  expect(await ends()).toEqual([100, 150, 200]);
  await lab.page.getByRole('button', { name: say('en', 'reroll') }).click();
  expect(await ends()).toEqual([100, 150, 200, 250, 300]);
});

test('a drag lights nothing, nor does its end', async () => {
  await lab.page.getByText(say('en', 'scaleRsqrt'), { exact: true }).first().click();
  const before = await lab.page.locator('.pulse').first().elementHandle();
  await lab.page.evaluate(() => {
    const slider = document.querySelector<HTMLInputElement>('.columns input[type=range]')!;
    slider.valueAsNumber = slider.valueAsNumber / 2;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    slider.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await lab.page.evaluate(() => globalThis.lab.set({}));
  expect(await before!.evaluate((light) => light.isConnected)).toBe(true);
});

const replayed = () => lab.page.locator('.cover');
const replay = () => lab.page.getByRole('button', { name: say('en', 'replay'), exact: true });

test('a replay covers every map and uncovers it again; what is seen in the end is what was seen before', async () => {
  const map = lab.page.getByRole('application').first();
  const shot = async () => {
    await lab.page.mouse.move(1, 1);
    return (await map.screenshot()).toString('base64');
  };
  let before = '';
  await expect.poll(async () => before === (before = await shot())).toBe(true); // the numbers in the cells have come
  await replay().click();
  await expect.poll(() => replayed().count()).toBeGreaterThanOrEqual(6); // five small maps and the large one
  await expect.poll(() => replayed().count(), { timeout: 20_000 }).toBe(0);
  await expect.poll(shot).toBe(before);
});

test('Escape ends a replay, and so does a change of the setting', async () => {
  await replay().click();
  await replayed().first().waitFor({ state: 'attached' });
  await lab.page.keyboard.press('Escape');
  await expect.poll(() => replayed().count()).toBe(0);
  await replay().click();
  await replayed().first().waitFor({ state: 'attached' });
  await lab.page.evaluate(() => globalThis.lab.set({ seed: 5 }));
  expect(await replayed().count()).toBe(0);
});

test('a visitor who wants no motion sees none', async () => {
  await lab.page.emulateMedia({ reducedMotion: 'reduce' });
  await lab.page.getByRole('button', { name: say('en', 'reroll') }).click();
  expect(await ends()).toEqual([NaN, NaN, NaN, NaN, NaN]);
  expect(await replay().count()).toBe(0);
  expect(lab.errors).toEqual([]);
});
