/** A visitor who has a keyboard only. */
import type { Locator, Page } from 'playwright-core';

const hasFocus = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement);

/**
 * Presses Tab until `target` has the focus.
 * @throws {Error} when it is not reached within `most` stops
 */
export async function tabTo(page: Page, target: Locator, most = 90): Promise<void> {
  for (let stop = 0; stop < most; stop++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${target} within ${most} stops.`);
}

/** Presses keys one after the other: `press(page, 'ArrowRight', 'Enter')`. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Roles that a visitor acts on: each of them must have a name. */
const ACTED_ON = 'button|link|textbox|combobox|listbox|option|slider|checkbox|switch|radio|radiogroup|application|dialog|meter|region|spinbutton|searchbox|menuitem|tab|toolbar|img|table';

/** The lines of Chromium's accessibility tree that hold such a role without a name. */
export async function unnamed(page: Page): Promise<string[]> {
  const tree = await page.locator('body').ariaSnapshot();
  const line = new RegExp(`^\\s*- '?(?:${ACTED_ON})\\b(?! ")`);
  return tree.split('\n').filter((text) => line.test(text));
}
