/** Exported files against what is on the device: downloaded as a visitor does, and read with other people's parsers. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseNpy } from '../../src/formats/npy';
import { openNpz } from '../../src/formats/npz';
import type { Lab } from './lib/browser';
import { press, tabTo } from './lib/keyboard';
import { decodePng, pixelAt } from './lib/png';
import { goTo, paramsOf, read, say, sayFrame, set, until, visit } from './lib/visit';

const START = {
  source: 'text', text: 'the cat 猫 <b>&amp; the end', n: 4, heads: 4, dk: 16, scale: 'rsqrt', mask: 'causal', stage: 'weights', head: 2, compare: '', difference: false, wipe: 50, root: false, locked: null,
};

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
});
beforeEach(async () => {
  await lab.page.keyboard.press('Escape');
  await set(lab, START);
});
afterAll(() => lab?.close());

const menuItem = (name: string) => lab.page.getByRole('menuitem', { name });
const button = (title: string) => lab.page.getByRole('button', { name: sayFrame('en', 'export', { title }), exact: true });
const stageTitle = (head = 2) => `${say('en', 'stageWeightsLong')} · ${say('en', 'headName', { n: head })}`;

/** Opens a figure's menu, takes one file, and closes the menu. */
async function download(title: string, item: string): Promise<{ name: string; bytes: Uint8Array }> {
  await button(title).click();
  const [file] = await Promise.all([lab.page.waitForEvent('download'), menuItem(item).click()]);
  await lab.page.keyboard.press('Escape');
  return { name: file.suggestedFilename(), bytes: new Uint8Array(await readFile(await file.path())) };
}

interface SvgFacts {
  readonly texts: string[];
  readonly link: string;
  readonly description: string;
  readonly cells: { row: number; col: number; value: string; fill: string }[];
  readonly images: number;
}

/** An SVG through the browser's own XML parser. @throws where it is not well-formed */
const parse = (bytes: Uint8Array): Promise<SvgFacts> =>
  lab.page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml');
    const error = file.querySelector('parsererror');
    if (error) throw new Error(error.textContent ?? 'not XML');
    const source = file.getElementsByTagNameNS('http://purl.org/dc/elements/1.1/', 'source')[0]!;
    return {
      texts: [...file.querySelectorAll('text')].map((element) => element.textContent),
      link: source.textContent,
      description: file.querySelector('desc')!.textContent,
      cells: [...file.querySelectorAll('[data-value]')].map((cell) => ({
        row: Number(cell.getAttribute('data-row')), col: Number(cell.getAttribute('data-col')), value: cell.getAttribute('data-value')!, fill: cell.getAttribute('fill')!,
      })),
      images: file.querySelectorAll('image').length,
    };
  }, Buffer.from(bytes).toString('utf8'));

/** The values of tEXt chunks by keyword. */
function textsIn(png: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    if (String.fromCharCode(...png.subarray(at + 4, at + 8)) !== 'tEXt') continue;
    const [keyword, text] = Buffer.from(png.subarray(at + 8, at + 8 + view.getUint32(at))).toString('latin1').split('\0');
    found[keyword!] = text!;
  }
  return found;
}

