/** A device that goes away is replaced: the view comes back, and the visitor reads one line about it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lab } from './lib/browser';
import { REFUSE_DEVICES, REMEMBER_DEVICES } from './lib/device';
import { array, npz } from './lib/files';
import { decodePng } from './lib/png';
import { notices, openBytes, paramsOf, read, say, sayFrame, set, until, visit } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit({ initScript: REMEMBER_DEVICES + REFUSE_DEVICES, path: '#/?source=random&n=12&heads=3&dk=16&mask=causal&compare=source%3Drandom%26n%3D12%26heads%3D3%26scale%3Doff' });
});
afterAll(() => lab?.close());

const devices = () => lab.page.evaluate(() => globalThis.testDevices.length);
/** The large map without the numbers over it, which are read back and come a little later. */
const stage = async () => {
  await lab.page.locator('section.stage .canvas svg').evaluateAll((numbers) => numbers.forEach((svg) => ((svg as SVGElement).style.visibility = 'hidden')));
  return decodePng(await lab.page.locator('section.stage .canvas canvas').screenshot()).rgb;
};

/** Destroys the device in use and waits for the line about it. */
async function lose(line: string): Promise<void> {
  await lab.page.evaluate(() => globalThis.testDevices.at(-1)!.destroy());
  await expect.poll(() => notices(lab)).toEqual([line]);
}

async function dismiss(): Promise<void> {
  await lab.page.getByRole('button', { name: say('en', 'close') }).click();
}

describe('a lost device', () => {
  test('is replaced; parameters, numbers and picture are the same, and one line says what happened', async () => {
    const before = { params: await paramsOf(lab), weights: await read(lab, 'weights'), picture: await stage(), hash: await lab.page.evaluate(() => location.hash) };
    expect(await devices()).toBe(1);
    await lose(say('en', 'lost'));
    expect(await devices()).toBe(2);
    expect(await lab.page.evaluate(() => globalThis.lab.backend)).toBe('webgpu');
    expect(await paramsOf(lab)).toEqual(before.params);
    expect(await read(lab, 'weights')).toEqual(before.weights);
    expect(await lab.page.evaluate(() => location.hash)).toBe(before.hash);
    await expect.poll(async () => Buffer.compare(await stage(), before.picture)).toBe(0);
    await dismiss();
  });

  test('a second and a third time as well, with controls that go on working', async () => {
    for (const heads of [2, 4]) {
      await lose(say('en', 'lost'));
      await set(lab, { heads });
      expect((await read(lab, 'weights')).shape).toEqual([heads, 12, 12]);
      await dismiss();
    }
    expect(await lab.page.evaluate(() => globalThis.lab.meters().then(({ perHead }) => perHead.length))).toBe(4);
  });

  test('in the middle of a change nothing is lost', async () => {
    await lab.page.evaluate(async () => {
      const change = globalThis.lab.set({ heads: 5, seed: 3 }).catch(() => undefined);
      globalThis.testDevices.at(-1)!.destroy();
      await change;
    });
    await expect.poll(() => notices(lab)).toEqual([say('en', 'lost')]);
    expect(await paramsOf(lab)).toMatchObject({ heads: 5, seed: 3 });
    expect((await read(lab, 'weights')).shape).toEqual([5, 12, 12]);
    await dismiss();
  });

  test('keeps the visitor’s file', async () => {
    await openBytes(lab, npz({ q: array([2, 2, 4, 8]), k: array([2, 2, 6, 8], 2) }), 'mine.npz');
    await set(lab, { layer: 1, head: 1 });
    const before = await read(lab, 'weights');
    await lose(say('en', 'lost'));
    expect(await read(lab, 'weights')).toEqual(before);
    expect(await paramsOf(lab)).toMatchObject({ source: 'mine', layer: 1, head: 1 });
    await dismiss();
  });

  test('that cannot be had again leaves the CPU, and says so', async () => {
    await set(lab, { source: 'text', heads: 2, compare: '' });
    await lab.page.evaluate(() => (globalThis.testNoMoreDevices = true));
    await lose(say('en', 'cpuAfterLoss'));
    await until(lab, `lab.backend === 'cpu'`);
    expect((await read(lab, 'weights')).shape).toEqual([2, 11, 11]);
    expect(await lab.page.getByRole('banner').getByRole('status').innerText()).toBe(sayFrame('en', 'cpuNoAdapter'));
    expect((await paramsOf(lab)).heads).toBe(2);
  });

  test('leaves no error behind', () => expect(lab.errors).toEqual([]));
});
