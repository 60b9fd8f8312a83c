/**
 * Every exhibit that there is, by hand: guess, steps, phrases, derivation, shaders, languages, CPU, a lost device, a phone;
 * and the overview that leads to them. What each one measures is asserted on the GPU path in tests/kernels/exhibits.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cards } from '../../src/exhibits';
import type { Exhibit } from '../../src/lab/exhibit';
import { LANGUAGES } from '../../src/lab/languages';
import { holds, readChange, stepChange, stepHref } from '../../src/lab/lesson';
import { parseHash } from '../../src/lab/location.svelte';
import { decode } from '../../src/lab/params';
import { parseProse, piecesOf, plainText } from '../../src/ui/lesson/prose';
import { openLab, type Lab, type LabOptions } from './lib/browser';
import { REMEMBER_DEVICES } from './lib/device';
import { tabTo } from './lib/keyboard';
import { countColours, decodePng } from './lib/png';
import { everyLanguage } from '../setup/sentences';
import { frame, nameOf, notices, sayFrame } from './lib/visit';
import { beyondTheSides, cutOff, wordsOn } from './lib/words';

const exhibits = await Promise.all(cards.filter((card) => card.slug).map(async (card) => (await card.load()).default));
for (const { text } of exhibits) await everyLanguage(text);

const button = ({ page }: Lab, key: Parameters<typeof sayFrame>[1], language: 'en' | 'zh' = 'en') =>
  page.getByRole('button', { name: sayFrame(language, key), exact: true }).first();
const stage = ({ page }: Lab) => page.locator('.exhibit .stage').first();
const hash = ({ page }: Lab) => page.evaluate(() => location.hash);
const valuesIn = ({ params }: Exhibit, address: string) => decode(params, parseHash(address).query);

/** Opens an exhibit and waits until there is something to measure beneath its cover. */
async function open(exhibit: Exhibit, options: LabOptions = {}): Promise<Lab> {
  const lab = await openLab({ path: `#/${exhibit.slug}`, reducedMotion: 'reduce', ...options });
  await stage(lab).locator('canvas').first().waitFor({ state: 'attached' });
  return lab;
}

/** The top of the stage as a picture, without the strip above it. */
async function picture(lab: Lab): Promise<Buffer> {
  const box = await stage(lab).evaluate((element) => {
    element.scrollIntoView({ block: 'start', behavior: 'instant' });
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height: Math.min(height, innerHeight - y) };
  });
  return lab.page.screenshot({ clip: box });
}

/** The step that the strip marks, or −1. */
const markedStep = ({ page }: Lab) =>
  page.locator('nav.steps ol a').evaluateAll((links) => links.findIndex((link) => link.getAttribute('aria-current') === 'step'));

const sideways = ({ page }: Lab) => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));