const bits = (data: Float32Array | Float64Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');

/** The chosen head of a tensor, as `lab.read` has it. */
async function headOf(name: string, head = 2): Promise<Float32Array> {
  const { shape, data } = await read(lab, name);
  const size = shape[1]! * shape[2]!;
  return Float32Array.from(data.slice(head * size, (head + 1) * size));
}

describe('the stage', () => {
  test('as SVG: tokens as text, every cell with the tensor’s number, the link in its metadata', async () => {
    const { name, bytes } = await download(stageTitle(), 'SVG');
    const [, n] = (await read(lab, 'weights')).shape as [number, number, number];
    expect(name).toBe(`attention-weights_head-2_n-${n}_dk-16_causal_rsqrt.svg`);
    const { texts, link, description, cells } = await parse(bytes);
    expect(texts).toEqual(expect.arrayContaining([stageTitle(), 'the', 'cat', '猫', '<', '&', say('en', 'query'), say('en', 'key'), say('en', 'maskedWord')]));
    const weights = await headOf('weights');
    expect(cells).toHaveLength(n * n);
    for (const { row, col, value, fill } of cells) {
      if (col > row) expect([value, fill]).toEqual(['masked', 'url(#masked)']);
      else expect(Math.fround(Number(value))).toBe(weights[row * n + col]);
    }
    // The link alone brings the setting back.
    const params = await paramsOf(lab);
    expect(description).toContain(link);
    const other = { ...lab, page: await lab.context.newPage() };
    await goTo({ ...other, url: '' }, link);
    expect(await paramsOf(other)).toEqual(params);
    await other.page.close();
  });

  test('as PNG: twice and four times the pixels, the page’s colours, the link in a text chunk', async () => {
    const [two, four] = [await download(stageTitle(), 'PNG 2×'), await download(stageTitle(), 'PNG 4×')];
    expect(two.name).toMatch(/^attention-weights_head-2_.*@2x\.png$/);
    const [small, large] = [decodePng(two.bytes), decodePng(four.bytes)];
    expect([large.width, large.height]).toEqual([2 * small.width, 2 * small.height]);
    const svg = Buffer.from((await download(stageTitle(), 'SVG')).bytes).toString();
    expect(small.width).toBe(2 * Number(/<svg [^>]*width="(\d+)"/.exec(svg)![1]));
    expect(textsIn(two.bytes)).toMatchObject({ URL: lab.page.url(), Software: 'Attention Lab' });
    expect(pixelAt(small, 1, 1)).toBe(0xffffff);
    // The first cell is the weight 1 of the first query: the brightest colour of the palette, somewhere in the picture.
    const brightest = Array.from({ length: small.width * small.height }, (_, at) => at).some((at) => pixelAt(small, at % small.width, Math.floor(at / small.width)) === 0xfde725);
    expect(brightest).toBe(true);
  });

  test('as .npy: the tensor bit for bit, masked scores as −∞', async () => {
    await set(lab, { stage: 'masked' });
    const title = `${say('en', 'stageMaskedLong')} · ${say('en', 'headName', { n: 2 })}`;
    const { name, bytes } = await download(title, 'NumPy');
    expect(name).toMatch(/^masked-scores_head-2_.*\.npy$/);
    const file = parseNpy(bytes, name);
    if (!('data' in file)) throw new Error('No numbers in the file.');
    const scores = await headOf('masked');
    expect(file.shape).toEqual([Math.sqrt(scores.length), Math.sqrt(scores.length)]);
    expect(bits(file.data)).toBe(bits(scores));
    expect(scores.includes(-Infinity)).toBe(true);
  });

  test('as CSV and JSON: the same numbers with their labels', async () => {
    const weights = await headOf('weights');
    const n = Math.sqrt(weights.length);
    const json = JSON.parse(Buffer.from((await download(stageTitle(), 'JSON')).bytes).toString()) as { link: string; weights: { shape: number[]; data: number[]; labels: string[][] } };
    expect(json.link).toBe(lab.page.url());
    expect(json.weights.shape).toEqual([n, n]);
    expect(bits(Float32Array.from(json.weights.data))).toBe(bits(weights));
    expect(json.weights.labels[1]!.slice(0, 3)).toEqual(['the', 'cat', '猫']);
    const csv = Buffer.from((await download(stageTitle(), 'CSV')).bytes).toString().split('\n');
    expect(csv.slice(0, 2)).toEqual([`# ${stageTitle()}`, `# ${lab.page.url()}`]);
    expect(csv[2]).toMatch(/^,0 the,1 cat,2 猫/);
    expect(csv[3]!.split(',').slice(1).map(Number).map(Math.fround)).toEqual([...weights.subarray(0, n)]);
  });

  test('beside a pinned setting: both tensors, and in the picture each on its side of the wipe', async () => {
    await lab.page.getByRole('button', { name: say('en', 'pin') }).click();
    await until(lab, `lab.params.compare !== ''`);
    const a = await headOf('weights');
    await set(lab, { scale: 'off' });
    const b = await headOf('weights');
    const { name, bytes } = await download(stageTitle(), 'NumPy');
    expect(name).toBe(`attention-weights_compared_head-2_n-${Math.sqrt(a.length)}_dk-16_causal_unscaled.npz`);
    const arrays = openNpz(bytes, name);
    const numbers = (array: string) => {
      const found = arrays.read(array);
      if (!('data' in found)) throw new Error(`${array} holds no numbers.`);
      return bits(found.data);
    };
    expect([numbers('weights_A'), numbers('weights_B')]).toEqual([bits(a), bits(b)]);
    expect(arrays.read('link')).toMatchObject({ strings: [lab.page.url()] });
    const { cells } = await parse((await download(stageTitle(), 'SVG')).bytes);
    const n = Math.sqrt(a.length);
    const first = cells.find(({ row, col, value }) => row === n - 1 && col === 0 && value !== 'masked')!;
    const last = cells.find(({ row, col }) => row === n - 1 && col === n - 1)!;
    expect([Math.fround(Number(first.value)), Math.fround(Number(last.value))]).toEqual([a[(n - 1) * n], b[n * n - 1]]);
  });
});

test('more than 128 keys are a picture in the SVG, and the axes stay text', async () => {
  await set(lab, { source: 'random', n: 160, heads: 1, head: 0, mask: 'none' });
  const { texts, cells, images } = await parse((await download(stageTitle(0), 'SVG')).bytes);
  expect([cells.length, images]).toEqual([0, 1]);
  expect(texts).toEqual(expect.arrayContaining(['0', '100', say('en', 'query')]));
});

test('all heads are one array [h, n, n] and one picture', async () => {
  const title = `${say('en', 'allHeads')} · ${say('en', 'stageWeights')}`;
  const { shape, data } = await read(lab, 'weights');
  const file = parseNpy((await download(title, 'NumPy')).bytes, 'heads.npy');
  expect(file.shape).toEqual(shape);
  expect('data' in file && bits(file.data)).toBe(bits(Float32Array.from(data)));
  const { texts, cells } = await parse((await download(title, 'SVG')).bytes);
  expect(cells).toHaveLength(data.length);
  expect(texts).toEqual(expect.arrayContaining([0, 1, 2, 3].map((n) => say('en', 'headName', { n }))));
});

/** The lines of an exported CSV file after its comments, split where no field is quoted. */
const csvLines = (bytes: Uint8Array) => Buffer.from(bytes).toString().trim().split('\n').slice(2).map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));

