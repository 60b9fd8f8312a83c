/** The panel of colours: a choice reaches every map and legend, on both painters, and is remembered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seenAs, VIEWS } from '../../src/ui/colour/vision';
import { closestSteps } from '../../src/ui/maps/palette-check';
import { colourOf, PALETTE_NAMES, paletteTable, paletteTables, PROJECTOR_PALETTES, USUAL_PALETTES, type PaletteChoice } from '../../src/ui/maps/palettes';
import type { Lab } from './lib/browser';
import { press, tabTo } from './lib/keyboard';
import { decodePng, pixelAt } from './lib/png';
import { goTo, read, reload, sayFrame, set, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
  await set(lab, { text: 'one two three', heads: 1, dk: 8, root: false });
});
afterAll(() => lab?.close());

const page = () => lab.page;
const opener = () => page().getByRole('banner').getByRole('button', { name: sayFrame('en', 'display') });
const panel = () => page().getByRole('dialog', { name: sayFrame('en', 'display') });
const palette = (name: string) => panel().getByRole('radio', { name, exact: true });
const bytes = (colour: number) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** The colours of the 3 × 3 cells of the large map, beside their numbers. */
async function colours(): Promise<number[][]> {
  const picture = decodePng(await page().getByRole('application').first().screenshot());
  return Array.from({ length: 9 }, (_, at) => bytes(pixelAt(picture, ((at % 3) + 0.15) * (picture.width / 3), (Math.floor(at / 3) + 0.15) * (picture.height / 3))));
}

/** The colours that the weights have in a palette. */
async function expected(sequential: 'viridis' | 'cividis'): Promise<number[][]> {
  const tables = paletteTables({ ...USUAL_PALETTES, sequential });
  const { data } = await read(lab, 'weights');
  return data.map((value) => [...colourOf(value, { palette: 'sequential', domain: [0, 1] }, tables).slice(0, 3)]);
}

/** The legend beneath the large map shows a palette: the colour of its middle, which stretching mixes with neighbours that differ by one or two. */
async function expectLegend(name: 'viridis' | 'cividis'): Promise<void> {
  const picture = decodePng(await page().locator('section.stage .legend canvas').first().screenshot());
  const middle = bytes(pixelAt(picture, picture.width / 2, picture.height / 2));
  const table = paletteTable('sequential', name);
  middle.forEach((byte, c) => expect(Math.abs(byte - table[4 * 128 + c]!)).toBeLessThanOrEqual(3));
}

async function openPanel(): Promise<void> {
  await opener().click();
  await panel().waitFor();
}
async function closePanel(): Promise<void> {
  await press(page(), 'Escape');
  await panel().waitFor({ state: 'detached' });
}

