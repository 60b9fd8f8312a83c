/** The page on a phone, a laptop and a wall, in both languages: nothing scrolls sideways and no word is cut off. */
import { describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { say, set, until, visit } from './lib/visit';
import { beyondTheSides, cutOff } from './lib/words';

const SCREENS = [
  { name: 'a phone', viewport: { width: 390, height: 844 }, mobile: true, deviceScaleFactor: 2 },
  { name: 'a laptop', viewport: { width: 1280, height: 720 } },
  { name: 'a full-HD screen', viewport: { width: 1920, height: 1080 } },
] as const;

/** What is wrong with how the page lies on the screen. */
async function troubles({ page }: Lab): Promise<{ sideways: number; cut: string[]; beyond: string[] }> {
  const sideways = await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
  return { sideways, cut: await cutOff(page), beyond: await beyondTheSides(page) };
}
const NONE = { sideways: 0, cut: [], beyond: [] };

describe.each(SCREENS)('on $name', ({ name: _, ...screen }) => {
  test.each(['en', 'zh'] as const)('everything has its room (%s)', async (language) => {
    const lab = await visit({ ...screen, locale: language === 'zh' ? 'zh-CN' : 'en-US' });
    expect(await troubles(lab)).toEqual(NONE);
    await set(lab, { compare: 'scale=off', mask: 'causal-padding', locked: { row: 2, col: 1 }, stage: 'masked', heads: 16 });
    await lab.page.getByRole('button', { name: say(language, 'why') }).waitFor();
    await lab.page.locator('.caption .badge').first().waitFor(); // badges come last, all at once
    expect(await troubles(lab)).toEqual(NONE);
    await set(lab, { source: 'random', n: 1024, dk: 16, heads: 1, scale: 'off', compare: '', mask: 'none', stage: 'scores', locked: null });
    expect(await troubles(lab)).toEqual(NONE);
    await set(lab, { source: 'text', text: `${'Donaudampfschifffahrtselektrizität'.repeat(4)} 是 👩‍👩‍👧 x`, dk: 8, stage: 'weights', locked: { row: 0, col: 0 } });
    await lab.page.getByRole('heading', { name: 'Donau' }).waitFor();
    expect(await troubles(lab)).toEqual(NONE);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });
});

test('in presenter mode on a projector of 1280 × 720', async () => {
  const lab = await visit({ viewport: { width: 1280, height: 720 } });
  await lab.page.keyboard.press('p');
  await lab.page.locator('html[data-presenter]').waitFor();
  expect(await troubles(lab)).toEqual(NONE);
  await lab.page.getByRole('button', { name: '中文' }).click();
  expect(await troubles(lab)).toEqual(NONE);
  await lab.close();
});

describe('on a phone', () => {
  test('the stage can be reached and read with a thumb, the strip scrolls sideways in itself', async () => {
    const lab = await visit({ viewport: { width: 390, height: 844 }, mobile: true, deviceScaleFactor: 3 });
    const map = (await lab.page.getByRole('application').first().boundingBox())!;
    expect(map.width).toBeGreaterThan(250);
    await lab.page.getByRole('application').first().tap({ position: { x: map.width / 2, y: map.height / 2 } });
    await until(lab, 'lab.params.locked !== null');
    const strip = lab.page.locator('.strip').locator('..');
    expect(await strip.evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true);
    // Every control is large enough for a fingertip (WCAG 2.2, 2.5.8: 24 × 24).
    const small = await lab.page.locator('button:visible, select:visible').evaluateAll((elements) =>
      elements
        .filter((element) => !element.closest('.track'))
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
        .map(({ element }) => element.outerHTML.slice(0, 80)),
    );
    expect(small).toEqual([]);
    await lab.close();
  });

  test('the controls of a stage open as a sheet from below, which keeps the focus and gives it back', async () => {
    const lab = await visit({ viewport: { width: 390, height: 844 }, mobile: true, deviceScaleFactor: 2 });
    const opener = lab.page.locator('.strip').getByTitle(say('en', 'adjust', { stage: say('en', 'stageScores') }));
    await opener.tap();
    const sheet = lab.page.getByRole('dialog', { name: say('en', 'adjust', { stage: say('en', 'stageScores') }) });
    await sheet.waitFor();
    // It stands at the bottom, as wide as the screen.
    await expect.poll(async () => (({ x, width, y, height }) => [x, width, Math.round(y + height)])((await sheet.boundingBox())!)).toEqual([0, 390, 844]);
    await sheet.getByRole('slider', { name: say('en', 'heads') }).press('Home');
    await until(lab, 'lab.params.heads === 1');
    for (let stop = 0; stop < 8; stop++) {
      await lab.page.keyboard.press('Tab');
      expect(await sheet.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    }
    await lab.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
    await expect.poll(() => opener.innerText()).toContain('1');
    // The formula's symbol opens it too; a tap beside it closes it.
    await lab.page.getByRole('button', { name: say('en', 'symbolMask') }).tap();
    const mask = lab.page.getByRole('dialog', { name: say('en', 'adjust', { stage: say('en', 'stageMasked') }) });
    await mask.getByRole('combobox', { name: say('en', 'mask') }).selectOption('causal');
    await until(lab, `lab.params.mask === 'causal'`);
    await lab.page.touchscreen.tap(195, 20);
    await mask.waitFor({ state: 'detached' });
    expect(lab.errors).toEqual([]);
    await lab.close();
  });
});