test('the meters hold what window.lab.meters() says, beside what theory expects', async () => {
  const { name, bytes } = await download(say('en', 'meters'), 'CSV');
  const measured = (await lab.page.evaluate(() => globalThis.lab.meters())) as unknown as Record<string, number>;
  expect(name).toMatch(/^meters_n-\d+_dk-16_causal_rsqrt\.csv$/);
  const [header, ...lines] = csvLines(bytes);
  expect(header).toEqual(['quantity', 'name', 'value', 'expected', 'unit']);
  const numbers = Object.fromEntries(lines.map(([quantity, , value]) => [quantity!, Number(value)]));
  const shown = ['scoreVariance', 'scaledVariance', 'entropy', 'largestWeight', 'saturated', 'jacobianMean', 'jacobianMedian', 'gradientMean', 'gradientMedian'];
  expect(Object.keys(numbers).slice(0, 9)).toEqual(shown);
  for (const quantity of shown) expect(numbers[quantity], quantity).toBe(measured[quantity]);
  expect(lines.find(([quantity]) => quantity === 'scoreVariance')![3]).toBe('16');
  const { texts } = await parse((await download(say('en', 'meters'), 'SVG')).bytes);
  const numbersOnPage = await lab.page.getByRole('region', { name: say('en', 'meters') }).locator('.meter .value').allInnerTexts();
  expect(texts).toEqual(expect.arrayContaining([say('en', 'meterVariance'), say('en', 'meterGradientMedian'), 'd_k = 16', numbersOnPage[0]!]));
});

describe('why this number', () => {
  const open = () => lab.page.getByRole('button', { name: say('en', 'why') }).click();
  const drawer = () => lab.page.getByRole('dialog', { name: say('en', 'why') });
  const parts = (lines: string[][], name: string) => lines.filter(([part]) => part === name).map(([, , , value]) => (value === '-inf' ? -Infinity : Number(value)));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

  /** Takes a file from the drawer that is open. */
  async function take(item: string) {
    await drawer().getByRole('button', { name: /^Export: / }).click();
    const [file] = await Promise.all([lab.page.waitForEvent('download'), menuItem(item).click()]);
    await lab.page.keyboard.press('Escape');
    return { name: file.suggestedFilename(), bytes: new Uint8Array(await readFile(await file.path())) };
  }

  test('a weight: the products sum to the score, the exponentials to the quotient’s denominator', async () => {
    await set(lab, { locked: { row: 3, col: 2 } });
    await open();
    const { name, bytes } = await take('CSV');
    expect(name).toMatch(/^why-weight_head-2_query-3_key-2_n-\d+_dk-16_causal_rsqrt\.csv$/);
    const [header, ...lines] = csvLines(bytes);
    expect(header).toEqual(['part', 'index', 'name', 'value']);
    const [q, k, products, exponentials] = ['q', 'k', 'product', 'exponential'].map((part) => parts(lines, part)) as [number[], number[], number[], number[]];
    const n = Math.sqrt((await headOf('scores')).length);
    const at = 3 * n + 2;
    expect(q).toHaveLength(16);
    expect(products).toEqual(q.map((value, c) => value * k[c]!));
    const [score] = parts(lines, 'score');
    expect(score).toBe((await headOf('scores'))[at]);
    // Sixteen products, each added in f32 on the device.
    expect(Math.abs(sum(products) - score!)).toBeLessThanOrEqual(16 * 2 ** -24 * sum(products.map(Math.abs)));
    expect(sum(exponentials)).toBeCloseTo(parts(lines, 'row_sum')[0]!, 12);
    expect(parts(lines, 'masked_row').slice(0, 6)).toEqual([...(await headOf('masked')).subarray(3 * n, 3 * n + 6)]);
    expect(parts(lines, 'device_weight_row').map(Math.fround)).toEqual([...(await headOf('weights')).subarray(3 * n, 4 * n)]);
    expect(parts(lines, 'weight')[0]).toBeCloseTo((await headOf('weights'))[at]!, 6);
    const { texts } = await parse((await take('SVG')).bytes);
    expect(texts).toEqual(expect.arrayContaining([say('en', 'whyProducts'), say('en', 'whySum'), say('en', 'whyQuotient'), 'cat', '猫']));
    expect(texts).toContain(await drawer().locator('li', { hasText: say('en', 'whySum') }).locator('.value').innerText());
    const npz = await take('NumPy');
    expect(npz.name).toMatch(/\.npz$/);
    expect(openNpz(npz.bytes, npz.name).read('value')).toMatchObject({ shape: [lines.length] });
    await lab.page.keyboard.press('Escape');
    await drawer().waitFor({ state: 'detached' });
  });
});

