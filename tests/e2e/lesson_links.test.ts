/** A teacher's lesson: composed from what is on screen, shared as one link, a QR code or a file, and walked by a class. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import jsQR from 'jsqr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TextKey } from '../../src/exhibits/lessons/text';
import { sentences } from '../../src/exhibits/lessons/text/en';
import { describeFileInEnglish } from '../../src/exhibits/files';
import { sentences as scaling } from '../../src/exhibits/scaling/text/en';
import { decodeLesson, encodeLesson } from '../../src/formats/lesson';
import { FormatError } from '../../src/formats/errors';
import { openLab, type Lab } from './lib/browser';
import { decodePng } from './lib/png';
import { drawn, notices, sayFrame } from './lib/visit';
import { beyondTheSides, cutOff } from './lib/words';

const say = (key: TextKey, values: Readonly<Record<string, string | number>> = {}) =>
  sentences[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
const button = ({ page }: Lab, key: TextKey, values = {}) => page.getByRole('button', { name: say(key, values), exact: true });
const goTo = ({ page }: Lab, hash: string) => page.evaluate((to) => { location.hash = to; }, hash);
const params = ({ page }: Lab) => page.evaluate(() => (globalThis.lab as { params: unknown } | undefined)?.params as Record<string, unknown>);
/** Waits until the exhibit on screen has these parameters. */
const shows = (lab: Lab, wanted: Readonly<Record<string, unknown>>) => expect.poll(() => params(lab), { interval: 20, timeout: 10_000 }).toMatchObject(wanted);
const hash = ({ page }: Lab) => page.evaluate(() => location.hash);
const sentence = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return describeFileInEnglish(error);
  }
  throw new Error('No sentence: nothing was refused.');
};
const settings = ({ page }: Lab) => page.locator('.composer .written').allInnerTexts();
const axe = readFileSync(fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
/** What axe finds against WCAG 2.2 AA on the page as it stands. */
async function violations({ page }: Lab): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: { run(where: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe;
    const { violations } = await run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
}
const link = ({ page }: Lab) => page.getByLabel(say('link'), { exact: true }).inputValue();

let teacher: Lab;
let address = '';
beforeAll(async () => {
  teacher = await openLab({ path: '#/compose', reducedMotion: 'reduce', deviceScaleFactor: 2 });
});
afterAll(() => teacher?.close());

describe('a teacher', () => {
  test('adds what is on screen, wherever it is, a drag that has just ended included', async () => {
    const { page } = teacher;
    await page.getByText(say('empty')).waitFor();
    await goTo(teacher, '#/scaling?dk=4&scale=off');
    await drawn(teacher);
    await button(teacher, 'add').click();
    await page.getByText(say('added', { at: 1 })).waitFor();
    const width = page.getByRole('slider', { name: scaling.width }).first();
    await width.press('End');
    await page.evaluate((name) => [...document.querySelectorAll('button')].find((each) => each.textContent!.trim() === name)!.click(), say('add'));
    await page.getByText(say('added', { at: 2 })).waitFor();
    await goTo(teacher, '#/?source=random&n=7');
    await shows(teacher, { n: 7, source: 'random' });
    await button(teacher, 'add').click();
    await page.getByText(say('added', { at: 3 })).waitFor();
    await page.getByRole('link', { name: say('edit') }).click();
    await expect.poll(() => settings(teacher)).toEqual(['dk = 4, scale = off', 'dk = 4096, scale = off', 'source = random, n = 7']);
  });

  test('orders the steps, with the keyboard too, takes one out and gets it back', async () => {
    const { page } = teacher;
    await button(teacher, 'down', { at: 1 }).press('Enter');
    expect(await settings(teacher)).toEqual(['dk = 4096, scale = off', 'dk = 4, scale = off', 'source = random, n = 7']);
    // The focus goes along, so that Enter moves on.
    await page.keyboard.press('Enter');
    expect(await settings(teacher)).toEqual(['dk = 4096, scale = off', 'source = random, n = 7', 'dk = 4, scale = off']);
    await page.locator('.grip').nth(2).dragTo(page.locator('.composer ol > li').first());
    expect(await settings(teacher)).toEqual(['dk = 4, scale = off', 'dk = 4096, scale = off', 'source = random, n = 7']);
    await button(teacher, 'remove', { at: 3 }).click();
    expect(await settings(teacher)).toHaveLength(2);
    await button(teacher, 'undo').click();
    expect(await settings(teacher)).toHaveLength(3);
    await button(teacher, 'remove', { at: 3 }).click();
  });

  test('writes headings and notes, and leaves a control out', async () => {
    const { page } = teacher;
    await page.getByLabel(say('title')).fill('Why √d_k? <b>除以</b>');
    const card = page.locator('.composer ol > li').first();
    await card.getByLabel(say('heading')).fill('Four numbers');
    await card.getByLabel(say('note'), { exact: true }).fill('Ask: which key wins?\nThen wait.');
    await card.getByLabel(say('noteShown')).check();
    await card.locator('summary').click();
    await card.getByRole('checkbox', { name: scaling.scaling, exact: true }).uncheck();
    await card.getByRole('checkbox', { name: scaling.factor, exact: true }).uncheck();
    await card.getByRole('checkbox', { name: sayFrame('en', 'partSources'), exact: true }).uncheck();
    const second = page.locator('.composer ol > li').nth(1);
    await second.getByLabel(say('note'), { exact: true }).fill('For the speaker alone.');
    expect(await beyondTheSides(page)).toEqual([]);
    expect(await cutOff(page)).toEqual([]);
    expect(await violations(teacher)).toEqual([]);
  });

  test('goes to change a setting, and puts it into its step', async () => {
    const { page } = teacher;
    await page.getByRole('link', { name: `${say('stepName', { at: 2 })} · ${say('show')}` }).click();
    await shows(teacher, { dk: 4096 });
    await page.evaluate(() => globalThis.lab.set({ dk: 64, scale: 'rsqrt' } as never));
    await button(teacher, 'putInto', { at: 2 }).click();
    await page.getByText(say('changed', { at: 2 })).waitFor();
    await page.getByRole('link', { name: say('edit') }).click();
    await expect.poll(() => settings(teacher)).toEqual(['dk = 4, scale = off', 'source = random']);
  });

  test('finds it all again after a reload', async () => {
    const before = await link(teacher);
    await teacher.page.reload();
    await teacher.page.getByLabel(say('link'), { exact: true }).waitFor();
    expect(await link(teacher)).toBe(before);
    expect(await settings(teacher)).toHaveLength(2);
  });

  test('gets one link that holds it all, its length, and its QR code', async () => {
    const { page } = teacher;
    address = await link(teacher);
    const code = address.split('#/lesson/')[1]!;
    const { title, steps } = decodeLesson(code);
    expect(address).toBe(`${teacher.url}#/lesson/${code}`);
    expect(title).toBe('Why √d_k? <b>除以</b>');
    expect(steps).toEqual([
      { exhibit: 'scaling', setting: 'dk=4&scale=off', heading: 'Four numbers', note: 'Ask: which key wins?\nThen wait.', noteForStudents: true, hidden: ['factor', 'part-prediction', 'part-sources', 'part-steps', 'scale'] },
      { exhibit: 'scaling', setting: 'source=random', heading: '', note: 'For the speaker alone.', noteForStudents: false, hidden: ['part-prediction', 'part-steps'] },
    ]);
    await page.getByText(say('length', { length: String(address.length) })).waitFor();
    const { width, height, rgb } = decodePng(await page.getByRole('img', { name: say('qr') }).screenshot());
    const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) => (at % 4 === 3 ? 255 : rgb[3 * (at >> 2) + (at % 4)]!));
    expect(jsQR(rgba, width, height)?.data).toBe(address);
  });

  test('gets the QR code as a picture for a slide, which leads to the lesson too', async () => {
    const { page } = teacher;
    await page.getByRole('button', { name: sayFrame('en', 'export', { title: 'Why √d_k? <b>除以</b>' }) }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'PNG 2×' }).click()]);
    await page.keyboard.press('Escape');
    expect(file.suggestedFilename()).toBe('why-d-k-b-除以-b_qr-code@2x.png');
    const { width, height, rgb } = decodePng(readFileSync((await file.path())!));
    const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, at) => (at % 4 === 3 ? 255 : rgb[3 * (at >> 2) + (at % 4)]!));
    expect(jsQR(rgba, width, height)?.data).toBe(address);
  });

  test('is told what to drop where no QR code holds the link', async () => {
    const { page } = teacher;
    const note = page.getByLabel(say('note'), { exact: true }).nth(1);
    // Digests, which deflate cannot shorten: 2000 characters of them.
    const noise = Array.from({ length: 46 }, (_, index) => createHash('sha256').update(String(index)).digest('base64')).join('').slice(0, 2000);
    const other = page.getByLabel(say('note'), { exact: true }).first();
    const kept = await other.inputValue();
    await note.fill(noise);
    await other.fill(noise.split('').reverse().join(''));
    await expect.poll(async () => (await link(teacher)).length).toBeGreaterThan(2953);
    expect(await page.getByRole('img', { name: say('qr') }).count()).toBe(0);
    const long = await page.locator('.quiet', { hasText: 'a QR code holds 2,953' }).innerText();
    expect(long).toContain('shorten the notes');
    await note.fill('For the speaker alone.');
    await other.fill(kept);
    expect(await link(teacher)).toBe(address);
  });

  test('saves it as a file, puts it away, and opens the file again', async () => {
    const { page } = teacher;
    const download = page.waitForEvent('download');
    await button(teacher, 'save').click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('why-d-k-b-除以-b.json');
    const file = readFileSync((await saved.path())!);
    await button(teacher, 'putAway').click();
    expect(await settings(teacher)).toEqual([]);
    expect(await page.evaluate(() => localStorage.getItem('attention-lab/lesson'))).toBeNull();
    await page.locator('input[type=file]').setInputFiles({ name: 'lesson.json', mimeType: 'application/json', buffer: file });
    await page.getByText(say('opened', { title: 'Why √d_k? <b>除以</b>' })).waitFor();
    expect(await link(teacher)).toBe(address);

    for (const [name, bytes, message] of [
      ['cut.json', file.subarray(0, -9), '“cut.json” was cut off or is no JSON text'],
      ['picture.json', Buffer.from('{"q": [1]}'), '“picture.json” is not a lesson'],
      ['new.json', Buffer.from(file.toString().replace('"version": 1', '"version": 7')), 'newer page (version 7'],
      ['evil.json', Buffer.from(file.toString().replace('"scaling"', '"javascript:alert(1)"')), '“steps[1].exhibit” of the lesson'],
    ] as const) {
      await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer: bytes });
      await expect.poll(() => notices(teacher)).toEqual([expect.stringContaining(message)]);
      expect(await link(teacher)).toBe(address);
    }
  });

  test('meets no error, and nothing leaves the page', () => {
    expect(teacher.errors).toEqual([]);
    expect(teacher.foreign).toEqual([]);
  });
});

