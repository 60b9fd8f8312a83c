/** The address is the state: links reproduce the view, back and forward walk through it, broken parts are told. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { params as declared } from '../../src/exhibits/workbench/params';
import type { Lab } from './lib/browser';
import { goTo, notices, paramsOf, read, reload, say, set, until, visit, type Params } from './lib/visit';

let lab: Lab;
beforeAll(async () => {
  lab = await visit();
});
afterAll(() => lab?.close());

const hash = () => lab.page.evaluate(() => location.hash);
const steps = () => lab.page.evaluate(() => history.length);

/** One value away from the default for every parameter that a link holds ('mine' needs a file). */
const OTHER: Params = {
  source: 'random', text: 'Grüße, 世界 & <b>"50 %"</b> #?=+ 👩‍👩‍👧', split: 'character', positions: 'rope', n: 9, heads: 3, dk: 33, scale: 0.1234567890123,
  mask: 'painted', window: 2, prefix: 5, padding: 1, block: 3, painted: { rows: 9, cols: 9, runs: [40, 1, 40] }, layer: 2, layers: true, head: 1, off: [0, 2],
  seed: 4294967295, stage: 'masked', locked: { row: 4, col: 5 }, root: true, scoreScale: 'linear', compare: 'source=random&n=9&scale=off', wipe: 30,
  difference: true, gpu: 'off', kernel: 'tiled',
};

describe('a link', () => {
  test('holds every parameter that there is', () => {
    expect(Object.keys(OTHER).sort()).toEqual(Object.keys(declared).sort());
    for (const [name, value] of Object.entries(OTHER)) expect(value, name).not.toEqual(declared[name as keyof Params].default);
  });

  test.each([
    ['random with a painted mask and A pinned', { ...OTHER, gpu: 'auto' }],
    ['text', { ...OTHER, source: 'text', mask: 'causal-padding', compare: '', gpu: 'auto' }],
  ] satisfies [string, Params][])('reproduces the view exactly: %s', async (_, values) => {
    await set(lab, values);
    const names = ['q', 'masked', 'weights', 'output'];
    const before = await Promise.all(names.map((name) => read(lab, name)));
    expect(await paramsOf(lab)).toEqual(values);
    const link = lab.page.url();
    await reload(lab);
    expect(await paramsOf(lab)).toEqual(values);
    expect(await Promise.all(names.map((name) => read(lab, name)))).toEqual(before);
    expect(await notices(lab)).toEqual([]);
    // Nothing writes another address over the one that was opened.
    expect(lab.page.url()).toBe(link);
  });

  test('holds what differs from the defaults and nothing else, parameter by parameter', async () => {
    await goTo(lab, '');
    const link = async (to: string) => {
      await lab.page.evaluate((hash) => (location.hash = hash), to);
      await until(lab, `location.hash === ${JSON.stringify(to)}`);
    };
    for (const name of Object.keys(OTHER) as (keyof Params)[]) {
      await set(lab, { [name]: OTHER[name] });
      const written = await hash();
      expect([...new URLSearchParams(written.split('?')[1]).keys()]).toEqual([name]);
      await link('#/');
      await expect.poll(() => paramsOf(lab), { message: name, interval: 10 }).toEqual(defaults());
      await link(written);
      await expect.poll(() => paramsOf(lab), { message: name, interval: 10 }).toEqual({ ...defaults(), [name]: OTHER[name] });
      await link('#/');
      await expect.poll(() => paramsOf(lab), { message: name, interval: 10 }).toEqual(defaults());
    }
    await read(lab, 'weights');
    expect(await notices(lab)).toEqual([]);
  });

  // The frame on screen lives on while the engine already computes the next one, which may lack what that frame shows.
  test.each(['auto', 'off'] as const)('may be followed by another before its picture is there: GPU %s', async (gpu) => {
    const ends = gpu === 'off' ? '&gpu=off' : '';
    await goTo(lab, `#/?split=word${ends}`);
    for (let wait = 0; wait < 24; wait++) {
      await lab.page.evaluate(async ([milliseconds, more]) => {
        for (const query of ['source=random&n=9', 'split=word', 'source=random&n=9', 'split=word']) {
          location.hash = `#/?${query}${more}`;
          await new Promise((resolve) => setTimeout(resolve, milliseconds));
        }
      }, [wait, ends] as const);
    }
    await expect.poll(() => paramsOf(lab), { interval: 10 }).toEqual({ ...defaults(), gpu });
    expect((await read(lab, 'projected')).shape).toHaveLength(2);
    expect(await notices(lab)).toEqual([]);
    expect(lab.errors).toEqual([]);
  });

  test('is what the button copies', async () => {
    await lab.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await goTo(lab, '#/?source=random&n=7&heads=2');
    await lab.page.getByRole('button', { name: say('en', 'copyLink') }).click();
    await lab.page.getByRole('button', { name: say('en', 'copied') }).waitFor();
    expect(await lab.page.evaluate(() => navigator.clipboard.readText())).toBe(`${lab.url}#/?source=random&n=7&heads=2`);
  });

  test('reset goes back to the defaults, and back brings the setting again', async () => {
    await goTo(lab, '#/?source=random&n=7&heads=2');
    await lab.page.getByRole('button', { name: say('en', 'reset') }).click();
    await until(lab, `lab.params.heads === 8`);
    expect(await paramsOf(lab)).toEqual(defaults());
    await lab.page.goBack();
    await until(lab, 'lab.params.heads === 2');
    expect((await read(lab, 'weights')).shape).toEqual([2, 7, 7]);
  });
});