test('the strip of the masks exhibit: four matrices as one array each, and in one picture', async () => {
  const page = await lab.context.newPage();
  await page.goto(`${lab.url}#/masks?mask=causal`);
  const strip = page.getByRole('button', { name: /^Export: scores → mask → masked scores → weights/ });
  await strip.click();
  const [npz] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'NumPy' }).click()]);
  const [svg] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'SVG' }).click()]);
  const arrays = openNpz(new Uint8Array(await readFile(await npz.path())), npz.suggestedFilename());
  const numbers = (name: string) => {
    const found = arrays.read(name);
    if (!('data' in found)) throw new Error(`${name} holds no numbers.`);
    return found.data;
  };
  const [scores, mask, masked, weights] = ['scores', 'mask', 'masked', 'weights'].map(numbers) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const n = Math.sqrt(scores.length);
  expect([...masked]).toEqual([...scores].map((score, cell) => (mask[cell] === -Infinity ? -Infinity : score)));
  expect([...mask].filter((value) => value === -Infinity)).toHaveLength((n * (n - 1)) / 2);
  const { texts, cells } = await parse(new Uint8Array(await readFile(await svg.path())));
  expect(texts).toEqual(expect.arrayContaining(['scores', 'mask', 'masked scores', 'weights', '+', '=', 'softmax']));
  expect(cells).toHaveLength(4 * n * n);
  const drawn = cells.slice(3 * n * n);
  for (const { row, col, value } of drawn) expect(value === 'masked' ? 0 : Math.fround(Number(value))).toBe(weights[row * n + col]);
  await page.close();
});