describe('a class', () => {
  let student: Lab;
  beforeAll(async () => {
    student = await openLab({ path: address.slice(teacher.url.length), reducedMotion: 'reduce' });
    await drawn(student);
  });
  afterAll(() => student?.close());

  const strip = () => student.page.getByRole('navigation', { name: say('lesson') });
  const scale = () => student.page.getByRole('radiogroup', { name: scaling.scaling });

  test('sees the first step: its setting, words and controls, and not the one left out', async () => {
    const { page } = student;
    expect(await params(student)).toMatchObject({ dk: 4, scale: 'off', n: 64 });
    expect((await strip().innerText()).replace(/\n+/g, '\n')).toContain('Four numbers\nAsk: which key wins?\nThen wait.');
    expect(await strip().locator('ol a').count()).toBe(2);
    expect(await violations(student)).toEqual([]);
    expect(await page.getByRole('slider', { name: scaling.width }).first().isVisible()).toBe(true);
    // Gone from the page, so from the keyboard and from screen readers.
    expect(await scale().count()).toBe(0);
    expect(await page.getByText(scaling.scaling, { exact: true }).count()).toBe(0);
    expect(await page.getByRole('slider', { name: scaling.factor }).count()).toBe(0);
    expect(await page.locator('nav.steps, section.sources').count()).toBe(0);
    // Nor can the text set what the controls cannot.
    const phrases = await page.locator('.column .set[role=button]').count();
    expect(phrases).toBeGreaterThan(0);
    for (let index = 0; index < phrases; index++) {
      await page.locator('.column .set[role=button]').nth(index).press('Enter');
      expect((await params(student)).scale).toBe('off');
    }
    expect(await page.locator('html').innerHTML()).not.toContain('<b>除以');
  });

  test('changes what it may; the address keeps lesson and setting, also through a reload', async () => {
    const { page } = student;
    await page.evaluate(() => globalThis.lab.set({ n: 10, dk: 9 } as never));
    await expect.poll(() => hash(student)).toMatch(/^#\/lesson\/1[\w-]+\/1\/scaling\?.*\bn=10\b/);
    await page.reload();
    await drawn(student);
    expect(await params(student)).toMatchObject({ dk: 9, n: 10, scale: 'off' });
    expect(await scale().count()).toBe(0);
  });

  test('goes on by a link, which any tab opens, and back by the browser', async () => {
    const { page } = student;
    const next = strip().getByRole('link', { name: say('next') });
    const second = (await next.getAttribute('href'))!;
    await next.click();
    await shows(student, { dk: 64, scale: 'rsqrt', n: 64 });
    await expect.poll(() => scale().count()).toBeGreaterThan(0);
    expect(await strip().innerText()).not.toContain('For the speaker alone.');
    expect(await next.getAttribute('href')).toBeNull();
    // A step at the defaults is shown at once, though the bare address would ask first.
    expect(await page.locator('.lid').count()).toBe(0);
    const tab: Lab = { ...student, page: await student.context.newPage() };
    await tab.page.goto(student.url + second);
    await drawn(tab);
    expect(await params(tab)).toEqual(await params(student));
    expect(await tab.page.locator('.lid').count()).toBe(0);
    await tab.page.close();
    await page.goBack();
    await shows(student, { dk: 9 });
    await expect.poll(() => scale().count()).toBe(0);
  });

  test('is led through it with a presenter’s keys', async () => {
    const { page } = student;
    await page.keyboard.press('p');
    await page.getByText(sayFrame('en', 'sceneProgress', { at: 1, of: 2 })).waitFor();
    await page.keyboard.press('PageDown');
    await shows(student, { dk: 64 });
    expect(await hash(student)).toMatch(/\/2\/scaling\?/);
    await page.getByText(sayFrame('en', 'sceneProgress', { at: 2, of: 2 })).waitFor();
    await page.keyboard.press('PageUp');
    await shows(student, { dk: 4 });
    await page.keyboard.press('p');
  });

  test('is led from a second window, where the teacher reads each step’s own note, also the one that students do not see', async () => {
    const { page } = student;
    await page.keyboard.press('p');
    await page.getByText(sayFrame('en', 'sceneProgress', { at: 1, of: 2 })).waitFor();
    const [desk] = await Promise.all([student.context.waitForEvent('page'), page.keyboard.press('s')]);
    const now = desk.getByRole('region', { name: sayFrame('en', 'speakerNow') });
    const words = () => now.innerText().then((text) => text.split('\n').filter((line) => line.trim()));
    const [first, second] = ['Ask: which key wins?', 'For the speaker alone.'];
    await expect.poll(words).toEqual([sayFrame('en', 'speakerNow'), 'Four numbers', sayFrame('en', 'noteTeacher'), first, 'Then wait.']);
    expect(await desk.getByRole('region', { name: sayFrame('en', 'speakerNext') }).innerText()).toContain(second);
    // The lecture goes on, and the note with it; a step without a heading bears the lesson's title.
    await page.keyboard.press('PageDown');
    await shows(student, { dk: 64 });
    await expect.poll(words).toEqual([sayFrame('en', 'speakerNow'), 'Why √d_k? <b>除以</b>', sayFrame('en', 'noteTeacher'), second]);
    expect(await page.locator('body').innerText()).not.toContain(second);
    // And back, from the speaker's window.
    await desk.keyboard.press('PageUp');
    await shows(student, { dk: 4 });
    await expect.poll(words).toContain(first);
    await desk.close();
    await page.keyboard.press('p');
  });

  test('keeps its view where another lesson’s link is broken, and reads one sentence', async () => {
    const code = address.split('#/lesson/')[1]!;
    for (const broken of [code.slice(0, -4), 'nonsense', `7${code.slice(1)}`]) {
      await goTo(student, `#/lesson/${broken}`);
      await expect.poll(() => notices(student)).toEqual([await sentence(() => decodeLesson(broken))]);
      expect(await params(student)).toMatchObject({ dk: 4, scale: 'off' });
      expect(await scale().count()).toBe(0);
    }
    await student.page.goto('about:blank');
    await student.page.goto(`${student.url}#/lesson/${code.slice(0, 40)}`);
    await expect.poll(() => notices(student)).toEqual([await sentence(() => decodeLesson(code.slice(0, 40)))]);
    await student.page.locator('a.card').first().waitFor();
  });

  test('is asked first where a step is a question, also between two steps of one exhibit', async () => {
    const bare = { exhibit: 'scaling', setting: '', heading: '', note: '', noteForStudents: false, hidden: [] };
    const code = encodeLesson({ title: '', steps: [{ ...bare, setting: 'n=12' }, bare, { ...bare, exhibit: 'gone' }] });
    await student.page.goto(`${student.url}#/lesson/${code}`);
    await drawn(student);
    expect(await student.page.locator('.lid').count()).toBe(0);
    await strip().getByRole('link', { name: say('next') }).click();
    await student.page.locator('.lid').waitFor();
    await strip().getByRole('link', { name: say('next') }).click();
    await expect.poll(() => notices(student)).toContain(sayFrame('en', 'unknownPage', { slug: 'gone' }));
  });

  test('may make it its own', async () => {
    await goTo(student, address.slice(student.url.length));
    await strip().getByRole('link', { name: say('own') }).click();
    await expect.poll(() => settings(student)).toEqual(['dk = 4, scale = off', 'source = random']);
    expect(await hash(student)).toBe('#/compose');
    expect(await link(student)).toBe(address);
  });

  test('meets no error, and nothing leaves the page', () => {
    expect(student.errors).toEqual([]);
    expect(student.foreign).toEqual([]);
  });
});
