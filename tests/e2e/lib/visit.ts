/** The workbench as a test handles it: opened and drawn, changed and read through `window.lab`. */
import { vi } from 'vitest';
import { text, type TextKey } from '../../../src/exhibits/workbench/text';
import { LANGUAGES } from '../../../src/lab/languages';
import { frameText, type FrameKey } from '../../../src/lab/text';
import type { params as declared } from '../../../src/exhibits/workbench/params';
import type { Values } from '../../../src/lab/params';
import { everyLanguage } from '../../setup/sentences';
import { openLab, type Lab, type LabOptions } from './browser';

export type Params = Values<typeof declared>;
type Words = Readonly<Record<string, string | number>>;

/** A tensor as `lab.read` gives it, with its numbers as a plain list. */
export interface Read {
  readonly shape: number[];
  readonly data: number[];
}

/** Opens the page and waits for the first picture. */
export async function visit(options: LabOptions = {}): Promise<Lab> {
  const lab = await openLab(options);
  await drawn(lab);
  return lab;
}

/** Waits until the console is there and the first picture is drawn. */
export async function drawn({ page, errors }: Lab): Promise<void> {
  await page.waitForFunction(() => 'lab' in globalThis, null, { timeout: 20_000 }).catch((error: Error) => {
    throw new Error(`The workbench did not start: ${errors.join('\n') || error.message}`);
  });
  await page.evaluate(() => globalThis.lab.ready);
}

/** Loads the page again at its present address, as a visitor does. */
export async function reload(lab: Lab): Promise<void> {
  await lab.page.reload();
  await drawn(lab);
}

/** Goes to another address of the page, loaded afresh, and waits for its picture. */
export async function goTo(lab: Lab, hash: string): Promise<void> {
  await lab.page.goto('about:blank');
  await lab.page.goto(lab.url + hash);
  await drawn(lab);
}

/** `lab.set`: resolves when drawn, throws what the page throws. */
export const set = ({ page }: Lab, change: Partial<Params> | Record<string, unknown>): Promise<void> =>
  page.evaluate((values) => globalThis.lab.set(values), change as Record<string, unknown>);

export const paramsOf = ({ page }: Lab): Promise<Params> => page.evaluate(() => globalThis.lab.params);

/** `lab.read`. */
export const read = ({ page }: Lab, name: string): Promise<Read> =>
  page.evaluate(async (tensor) => {
    const { shape, data } = await globalThis.lab.read(tensor);
    return { shape, data: Array.from(data) };
  }, name);

/** The message of the error that an action of the page throws, without the stack; undefined where it throws none. */
export async function sentenceOf(action: Promise<unknown>): Promise<string | undefined> {
  try {
    await action;
    return undefined;
  } catch (error) {
    return /^page\.evaluate: (?:\w*Error: )?(.*)$/m.exec((error as Error).message)?.[1] ?? (error as Error).message;
  }
}

/** `lab.open` with bytes. */
export const openBytes = ({ page }: Lab, bytes: Uint8Array, name: string): Promise<void> =>
  page.evaluate(({ base64, name }) => globalThis.lab.open(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer, name), {
    base64: Buffer.from(bytes).toString('base64'),
    name,
  });

/** What the page tells its visitor in lines above the picture, in order. */
export const notices = ({ page }: Lab): Promise<string[]> => page.locator('.notice .message').allInnerTexts();

const fill = (sentence: string, values: Words): string => sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** The sentences of the workbench and of the frame, by language. */
export const [workbench, frame] = [await everyLanguage(text), await everyLanguage(frameText)];

/** A sentence of the workbench, with its values. */
export const say = (language: 'en' | 'zh', key: TextKey, values: Words = {}): string => fill(workbench[language]![key], values);

/** A sentence of the frame around it. */
export const sayFrame = (language: 'en' | 'zh', key: FrameKey, values: Words = {}): string => fill(frame[language]![key], values);

/** The words of the switch that leads to a language: its name in itself. */
export const nameOf = (language: 'en' | 'zh'): string => LANGUAGES.get(language)!.name;

/** Switches the page to the other language, and waits until it is spoken. */
export async function speak({ page }: Lab, language: 'en' | 'zh'): Promise<void> {
  await page.getByRole('button', { name: nameOf(language), exact: true }).click();
  await page.waitForFunction((tag) => document.documentElement.lang === tag, LANGUAGES.get(language)!.htmlLang);
}

/** Waits until a JavaScript expression holds in the page. Asked from outside: the page's policy lets nothing evaluate text in it. */
export const until = ({ page }: Lab, condition: string): Promise<unknown> =>
  vi.waitUntil(() => page.evaluate(condition), { timeout: 15_000, interval: 30 }).catch(() => {
    throw new Error(`Not within 15 s: ${condition}`);
  });

/** A number as the page writes it ("−0.25", "1.2×10⁻⁷") as a number; NaN where the text is none. */
export function shownNumber(text: string): number {
  const plain = text.trim().replaceAll('−', '-').replace(/×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/, (_, power: string) =>
    `e${Array.from(power, (digit) => (digit === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit))).join('')}`);
  return plain === '' ? NaN : Number(plain);
}
