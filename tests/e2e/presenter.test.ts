/** A lecture with a clicker and a second window: every key, what the last row can read, and two windows in step. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainText } from '../../src/ui/lesson/prose';
import scaling from '../../src/exhibits/scaling';
import { everyLanguage } from '../setup/sentences';
import { openLab, type Lab } from './lib/browser';
import { press, tabTo } from './lib/keyboard';
import { legible } from './lib/legible';
import { decodePng, pixelAt } from './lib/png';
import { nameOf, paramsOf, reload, say, sayFrame, set, visit } from './lib/visit';
import { beyondTheSides, cutOff } from './lib/words';

const sentences = await everyLanguage(scaling.text);
const FULL_HD = { width: 1920, height: 1080 };

const progress = (page: Page) => page.locator('nav.turn [role=status]').innerText();
const isAt = (page: Page, at: number, of: number) => expect.poll(() => progress(page)).toBe(sayFrame('en', 'sceneProgress', { at, of }));
const dk = (page: Page) => page.evaluate(() => (globalThis.lab.params as unknown as { dk: number }).dk);

async function open(path: string, viewport = FULL_HD): Promise<Lab> {
  const lab = await openLab({ path, viewport, reducedMotion: 'reduce' });
  await lab.page.locator('nav.turn').waitFor();
  await lab.page.waitForFunction(() => 'lab' in globalThis);
  return lab;
}

describe('#/scaling as a lecture', () => {
  let lab: Lab;
  let page: Page;
  let of = 0;
  beforeAll(async () => {
    lab = await open('#/scaling?presenter');
    page = lab.page;
    of = Number((await progress(page)).match(/\d+$/)![0]);
  });
  afterAll(() => lab?.close());
  beforeEach(() => page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()));

  test('a clicker goes from the first screen to the last; the last row reads each of them, and nothing lies below the fold', async () => {
    expect(of).toBeGreaterThan(25);
    for (let at = 1; at <= of; at++) {
      await isAt(page, at, of);
      const wrong = async () => {
        const { sentence, label, faint } = await legible(page, 7);
        const size = await page.evaluate(() => ({ down: document.documentElement.scrollHeight - innerHeight, sideways: document.documentElement.scrollWidth - innerWidth }));
        return {
          small: [...(sentence < 28 ? [`sentence of ${sentence} px`] : []), ...(label < 20 ? [`label of ${label} px`] : [])],
          faint, below: Math.max(0, size.down), sideways: Math.max(0, size.sideways), cut: await cutOff(page), beyond: await beyondTheSides(page),
        };
      };
      // Maps and curves have their place once they have measured their room.
      await expect.poll(wrong, { message: `screen ${at}` }).toEqual({ small: [], faint: [], below: 0, sideways: 0, cut: [], beyond: [] });
      await page.keyboard.press('PageDown');
    }
    await isAt(page, of, of);
    expect(await page.evaluate(() => location.hash)).toContain(`presenter=${of}`);
  }, 60_000);

  test('the same in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const digits of ['1', '2', '5', '10', '11', '12', '16', '27']) {
      await press(page, 'Home', ...digits);
      await isAt(page, Number(digits), of);
      await expect.poll(async () => (await legible(page, 7)).faint, { message: `screen ${digits}` }).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('arrows, Space, Home, End and digits', async () => {
    await press(page, 'Home');
    await isAt(page, 1, of);
    await press(page, 'ArrowRight', 'ArrowDown', 'Space');
    await isAt(page, 4, of);
    await press(page, 'ArrowLeft', 'ArrowUp', 'Shift+Space');
    await isAt(page, 1, of);
    await press(page, 'End');
    await isAt(page, of, of);
    await press(page, '5');
    await isAt(page, 5, of);
    expect(await dk(page)).toBe(64);
    await press(page, 'Home', '1', '6');
    await isAt(page, 16, of);
  });

  test('B and . blank the screen; they, Escape, a click and the clicker bring it back', async () => {
    const blank = page.locator('.blank');
    await press(page, 'Home', 'b');
    await blank.waitFor();
    const picture = decodePng(await page.screenshot());
    expect([pixelAt(picture, 5, 5), pixelAt(picture, 960, 540), pixelAt(picture, 1910, 1070)]).toEqual([0, 0, 0]);
    for (const key of ['b', '.', 'Escape']) {
      await press(page, key);
      await blank.waitFor({ state: 'detached' });
      await isAt(page, 1, of);
      await press(page, '.');
      await blank.waitFor();
    }
    await page.mouse.click(400, 400);
    await blank.waitFor({ state: 'detached' });
    await press(page, 'b', 'PageDown');
    await blank.waitFor({ state: 'detached' });
    await isAt(page, 2, of);
  });

  test('the spotlight follows the pointer, lets it through, and ends by Escape', async () => {
    await press(page, 'Home', '5', 'l');
    await page.mouse.move(700, 500);
    await page.locator('.light').waitFor();
    const away = decodePng(await page.screenshot());
    await page.mouse.move(1700, 300);
    const there = decodePng(await page.screenshot());
    const brightness = (picture: typeof away, x: number, y: number) => [16, 8, 0].reduce((sum, shift) => sum + ((pixelAt(picture, x, y) >> shift) & 255), 0);
    // Both points lie on the paper: bright in the light, dark outside.
    expect(brightness(there, 1840, 300)).toBeGreaterThan(2 * brightness(away, 1840, 300));
    expect(await page.evaluate(() => document.elementFromPoint(1700, 300)?.closest('.light'))).toBeNull();
    await press(page, 'Escape');
    await page.locator('.light').waitFor({ state: 'detached' });
    await isAt(page, 5, of);
  });

  test('keys are letters while one types; a map keeps its arrows, and the clicker goes on', async () => {
    await press(page, 'Home', '5');
    const seed = page.getByRole('textbox', { name: sentences.en!.seed, exact: true });
    await seed.focus();
    await press(page, 'End', 'b', 'l', 'PageDown', 'ArrowRight', 'Home');
    expect([await page.locator('.blank, .light').count(), await progress(page)]).toEqual([0, sayFrame('en', 'sceneProgress', { at: 5, of })]);
    const map = page.getByRole('application').first();
    await map.focus();
    await press(page, 'ArrowRight', 'ArrowDown', 'End');
    await isAt(page, 5, of);
    await expect.poll(() => page.locator('.frame [aria-live=polite]').first().innerText()).toContain('63');
    await press(page, 'PageDown');
    await isAt(page, 6, of);
  });

  test('R brings the screen back to its setting', async () => {
    await press(page, 'Home', '5');
    await isAt(page, 5, of);
    await page.evaluate(() => globalThis.lab.set({ dk: 7, seed: 99 } as never));
    expect(await dk(page)).toBe(7);
    await press(page, 'r');
    await expect.poll(() => dk(page)).toBe(64);
    expect(await page.evaluate(() => (globalThis.lab.params as unknown as { seed: number }).seed)).toBe(1);
    await isAt(page, 5, of);
  });

  test('? lists the keys, and Escape closes the list before anything else', async () => {
    await press(page, 'l', '?');
    const list = page.getByRole('dialog', { name: sayFrame('en', 'keysTitle') });
    await list.waitFor();
    for (const key of ['keysBlank', 'keysSpeaker', 'keysMapMove', 'keysEscape'] as const) expect(await list.innerText()).toContain(sayFrame('en', key));
    expect(await cutOff(page)).toEqual([]);
    await press(page, 'PageDown');
    await isAt(page, 5, of);
    await press(page, 'Escape');
    await list.waitFor({ state: 'detached' });
    expect(await page.locator('.light').count()).toBe(1);
    await press(page, 'Escape');
    await page.locator('.light').waitFor({ state: 'detached' });
  });

  test('full screen comes with P; leaving it leaves the screen of the lecture as it is', async () => {
    await press(page, 'p');
    await page.locator('nav.turn').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => location.hash)).not.toContain('presenter');
    await press(page, 'p');
    await page.locator('nav.turn').waitFor();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    await isAt(page, 5, of);
    await page.evaluate(() => document.exitFullscreen());
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false);
    await isAt(page, 5, of);
    expect(await page.evaluate(() => location.hash)).toContain('presenter=5');
  });

  test('a reload comes back to the same screen', async () => {
    await page.reload();
    await isAt(page, 5, of);
    expect(await page.locator('nav.steps [aria-current=step]').innerText()).toBe('2');
  });

  test('two windows are in step, both ways', async () => {
    await press(page, 'Home', '3');
    await isAt(page, 3, of);
    const [desk] = await Promise.all([lab.context.waitForEvent('page'), page.keyboard.press('s')]);
    const title = desk.locator('section').first().locator('.title');
    const told = (at: number) => expect.poll(() => desk.locator('footer [role=status]').innerText()).toBe(sayFrame('en', 'sceneProgress', { at, of }));
    await told(3);
    await press(page, 'PageDown');
    await told(4);
    await expect.poll(() => title.innerText()).toContain('Four numbers');
    expect(await desk.locator('section.next').innerText()).toContain('64 numbers');
    // The other way: by button, clicker and digit.
    await desk.getByRole('button', { name: sayFrame('en', 'sceneNext') }).click();
    await isAt(page, 5, of);
    await told(5);
    await press(desk, 'PageDown');
    await isAt(page, 6, of);
    await press(desk, '1', '3');
    await isAt(page, 13, of);
    await told(13);
    await press(desk, 'b');
    await page.locator('.blank').waitFor();
    await desk.getByText(sayFrame('en', 'blanked')).waitFor();
    await press(desk, 'b');
    await page.locator('.blank').waitFor({ state: 'detached' });
    // Its language is its own.
    await desk.getByRole('button', { name: nameOf('zh') }).click();
    await expect.poll(() => desk.locator('section').first().innerText()).toContain(plainText(sentences.zh!.saidVanishClaim!));
    expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toBe(sayFrame('en', 'partAnswer'));
    await desk.getByRole('button', { name: nameOf('en') }).click();
    await expect.poll(() => desk.locator('.elapsed').innerText()).toMatch(/^0:\d\d$/);
    // The lecture ends, and goes on.
    await press(page, 'p');
    await desk.getByText(sayFrame('en', 'speakerGone')).waitFor();
    await press(page, 'p');
    await told(13);
    expect(await cutOff(desk)).toEqual([]);
    await desk.close();
  });

  test('a second window that the browser blocks is said, with a link that opens it', async () => {
    await page.evaluate(() => {
      window.open = () => null;
    });
    await press(page, 's');
    await page.getByText(sayFrame('en', 'popupBlocked')).waitFor();
    const link = page.getByRole('link', { name: sayFrame('en', 'speakerTitle') });
    const [desk] = await Promise.all([lab.context.waitForEvent('page'), link.click()]);
    await expect.poll(() => desk.locator('footer [role=status]').innerText()).toBe(sayFrame('en', 'sceneProgress', { at: 13, of }));
    await desk.close();
  });

  test('meets no error', () => {
    expect(lab.errors).toEqual([]);
    expect(lab.foreign).toEqual([]);
  });
});

/** Texts of the workbench below 28 px at 1920 × 1080; labels of axes and numbers in cells have a measure of their own. */
const smallTexts = (page: Page) =>
  page.evaluate(() => {
    const found = new Set<string>();
    const least = 28 * Math.min(innerWidth / 1920, innerHeight / 1080);
    const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      if (!node.textContent!.trim() || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.words, .numbers, .sr-only, math, option, details.table, [inert]')) continue;
      const size = parseFloat(getComputedStyle(element).fontSize);
      if (size < least - 0.05) found.add(`${node.textContent!.trim().slice(0, 30)}: ${size}`);
    }
    return [...found];
  });