describe('the panel', () => {
  test('opens and closes by the keyboard, and gives the focus back', async () => {
    await tabTo(page(), opener());
    await press(page(), 'Enter');
    await panel().waitFor();
    await page().waitForFunction(() => document.activeElement?.closest('dialog') !== null);
    // Tab goes round within it.
    for (let stop = 0; stop < 12; stop++) {
      await press(page(), 'Tab');
      expect(await page().evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
    }
    await press(page(), 'Escape');
    await panel().waitFor({ state: 'detached' });
    await expect.poll(() => opener().evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('shows every palette under each kind of vision and on a washed-out projector, with the number that the tests compute', async () => {
    await openPanel();
    expect(await panel().locator('.strip').count()).toBe(VIEWS.length * Object.values(PALETTE_NAMES).flat().length);
    const numbers = await panel().locator('fieldset').first().locator('.number').allInnerTexts();
    const wanted = PALETTE_NAMES.sequential.flatMap((name) => (['usual', 'deuteranopia', 'protanopia', 'tritanopia', 'washed'] as const).map((vision) => closestSteps(paletteTable('sequential', name), vision).toFixed(1)));
    expect(numbers).toEqual(wanted);
    await closePanel();
  });

  test('a palette chosen with an arrow key colours maps and legends at once', async () => {
    expect(await colours()).toEqual(await expected('viridis'));
    await expectLegend('viridis');
    await openPanel();
    await palette('viridis').focus();
    await press(page(), 'ArrowDown');
    expect(await palette('cividis').isChecked()).toBe(true);
    await closePanel();
    expect(await colours()).toEqual(await expected('cividis'));
    await expectLegend('cividis');
  });

  test('the choice is remembered, and the CPU paints with it too', async () => {
    await reload(lab);
    expect(await colours()).toEqual(await expected('cividis'));
    await goTo(lab, `${new URL(page().url()).hash || '#/?'}&gpu=off`);
    expect(await page().evaluate(() => globalThis.lab.backend)).toBe('cpu');
    expect(await colours()).toEqual(await expected('cividis'));
  });
});

test('the whole page is shown as seen with a deficiency, and a button leads back', async () => {
  const before = await colours();
  await openPanel();
  await panel().getByRole('radio', { name: sayFrame('en', 'visionDeuteranopia') }).check();
  await closePanel();
  const seen = await colours();
  // Browsers filter in 8 bits of linear light, dark colours the coarsest: 12.92 units of sRGB for each of linear.
  seen.forEach((colour, at) => colour.forEach((byte, c) => expect(Math.abs(byte - seenAs(before[at]!, 'deuteranopia')[c]!)).toBeLessThanOrEqual(13)));
  expect(seen).not.toEqual(before);
  await page().getByRole('button', { name: sayFrame('en', 'seenAs', { vision: sayFrame('en', 'visionDeuteranopia') }) }).click();
  await expect.poll(colours).toEqual(before);
});

test('the whole page is shown as on a washed-out projector', async () => {
  const before = await colours();
  await openPanel();
  await panel().getByRole('radio', { name: sayFrame('en', 'viewWashed') }).check();
  await closePanel();
  const seen = await colours();
  seen.forEach((colour, at) => colour.forEach((byte, c) => expect(Math.abs(byte - seenAs(before[at]!, 'washed')[c]!)).toBeLessThanOrEqual(2)));
  await page().getByRole('button', { name: sayFrame('en', 'seenWashed') }).click();
  await expect.poll(colours).toEqual(before);
});

describe('presenter mode', () => {
  /** The colours that the scores have in a choice of palettes. */
  async function scores(choice: PaletteChoice): Promise<number[][]> {
    const { data } = await read(lab, 'scores');
    const { domain } = await page().evaluate(() => ({ domain: [...document.querySelectorAll('section.stage .scale')].map((scale) => scale.getAttribute('aria-label'))[0]! }));
    const limit = Number(domain.match(/… ([\d.]+)/)![1]);
    return data.map((value) => [...colourOf(value, { palette: 'diverging', domain: [-limit, limit] }, paletteTables(choice)).slice(0, 3)]);
  }
  const leave = async (on: boolean) => {
    await press(page(), 'p');
    await page().locator(on ? 'html[data-presenter]' : 'html:not([data-presenter])').waitFor();
  };

  test('begins with palettes whose ends are apart in lightness, on map and legend; the panel says so on either side', async () => {
    await goTo(lab, '#/?text=one+two+three&heads=1&dk=8&stage=scores&scoreScale=linear');
    expect(await colours()).toEqual(await scores({ ...USUAL_PALETTES, sequential: 'cividis' }));
    await openPanel();
    await panel().getByText(sayFrame('en', 'palettesBeside', { names: Object.values(PROJECTOR_PALETTES).join(' · ') })).waitFor();
    await closePanel();
    await leave(true);
    await expect.poll(colours).toEqual(await scores(PROJECTOR_PALETTES));
    const bar = decodePng(await page().locator('section.stage .legend canvas').first().screenshot());
    const table = paletteTable('diverging', PROJECTOR_PALETTES.diverging);
    for (const [x, at] of [[0, 0], [bar.width - 1, 255]] as const) {
      bytes(pixelAt(bar, x, bar.height / 2)).forEach((byte, c) => expect(Math.abs(byte - table[4 * at + c]!)).toBeLessThanOrEqual(6));
    }
  });

  test('keeps what is chosen there, and leaves the other pages theirs', async () => {
    await openPanel();
    await panel().getByText(sayFrame('en', 'palettesPresenting')).waitFor();
    await palette('BrBG').check();
    await closePanel();
    await expect.poll(colours).toEqual(await scores({ ...PROJECTOR_PALETTES, diverging: 'BrBG' }));
    await leave(false);
    await expect.poll(colours).toEqual(await scores({ ...USUAL_PALETTES, sequential: 'cividis' }));
    await leave(true);
    await reload(lab);
    await expect.poll(colours).toEqual(await scores({ ...PROJECTOR_PALETTES, diverging: 'BrBG' }));
    await leave(false);
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