describe.each(exhibits.map((exhibit) => [exhibit.slug, exhibit] as const))('#/%s', (slug, exhibit) => {
  const prediction = exhibit.prediction!;
  const sentences = (keys: readonly (string | undefined)[]) => keys.filter((key) => key !== undefined).map((key) => exhibit.text.in('en')[key]!);
  const phrases = [
    ...sentences((exhibit.derivation ?? []).map(({ say }) => say)),
    ...sentences(exhibit.prose ?? []),
    ...sentences((exhibit.said ?? []).flatMap(({ claim, evidence }) => [claim, evidence])),
  ].flatMap((sentence) => piecesOf(parseProse(sentence), 'set').map(({ change }) => change));

  describe('a visitor with a keyboard', () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await open(exhibit);
    });
    afterAll(() => lab?.close());

    test('is asked before anything shows', async () => {
      expect(await lab.page.locator('.cover .content').getAttribute('inert')).not.toBeNull();
      expect(await stage(lab).isVisible()).toBe(false);
      expect(await lab.page.locator('section.answer').count()).toBe(0);
      expect(await hash(lab)).toBe(`#/${slug}`);
    });

    test('guesses, and reads the measurement beside the guess', async () => {
      const { page } = lab;
      await tabTo(page, page.locator('form input').first());
      await page.keyboard.press(prediction.kind === 'choice' ? 'Space' : 'ArrowRight');
      await tabTo(page, button(lab, 'predictGuess'));
      await page.keyboard.press('Enter');
      const [guessed, measured] = [page.locator('dl .yours dd'), page.locator('dl .measured dd')];
      const pending = sayFrame('en', 'predictPending');
      await expect.poll(() => measured.innerText(), { timeout: 15_000 }).not.toContain(pending);
      expect(await guessed.innerText()).not.toBe(sayFrame('en', 'predictNone'));
      expect((await guessed.innerText()).length).toBeGreaterThan(0);
      if (prediction.kind === 'choice') {
        const outcome = await measured.innerText();
        expect(prediction.options.filter(({ label }) => outcome.startsWith(plainText(exhibit.text.in('en')[label]!)))).toHaveLength(1);
      } else {
        const value = Number((await measured.innerText()).replace('−', '-').match(/^[-\d.]+/)?.[0]);
        expect(value).toBeGreaterThanOrEqual(prediction.min);
        expect(value).toBeLessThanOrEqual(prediction.max);
      }
      expect(await stage(lab).isVisible()).toBe(true);
      expect(holds(exhibit.params, prediction.set, valuesIn(exhibit, await hash(lab)).values)).toBe(true);
    });

    test('walks the steps, each with its own address and picture, and back', async () => {
      const { page } = lab;
        let before = await picture(lab);
      const start = await markedStep(lab);
      const order = exhibit.steps.map((_, index) => index).filter((index) => index !== start);
      for (const index of start < 0 ? order : [...order, start]) {
        await page.locator('nav.steps ol a').nth(index).press('Enter');
        await expect.poll(() => markedStep(lab)).toBe(index);
        const { values, problems } = valuesIn(exhibit, await hash(lab));
        expect(problems).toEqual([]);
        expect(holds(exhibit.params, stepChange(exhibit, index), values)).toBe(true);
        let now = before;
        await expect.poll(async () => Buffer.compare(before, (now = await picture(lab))), { message: `picture of step ${index + 1}` }).not.toBe(0);
        before = now;
      }
      const [last, earlier] = start < 0 ? [order.at(-1)!, order.at(-2)!] : [start, order.at(-1)!];
      await page.goBack();
      await expect.poll(() => markedStep(lab)).toBe(earlier);
      await page.goForward();
      await expect.poll(() => markedStep(lab)).toBe(last);
    });

    test('unfolds the derivation line by line', async () => {
      const lines = lab.page.locator('ol.derivation > li');
      const count = exhibit.derivation!.length;
      expect(await lines.count()).toBe(1);
      await button(lab, 'derivationNext').press('Enter');
      expect(await lines.count()).toBe(2);
      if (count > 3) await button(lab, 'derivationAll').press('Enter');
      expect(await lines.count()).toBe(count);
      expect(await lab.page.locator('ol.derivation merror').count()).toBe(0);
      const live = await lab.page.locator('ol.derivation dd').allInnerTexts();
      expect(live.length).toBeGreaterThan(0);
      expect(live.filter((value) => /NaN|undefined|null/.test(value))).toEqual([]);
    });

    test('sets controls by the phrases of the text', async () => {
      const pressed = lab.page.locator('.column .set[role=button]');
      expect(phrases.length).toBeGreaterThan(0);
      expect(await pressed.count()).toBe(phrases.length);
      for (const [index, change] of phrases.entries()) {
        await pressed.nth(index).press('Enter');
        const { values, problems } = valuesIn(exhibit, await hash(lab));
        expect(problems).toEqual([]);
        expect(holds(exhibit.params, readChange(exhibit.params, change), values), JSON.stringify(change)).toBe(true);
        expect(await pressed.nth(index).getAttribute('aria-pressed')).toBe('true');
      }
    });

    test('reads the shaders that ran', async () => {
      await button(lab, 'shaderShow').press('Enter');
      const tabs = lab.page.getByRole('tab');
      await tabs.first().waitFor();
      // A declared kernel that no step dispatches, in no variant, would be missing.
      const names = await tabs.allInnerTexts();
      const variant = (kernel: string) => names.find((name) => name === kernel) ?? names.find((name) => name.split('.')[0] === kernel.split('.')[0]);
      expect(exhibit.kernels!.filter((kernel) => !variant(kernel))).toEqual([]);
      for (const kernel of exhibit.kernels!.map((name) => variant(name)!)) {
        await lab.page.getByRole('tab', { name: kernel, exact: true }).evaluate((tab: HTMLElement) => tab.click());
        const file = readFileSync(fileURLToPath(new URL(`../../shaders/kernels/${kernel}.wgsl`, import.meta.url)), 'utf8');
        const shown = await lab.page.locator('.kernel-source .code').allTextContents();
        expect(shown.map((line) => line.trim()).join('\n').trim()).toBe(file.split('\n').map((line) => line.trim()).join('\n').trim());
      }
    });

    test('switches the language, and nothing English is left', async () => {
      const { page } = lab;
      await page.getByRole('button', { name: nameOf('zh'), exact: true }).click();
      await expect.poll(() => page.title()).toContain(plainText(exhibit.text.in('zh')[exhibit.title]!));
      expect(await page.locator('html').getAttribute('lang')).toMatch(/^zh/);
      expect(await englishLeft(lab, exhibit)).toEqual([]);
    });

    test('meets no error, and nothing comes from another host', () => {
      expect(lab.errors).toEqual([]);
      expect(lab.warnings).toEqual([]);
      expect(lab.foreign).toEqual([]);
    });
  });

  test('is a lecture, screen by screen, on a projector', async () => {
    const lab = await open(exhibit, { viewport: { width: 1280, height: 720 } });
    const { page } = lab;
    await page.keyboard.press('p');
    const progress = () => page.locator('nav.turn [role=status]').innerText();
    const screens = Number((await progress()).match(/\d+$/)![0]);
    const seen = new Set<string>();
    for (let screen = 1; screen <= screens; screen++) {
      await expect.poll(progress).toBe(sayFrame('en', 'sceneProgress', { at: screen, of: screens }));
      const look = () => page.evaluate(() => {
        const shown = [...document.querySelectorAll<HTMLElement>('.exhibit > .column, .experiment')].filter((part) => part.checkVisibility());
        const top = (selector: string) => [...document.querySelectorAll(selector)].find((element) => element.checkVisibility())?.getBoundingClientRect();
        return { parts: shown.length, picture: top('.experiment .stage canvas, .experiment .stage table')?.top, line: top('.derivation > li:last-child')?.bottom };
      });
      // Maps have their place once they have measured their room.
      await expect.poll(async () => (await look()).picture ?? 0, { message: `screen ${screen}` }).toBeLessThan((720 * 2) / 3);
      const found = await look();
      expect(found.parts, `screen ${screen}`).toBe(1);
      // A new line of the derivation is there without scrolling, as is at least a third of the screen for the picture above.
      if (found.line !== undefined) expect(found.line, `screen ${screen}`).toBeLessThanOrEqual(720);
      expect(await sideways(lab), `screen ${screen}`).toBe(0);
      seen.add(JSON.stringify([found, await page.locator('.exhibit').innerText()]));
      await page.keyboard.press('PageDown');
    }
    expect(seen.size).toBe(screens);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('works on the CPU, and says so', async () => {
    const lab = await open(exhibit, { webgpu: false });
    expect(await lab.page.locator('.lid').count()).toBe(1);
    expect(await lab.page.getByRole('banner').getByRole('status').innerText()).toBe(sayFrame('en', 'cpuNoWebgpu'));
    await button(lab, 'predictShow').click();
    await expect.poll(() => lab.page.locator('dl .measured dd').innerText(), { timeout: 30_000 }).not.toContain(sayFrame('en', 'predictPending'));
    const map = stage(lab).locator('canvas').first();
    // A flat picture has one colour, or two with the page behind it.
    await expect.poll(async () => countColours(decodePng(await map.screenshot()))).toBeGreaterThan(4);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('a step’s link shows that step at once, and a lost device comes back with the same picture', async () => {
    const lab = await open(exhibit, { path: stepHref(exhibit, 0), initScript: REMEMBER_DEVICES });
    expect(await markedStep(lab)).toBe(0);
    expect(await lab.page.locator('.lid').count()).toBe(0);
    const map = stage(lab).locator('canvas').first();
    await map.waitFor();
    const drawn = async () => decodePng(await map.screenshot());
    await expect.poll(async () => countColours(await drawn())).toBeGreaterThan(4);
    const before = (await drawn()).rgb;
    await lab.page.evaluate(() => globalThis.testDevices.at(-1)!.destroy());
    await expect.poll(() => notices(lab)).toContain(sayFrame('en', 'lost'));
    await lab.page.getByRole('button', { name: sayFrame('en', 'dismiss'), exact: true }).first().click();
    await expect.poll(async () => Buffer.compare(before, (await drawn()).rgb)).toBe(0);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('fits a phone at every step, in both languages, with everything unfolded', async () => {
    const lab = await open(exhibit, { viewport: { width: 390, height: 844 }, mobile: true, deviceScaleFactor: 2, locale: 'zh-CN' });
    await expect.poll(() => hash(lab)).toBe(`#/${slug}`);
    expect(await sideways(lab)).toBe(0);
    await button(lab, 'predictShow', 'zh').click();
    await button(lab, 'derivationAll', 'zh').click();
    await button(lab, 'shaderShow', 'zh').click();
    await lab.page.getByRole('tab').first().waitFor();
    for (const index of exhibit.steps.keys()) {
      await lab.page.locator('nav.steps ol a').nth(index).evaluate((link: HTMLElement) => link.click());
      await expect.poll(() => markedStep(lab)).toBe(index);
      expect(await sideways(lab), `step ${index + 1}`).toBe(0);
      expect(await beyondTheSides(lab.page), `step ${index + 1}`).toEqual([]);
    }
    await lab.page.getByRole('button', { name: nameOf('en'), exact: true }).click();
    await expect.poll(() => lab.page.locator('html').getAttribute('lang')).toBe('en');
    expect(await sideways(lab)).toBe(0);
    expect(await beyondTheSides(lab.page)).toEqual([]);
    expect(await cutOff(lab.page)).toEqual([]);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });
});

/** The exhibit's English sentences, or runs of English words, on a page that is Chinese; titles of papers are in their own language. */
async function englishLeft({ page }: Lab, exhibit: Exhibit): Promise<string[]> {
  const own = await page.locator('[lang=en], section.sources, header [role=status]').evaluateAll((elements) =>
    elements.flatMap((element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const texts: string[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node.textContent!.trim());
      return texts;
    }),
  );
  const words = (await wordsOn(page)).filter((word) => !own.includes(word) && word !== nameOf('en') && word !== LANGUAGES.get('en')!.switchTo);
  expect(words.length).toBeGreaterThan(60);
  const pieces = (table: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) =>
    Object.entries(table)
      .filter(([key, sentence]) => other[key] !== sentence)
      .flatMap(([, sentence]) => sentence.split(/\{\w+\}|\$[^$]*\$|[[\]*]|\((?:set|see):[^)]*\)/))
      .map((piece) => piece.trim())
      .filter((piece) => /[a-z]{2,} [a-z]{2,}/i.test(piece));
  const english = new Set([...pieces(exhibit.text.in('en'), exhibit.text.in('zh')), ...pieces(frame.en!, frame.zh!)]);
  // "Vaswani et al. 2017" names a paper in any language.
  const runs = (word: string) => /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(word.replace(/[A-Z]\w+ et al\./g, ''));
  return words.filter((word) => english.has(word) || runs(word));
}

describe('the overview', () => {
  test('has a card for the workbench and each exhibit, and each draws its own picture', async () => {
    const lab = await openLab({ path: '#/home', viewport: { width: 1280, height: 1100 }, reducedMotion: 'reduce' });
    const { page } = lab;
    const links = page.locator('a.card');
    await expect.poll(() => links.count()).toBe(cards.length);
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual(cards.map(({ slug }) => `#/${slug}`));
    for (const [index, { slug }] of cards.entries()) {
      const picture = links.nth(index).locator('.picture');
      await expect.poll(async () => countColours(decodePng(await picture.screenshot())), { message: `#/${slug}` }).toBeGreaterThan(4);
    }
    // Miniatures neither write the address nor read what is behind "#/home".
    expect(await hash(lab)).toBe('#/home');
    expect(await sideways(lab)).toBe(0);
    await links.last().press('Enter');
    await page.locator('.exhibit h1').waitFor();
    expect(await hash(lab)).toBe(`#/${cards.at(-1)!.slug}`);
    expect(lab.errors).toEqual([]);
    expect(lab.foreign).toEqual([]);
    await lab.close();
  });
});