const PROJECTORS = [
  { viewport: FULL_HD, map: 560, label: 20 },
  { viewport: { width: 1280, height: 720 }, map: 350, label: 13 },
] as const;
const SIDES = ['scores', 'scaled', 'masked', 'weights', 'output'] as const;
/** What stands beside each stage, by role and name: its own controls, and the meters that matter for it. */
const BESIDE = {
  scores: { slider: ['heads', 'headDim'], meter: ['meterVariance', 'meterScaledVariance'] },
  scaled: { slider: ['factor'], meter: ['meterVariance', 'meterScaledVariance', 'meterEntropy'] },
  masked: { slider: [], meter: ['meterEntropy', 'meterLargest'] },
  weights: { slider: ['headDim'], meter: ['meterEntropy', 'meterLargest', 'meterSaturated'] },
  output: { slider: [], meter: ['meterEntropy', 'meterJacobian', 'meterGradient'] },
} as const;

describe.each(PROJECTORS)('the workbench on a projector of $viewport.width × $viewport.height', ({ viewport, map: least, label }) => {
  test.each([['en', 'light'], ['zh', 'dark']] as const)('shows one large map and what belongs to its stage, all of it at once (%s, %s)', async (language, colorScheme) => {
    const lab = await visit({ path: '#/?presenter', viewport, reducedMotion: 'reduce', colorScheme, locale: language === 'zh' ? 'zh-CN' : 'en-US' });
    const { page } = lab;
    await page.locator('nav.turn').waitFor();
    const deck = (await page.getByRole('contentinfo').boundingBox())!;
    const wrong = async () => {
      const { label: smallest, faint } = await legible(page, 7);
      const lie = await page.evaluate(() => ({
        below: Math.max(0, document.documentElement.scrollHeight - innerHeight), sideways: Math.max(0, document.documentElement.scrollWidth - innerWidth),
        scrolls: [...document.querySelectorAll('main *')].filter((box) => /auto|scroll/.test(getComputedStyle(box).overflowY) && box.scrollHeight > box.clientHeight + 1).map(({ className }) => className),
      }));
      return { small: [...(await smallTexts(page)), ...(smallest < label ? [`label of ${smallest}`] : [])], faint, ...lie, cut: await cutOff(page), beyond: await beyondTheSides(page) };
    };
    const NONE = { small: [], faint: [], below: 0, sideways: 0, scrolls: [], cut: [], beyond: [] };
    for (const [at, stage] of SIDES.entries()) {
      await press(page, String(at + 1));
      await expect.poll(() => page.locator('.strip [aria-pressed=true]').innerText()).toContain(String(at + 1));
      const box = (await page.locator('section.stage').getByRole('application').boundingBox())!;
      expect(box.height, stage).toBeGreaterThanOrEqual(least);
      expect(box.y + box.height, stage).toBeLessThanOrEqual(deck.y);
      // With the measurements, which come after the picture.
      await page.waitForFunction(() => document.querySelector('.value.absent') === null);
      await expect.poll(wrong, { message: stage }).toEqual(NONE);
      const beside = page.locator('section.stage .lecture');
      for (const role of ['slider', 'meter'] as const) {
        const names = await beside.getByRole(role).evaluateAll((all) => all.map((each) => each.getAttribute('aria-label') ?? (each as HTMLInputElement).labels![0]!.innerText));
        expect(names, `${stage}, ${role}`).toEqual(BESIDE[stage][role].map((key) => say(language, key)));
      }
      const marked = { scores: ['symbolQ', 'symbolK'], scaled: ['symbolScale'], masked: ['symbolMask'], weights: ['symbolSoftmax'], output: ['symbolV'] } as const;
      expect(await page.locator('.formula [aria-current=step]').evaluateAll((all) => all.map((each) => (each as HTMLElement).title))).toEqual(marked[stage].map((key) => say(language, key)));
    }
    // A locked row stands in place of the meters.
    await set(lab, { stage: 'weights', mask: 'causal', locked: { row: 4, col: 1 } });
    await page.locator('.lecture').getByRole('button', { name: say(language, 'why') }).waitFor();
    await expect.poll(() => page.locator('.lecture').getByRole('option').count()).toBe(language === 'zh' ? 9 : 11);
    await expect.poll(wrong, { message: 'a locked row' }).toEqual(NONE);
    await set(lab, { locked: null, heads: 16 });
    // Two more screens, and both one press away.
    await press(page, 'End', 'PageUp');
    await page.getByRole('radiogroup', { name: say(language, 'allHeads') }).waitFor();
    await page.locator('.caption .figure').first().waitFor();
    await expect.poll(wrong, { message: 'all heads' }).toEqual(NONE);
    await press(page, 'PageDown');
    await expect.poll(() => page.getByRole('meter').count()).toBe(9);
    await page.waitForFunction(() => document.querySelector('.value.absent') === null);
    await expect.poll(wrong, { message: 'all meters' }).toEqual(NONE);
    await page.getByRole('button', { name: say(language, 'allHeads'), exact: true }).click();
    await page.getByRole('radiogroup', { name: say(language, 'allHeads') }).waitFor();
    await page.getByRole('button', { name: say(language, 'allHeads'), exact: true }).click();
    await page.locator('section.stage').waitFor();
    expect(lab.errors).toEqual([]);
    await lab.close();
  }, 120_000);
});