describe('the menu', () => {
  test('is a menu for the keyboard: arrows walk, Escape gives the focus back, and nothing of it is loaded before', async () => {
    const page = await lab.context.newPage();
    const own = { ...lab, page };
    await goTo(own, '#/');
    const scripts = () => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /Menu-.*\.js/.test(name)).length);
    expect(await scripts()).toBe(0);
    const export0 = page.getByRole('button', { name: /^Export: Attention weights/ });
    await tabTo(page, export0, 120);
    await press(page, 'Enter');
    await page.getByRole('menuitem', { name: 'PNG 2×' }).waitFor();
    expect(await scripts()).toBe(1);
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim().replace(/\s+/g, ' '));
    expect(await focused()).toMatch(/^PNG 2×/);
    await press(page, 'ArrowDown', 'ArrowDown');
    expect(await focused()).toMatch(/^SVG/);
    await press(page, 'Home', 'ArrowUp');
    expect(await focused()).toMatch(/^NumPy/);
    await press(page, '1'); // a key of the page, which rests meanwhile
    await press(page, 'Escape');
    expect(await page.getByRole('menu').count()).toBe(0);
    expect(await export0.evaluate((element) => element === document.activeElement)).toBe(true);
    expect((await paramsOf(own)).stage).toBe('weights');
    await page.close();
  });

  test('takes the page’s colours when asked', async () => {
    await lab.page.emulateMedia({ colorScheme: 'dark' });
    await button(stageTitle()).click();
    await lab.page.getByRole('menuitemradio', { name: sayFrame('en', 'exportGroundPage') }).click();
    const [file] = await Promise.all([lab.page.waitForEvent('download'), menuItem('PNG 2×').click()]);
    await lab.page.keyboard.press('Escape');
    expect(pixelAt(decodePng(new Uint8Array(await readFile(await file.path()))), 1, 1)).toBe(0x15171b);
    await lab.page.emulateMedia({ colorScheme: 'light' });
  });

  test('puts a picture of the figure on the clipboard that other programs can take from there', async () => {
    await lab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { width, height } = decodePng((await download(say('en', 'meters'), 'PNG 2×')).bytes);
    await button(say('en', 'meters')).click();
    await menuItem(sayFrame('en', 'exportCopy')).click();
    await lab.page.getByText(sayFrame('en', 'exportCopied')).waitFor();
    const pasted = await lab.page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const picture = await createImageBitmap(await item!.getType('image/png'));
      return { types: item!.types, width: picture.width, height: picture.height };
    });
    expect(pasted).toEqual({ types: ['image/png'], width, height });
    await lab.context.clearPermissions();
  });

  test('puts the picture on the clipboard, or says that the browser does not let it', async () => {
    const status = lab.page.getByRole('status').filter({ hasText: /clipboard/ });
    await button(stageTitle()).click();
    // Chromium lets a page that it does not know write a picture after a click; a browser that refuses throws.
    await lab.page.evaluate(() => {
      const written: unknown[] = [];
      Object.assign(globalThis, { written });
      navigator.clipboard.write = async (items) => void written.push(await items[0]!.getType('image/png'));
    });
    await menuItem(sayFrame('en', 'exportCopy')).click();
    await status.getByText(sayFrame('en', 'exportCopied')).waitFor();
    const bytes = await lab.page.evaluate(async () => [...new Uint8Array(await (globalThis as unknown as { written: Blob[] }).written[0]!.arrayBuffer())]);
    expect(textsIn(Uint8Array.from(bytes)).URL).toBe(lab.page.url());
    await lab.page.evaluate(() => {
      navigator.clipboard.write = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await menuItem(sayFrame('en', 'exportCopy')).click();
    await status.getByText(sayFrame('en', 'exportCopyRefused')).waitFor();
  });
});

test('a curve of the exhibits as SVG holds its points, as CSV its numbers', async () => {
  const page = await lab.context.newPage();
  await page.goto(`${lab.url}#/scaling?dk=64`);
  const curve = page.getByRole('button', { name: /^Export: Entropy of a row/ });
  await curve.scrollIntoViewIfNeeded();
  // every width is measured: then its series are complete
  await page.getByRole('figure').filter({ has: curve }).getByText('Table').click();
  const rows = page.getByRole('figure').filter({ has: curve }).getByRole('row');
  await page.waitForFunction(() => [...document.querySelectorAll('figure.curve tbody tr td:last-child')].filter((cell) => cell.textContent.trim()).length === 13);
  expect(await rows.count()).toBe(14);
  await curve.click();
  const [svg] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'SVG' }).click()]);
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
  expect(svg.suggestedFilename()).toBe('scaling_entropy_dk-64.svg');
  const lines = (await readFile(await csv.path(), 'utf8')).trim().split('\n').slice(3).map((line) => line.split(','));
  const measured = lines.filter(([series]) => series === 'not scaled' || series === 'scaled');
  expect(measured).toHaveLength(26);
  const signs = await page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml');
    return [...file.querySelectorAll('[data-part="not scaled"], [data-part="scaled"]')].map((part) =>
      [...part.querySelectorAll('path[transform]')].map((sign) => /translate\(([\d.]+) ([\d.]+)\)/.exec(sign.getAttribute('transform')!)!.slice(1).map(Number)),
    );
  }, await readFile(await svg.path(), 'utf8'));
  expect(signs.map((points) => points.length)).toEqual([13, 13]);
  // On a linear axis equal steps of the number are equal steps of the pixel: the last series is a line through all its points.
  const values = measured.filter(([series]) => series === 'scaled').map((line) => Number(line[2]));
  const [low, high] = [values.indexOf(Math.min(...values)), values.indexOf(Math.max(...values))];
  const heights = signs[1]!.map(([, y]) => y!);
  const slope = (heights[high]! - heights[low]!) / (values[high]! - values[low]!);
  values.forEach((value, at) => expect(heights[at]).toBeCloseTo(heights[low]! + slope * (value - values[low]!), 1));
  await page.close();
});

test('nothing went wrong in the page meanwhile', () => {
  expect(lab.errors).toEqual([]);
  expect(lab.foreign).toEqual([]);
});