function defaults(): Params {
  return Object.fromEntries(Object.entries(declared).map(([name, param]) => [name, param.default])) as Params;
}

describe('back and forward', () => {
  // A browser keeps fifty steps: a new visitor has room for more.
  beforeAll(async () => {
    await lab.close();
    lab = await visit({ path: '#/?source=random&n=6&heads=2' });
  });

  test('walk through clicks one by one', async () => {
    const before = await steps();
    const mask = lab.page.getByRole('combobox', { name: say('en', 'mask') });
    await mask.selectOption('causal');
    await lab.page.getByRole('radio', { name: say('en', 'headName', { n: 1 }) }).click();
    await lab.page.getByRole('button', { name: new RegExp(`1 ${say('en', 'stageScores')}$`) }).click();
    await until(lab, `lab.params.stage === 'scores'`);
    expect(await steps()).toBe(before + 3);
    await lab.page.goBack();
    await until(lab, `lab.params.stage === 'weights' && lab.params.head === 1`);
    await lab.page.goBack();
    await until(lab, `lab.params.head === 0 && lab.params.mask === 'causal'`);
    await lab.page.goBack();
    await until(lab, `lab.params.mask === 'none'`);
    expect((await read(lab, 'masked')).data).not.toContain(-Infinity);
    await lab.page.goForward();
    await until(lab, `lab.params.mask === 'causal'`);
    expect((await read(lab, 'masked')).data[1]).toBe(-Infinity);
  });

  test('take a drag of a slider as one step', async () => {
    await goTo(lab, '#/?source=random&n=6&heads=2');
    const before = await steps();
    const slider = lab.page.getByRole('slider', { name: say('en', 'headDim') });
    const box = (await slider.boundingBox())!;
    const at = (share: number) => [box.x + 8 + share * (box.width - 16), box.y + box.height / 2] as const;
    await lab.page.mouse.move(...at(0.5));
    await lab.page.mouse.down();
    for (let move = 1; move <= 12; move++) await lab.page.mouse.move(...at(0.5 + move / 30));
    const dragged = await lab.page.evaluate(() => globalThis.lab.params.dk);
    await lab.page.mouse.up();
    const left = (await paramsOf(lab)).dk;
    expect(dragged).toBeGreaterThan(64);
    expect(left).toBe(dragged);
    expect(await steps()).toBe(before + 1);
    expect((await read(lab, 'q')).shape).toEqual([2, 6, left]);
    // The address is written a few times a second while a hand drags, and holds the end of it soon.
    await until(lab, `new URLSearchParams(location.hash.split('?')[1]).get('dk') === '${left}'`);
    await lab.page.goBack();
    await until(lab, 'lab.params.dk === 64');
    expect((await read(lab, 'q')).shape).toEqual([2, 6, 64]);
    await lab.page.goForward();
    await until(lab, `lab.params.dk === ${left}`);
  });
});

describe('a broken link', () => {
  test('falls back part by part and says which', async () => {
    await goTo(lab, '#/?heads=99&dk=sixty&mask=causal&colour=red&locked=1,2,3&painted=zz&scale=-1&n=12&source=random');
    const given = 'heads=99, dk=sixty, colour=red, locked=1,2,3, painted=zz, scale=-1';
    expect(await notices(lab)).toEqual([say('en', 'badLink', { parts: given })]);
    expect(await paramsOf(lab)).toEqual({ ...defaults(), mask: 'causal', n: 12, source: 'random' });
    expect((await read(lab, 'weights')).shape).toEqual([8, 12, 12]);
  });

  test.each(['#/?%E0%A4%A', '#/?=&&&=', '#/?text=%F0%9F', '#?heads=3', '#/?heads', '#/??heads=3', '#/?__proto__=1'])('%s still draws a picture', async (link) => {
    await goTo(lab, link);
    expect((await read(lab, 'weights')).data.every(Number.isFinite)).toBe(true);
    expect(lab.errors).toEqual([]);
  });

  test('with a setting that cannot be drawn falls back to the first picture and says why', async () => {
    await goTo(lab, '#/?text=');
    expect(await notices(lab)).toEqual([say('en', 'defaultsShown', { sentence: say('en', 'emptyText') })]);
    expect((await read(lab, 'weights')).shape).toEqual([8, 11, 11]);
  });

  test('edited in the address bar is taken without a reload', async () => {
    await goTo(lab, '');
    await lab.page.evaluate(() => (location.hash = '#/?source=random&n=5&heads=3'));
    await until(lab, 'lab.params.heads === 3');
    expect((await read(lab, 'weights')).shape).toEqual([3, 5, 5]);
  });
});

test('nothing went wrong', () => expect(lab.errors).toEqual([]));