describe('the workbench on a projector', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await visit({ path: '#/?presenter', viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
    await lab.page.locator('nav.turn').waitFor();
  });
  beforeEach(() => lab.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur()));
  afterAll(() => lab?.close());

  test('shows formula, the whole strip and the stage; the source is folded away until it is asked for', async () => {
    const { page } = lab;
    await expect.poll(() => page.locator('.strip').evaluate((strip) => strip.parentElement!.scrollWidth - strip.parentElement!.clientWidth)).toBeLessThanOrEqual(0);
    const map = (await page.locator('section.stage').getByRole('application').boundingBox())!;
    const deck = (await page.getByRole('contentinfo').boundingBox())!;
    expect(map.y + map.height).toBeLessThanOrEqual(deck.y);
    expect(map.height).toBeGreaterThan(720 / 2);
    const rail = page.getByRole('textbox', { name: say('en', 'textLabel') });
    expect(await rail.isVisible()).toBe(false);
    const fold = page.getByRole('button', { name: say('en', 'source') });
    await tabTo(page, fold);
    await press(page, 'Enter');
    await rail.waitFor();
    await press(page, 'Enter');
    await rail.waitFor({ state: 'hidden' });
    expect((await legible(page, 7)).faint).toEqual([]);
    expect([await cutOff(page), await beyondTheSides(page)]).toEqual([[], []]);
  });

  test('its stages are the screens', async () => {
    const { page } = lab;
    await press(page, 'Home');
    await isAt(page, 1, 7);
    expect((await paramsOf(lab)).stage).toBe('scores');
    await press(page, 'PageDown', 'ArrowRight');
    expect((await paramsOf(lab)).stage).toBe('masked');
    await press(page, '5');
    await isAt(page, 5, 7);
    expect(lab.errors).toEqual([]);
  });

  test('all heads and all meters are two more, which a reload comes back to', async () => {
    const { page } = lab;
    await press(page, 'PageDown');
    await isAt(page, 6, 7);
    expect(await page.evaluate(() => location.hash)).toContain('presenter=6');
    // A head that is chosen stays chosen on the large map.
    await page.getByRole('radio', { name: say('en', 'headName', { n: 3 }) }).click();
    await reload(lab);
    await isAt(page, 6, 7);
    await press(page, 'PageDown');
    await isAt(page, 7, 7);
    // A small map leads back to its stage, and so does a symbol of the formula, to its control.
    await page.locator('.strip').getByRole('button', { name: say('en', 'stageWeights') }).click();
    await isAt(page, 4, 7);
    expect(await page.getByRole('heading', { level: 2 }).first().innerText()).toContain(say('en', 'headName', { n: 3 }));
    await press(page, 'End');
    await page.getByRole('button', { name: say('en', 'symbolScale') }).click();
    await isAt(page, 2, 7);
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('.lecture') !== null && document.activeElement?.matches('input'))).toBe(true);
    expect(lab.errors).toEqual([]);
  });
});

test('? lists the keys outside a lecture too', async () => {
  const lab = await visit();
  await press(lab.page, '?');
  await lab.page.getByRole('dialog', { name: sayFrame('en', 'keysTitle') }).waitFor();
  await press(lab.page, 'Escape');
  await lab.page.getByRole('dialog').waitFor({ state: 'detached' });
  await lab.close();
});
