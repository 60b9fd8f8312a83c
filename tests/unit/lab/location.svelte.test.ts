/** The address and the history behind it, on a small fake of the browser's; runes are live. */
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { frameValue, hashOf, parseHash, ParamStore, settleAddress, withFrameValue } from '../../../src/lab/location.svelte';
import { cell, choice, int, intList, scaleParam } from '../../../src/lab/params';
import { FakeBrowser } from './fake-browser';

const table = {
  size: int(8, { min: 1, max: 100 }),
  mode: choice('slow', ['slow', 'quick']),
  scale: scaleParam('rsqrt', 4),
  locked: cell(),
  off: intList({ min: 0, max: 9 }),
};

let browser: FakeBrowser;
const stores: { destroy(): void }[] = [];
const open = (hash = '#/', slug = '') => {
  browser.entries = [new URL(hash, 'http://localhost/page')];
  browser.at = 0;
  const store = new ParamStore(table, slug);
  stores.push(store);
  return store;
};

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
  browser.install();
});
afterEach(() => {
  for (const store of stores.splice(0)) store.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('parseHash', () => {
  it.each([
    ['', '', ''], ['#', '', ''], ['#/', '', ''], ['#/?n=4', '', 'n=4'], ['#/scaling', 'scaling', ''], ['#/scaling/', 'scaling', ''],
    ['#/scaling?n=4&m=2', 'scaling', 'n=4&m=2'], ['#/scaling?presenter', 'scaling', ''], ['#/scaling?n=4&presenter=7&m=2', 'scaling', 'n=4&m=2'],
    ['#/scaling?speaker=host-1', 'scaling', ''], ['#/scaling?presenters=1', 'scaling', 'presenters=1'], ['#/x?text=a?b', 'x', 'text=a?b'], ['#?n=4', '', 'n=4'],
  ])('takes %j apart', (hash, slug, query) => expect(parseHash(hash)).toEqual({ slug, query }));

  it.each([
    ['#/lesson/1aB-_/2/scaling?dk=4', { slug: 'scaling', query: 'dk=4', lesson: { code: '1aB-_', step: 2 } }],
    ['#/lesson/1aB/12/', { slug: '', query: '', lesson: { code: '1aB', step: 12 } }],
    ['#/lesson/1aB/1/?n=4', { slug: '', query: 'n=4', lesson: { code: '1aB', step: 1 } }],
  ])('takes %j, a step of a lesson, apart and together again', (hash, place) => {
    expect(parseHash(hash)).toEqual(place);
    expect(hashOf(place)).toBe(hash);
  });

  it.each([
    ['#/lesson/1aB', { slug: 'lesson', query: '', lesson: { code: '1aB', step: 0 } }],
    ['#/compose/1aB', { slug: 'compose', query: '', lesson: { code: '1aB', step: 0 } }],
    ['#/compose', { slug: 'compose', query: '' }],
    ['#/lesson', { slug: 'lesson', query: '' }],
  ])('takes %j apart, of which no step is on screen', (hash, place) => expect(parseHash(hash)).toEqual(place));
});

describe('what the address says to the frame', () => {
  it.each([
    ['#/scaling', null], ['#/scaling?presenter', ''], ['#/scaling?n=4&presenter=7', '7'], ['#/?presenter=a%26b', 'a&b'],
  ])('in %j is %j', (hash, value) => expect(frameValue(hash, 'presenter')).toBe(value));

  it('is written and taken out beside the rest', () => {
    expect(withFrameValue('#/scaling?n=4', 'presenter', '')).toBe('#/scaling?n=4&presenter');
    expect(withFrameValue('#/scaling?presenter=3&n=4', 'presenter', '12')).toBe('#/scaling?n=4&presenter=12');
    expect(withFrameValue('#/scaling?n=4&presenter=3', 'presenter', null)).toBe('#/scaling?n=4');
    expect(withFrameValue('', 'presenter', '')).toBe('#/?presenter');
    expect(frameValue(withFrameValue('#/', 'speaker', 'a&b=c'), 'speaker')).toBe('a&b=c');
  });

  it('stays when the parameters change, and is no parameter', () => {
    const store = open('#/?size=3&presenter=2');
    expect([store.values.size, store.problems]).toEqual([3, []]);
    store.set({ size: 5 });
    expect(browser.url.hash).toBe('#/?size=5&presenter=2');
    store.reset();
    expect(browser.url.hash).toBe('#/?presenter=2');
  });
});

describe('a new store', () => {
  it('has the defaults where the address is bare, and writes nothing', () => {
    const store = open();
    expect(store.values).toEqual({ size: 8, mode: 'slow', scale: 'rsqrt', locked: null, off: [] });
    expect(store.problems).toEqual([]);
    expect(browser.writes).toBe(0);
  });

  it('has what the address says', () => {
    const store = open('#/one?size=12&scale=0.5&locked=2,3&off=1.4', 'one');
    expect(store.values).toEqual({ size: 12, mode: 'slow', scale: 0.5, locked: { row: 2, col: 3 }, off: [1, 4] });
    expect(store.query()).toBe('size=12&scale=0.5&locked=2%2C3&off=1.4');
    expect(store.link).toBe('http://localhost/page#/one?size=12&scale=0.5&locked=2%2C3&off=1.4');
  });

  it('tells of the parts of a broken link, and forgets them at the first change', () => {
    const store = open('#/?size=900&nosuch=1&mode=quick');
    expect(store.values).toMatchObject({ size: 8, mode: 'quick' });
    expect(store.problems).toEqual([
      { name: 'size', reason: 'bad', given: '900' },
      { name: 'nosuch', reason: 'unknown', given: '1' },
    ]);
    store.set({ size: 9 });
    expect(store.problems).toEqual([]);
    expect(browser.url.hash).toBe('#/?size=9&mode=quick');
  });
});

describe('a change', () => {
  it('by push is a step of its own', () => {
    const store = open();
    store.set({ size: 9 });
    store.set({ size: 10, mode: 'quick' });
    expect(browser.hashes).toEqual(['#/', '#/?size=9', '#/?size=10&mode=quick']);
  });

  it('to what is there already is none: no step, no word to listeners', () => {
    const store = open('#/?locked=2,3&off=1.4');
    const told = vi.fn();
    store.onchange(told);
    store.set({ size: 8, locked: { row: 2, col: 3 }, off: [1, 4] });
    store.set({});
    expect(browser.hashes).toHaveLength(1);
    expect(told).not.toHaveBeenCalled();
  });

  it('of a list or a cell is one, though both are objects', () => {
    const store = open('#/?locked=2,3');
    store.set({ locked: { row: 2, col: 4 } });
    store.set({ off: [1] });
    store.set({ locked: null, off: [] });
    expect(browser.hashes.slice(1)).toEqual(['#/?locked=2%2C4', '#/?locked=2%2C4&off=1', '#/']);
  });

  it('tells listeners once, when store and address have changed, until they leave', () => {
    const store = open();
    const seen: string[] = [];
    const leave = store.onchange(() => seen.push(`${store.values.size} ${browser.url.hash}`));
    store.set({ size: 9, mode: 'quick' });
    leave();
    store.set({ size: 10 });
    expect(seen).toEqual(['9 #/?size=9&mode=quick']);
  });

  it('runs the effects that read the value, and not those that read another', () => {
    const store = open();
    const sizes: number[] = [];
    const modes: string[] = [];
    const stop = $effect.root(() => {
      $effect(() => void sizes.push(store.values.size));
      const mode = $derived(store.values.mode);
      $effect(() => void modes.push(mode));
    });
    flushSync();
    store.set({ size: 9 });
    flushSync();
    browser.go(-1);
    flushSync();
    stop();
    expect(sizes).toEqual([8, 9, 8]);
    expect(modes).toEqual(['slow']);
  });

  it('by replace leaves no step behind', () => {
    const store = open();
    store.set({ size: 9 });
    store.set({ size: 10 }, 'replace');
    expect(browser.hashes).toEqual(['#/', '#/?size=10']);
    store.set({ size: 11 });
    expect(browser.hashes).toEqual(['#/', '#/?size=10', '#/?size=11']);
  });

  it('hands lists out as they were given, however long', () => {
    const store = open();
    const off = [1, 2];
    store.set({ off });
    expect(store.values.off).toBe(off);
  });
});

describe('a drag', () => {
  it('is one step together, however many changes it makes, and ends with the push', () => {
    const store = open('#/?mode=quick');
    for (let size = 9; size <= 60; size++) store.set({ size }, 'drag');
    store.set({ size: 60 }, 'push');
    expect(browser.hashes).toEqual(['#/?mode=quick', '#/?size=60&mode=quick']);
    store.set({ size: 61 });
    expect(browser.hashes).toHaveLength(3);
    expect(browser.hashes[2]).toBe('#/?size=61&mode=quick');
  });

  it('writes a few times a second, not at every change', () => {
    const store = open();
    for (let size = 9; size < 69; size++) {
      store.set({ size }, 'drag');
      vi.advanceTimersByTime(16);
    }
    // 60 changes over 960 ms: the first pushes, then one write per 300 ms.
    expect(browser.writes).toBeLessThanOrEqual(5);
    vi.advanceTimersByTime(300);
    expect(browser.url.hash).toBe('#/?size=68');
    expect(browser.hashes).toHaveLength(2);
  });

  it('whose last value comes with the push still is one step', () => {
    const store = open();
    store.set({ size: 9 }, 'drag');
    store.set({ size: 10 }, 'drag');
    store.set({ size: 11 }, 'push');
    vi.advanceTimersByTime(300);
    expect(browser.hashes).toEqual(['#/', '#/?size=11']);
  });

  it('is written when the page is left', () => {
    const store = open();
    store.set({ size: 9 }, 'drag');
    store.set({ size: 10 }, 'drag');
    store.destroy();
    expect(browser.url.hash).toBe('#/?size=10');
  });

  it('that was cut short by Back does not write into the entry that Back led to', () => {
    const store = open();
    store.set({ size: 9 }, 'drag');
    store.set({ size: 10 }, 'drag');
    browser.go(-1);
    vi.advanceTimersByTime(1000);
    expect(browser.url.hash).toBe('#/');
    expect(store.values.size).toBe(8);
    store.set({ size: 20 });
    expect(browser.hashes).toEqual(['#/', '#/?size=20']);
  });
});

describe('back and forward', () => {
  it('bring the values back, and tell listeners', () => {
    const store = open('#/one', 'one');
    store.set({ size: 9 });
    store.set({ off: [3], scale: 'off' });
    const sizes: string[] = [];
    store.onchange(() => sizes.push(store.query()));
    browser.go(-1);
    expect(store.values).toMatchObject({ size: 9, off: [], scale: 'rsqrt' });
    browser.go(-1);
    expect(store.values.size).toBe(8);
    browser.go(2);
    expect(store.values).toMatchObject({ size: 9, off: [3], scale: 'off' });
    expect([...new Set(sizes)]).toEqual(['size=9', '', 'size=9&scale=off&off=3']);
  });

  it('to a broken address report it', () => {
    const store = open('#/?size=x');
    store.set({ size: 9 });
    browser.go(-1);
    expect(store.problems).toEqual([{ name: 'size', reason: 'bad', given: 'x' }]);
    expect(store.values.size).toBe(8);
    browser.go(1);
    expect(store.problems).toEqual([]);
    expect(store.values.size).toBe(9);
  });

  it('to another exhibit leave this one alone', () => {
    const store = open('#/one?size=9', 'one');
    const told = vi.fn();
    store.onchange(told);
    browser.visit('#/two?size=50');
    expect(store.values.size).toBe(9);
    expect(told).not.toHaveBeenCalled();
    browser.go(-1);
    expect(store.values.size).toBe(9);
  });

  it('and a typed address are heard no more after destroy', () => {
    const store = open();
    store.destroy();
    browser.visit('#/?size=50');
    expect(store.values.size).toBe(8);
  });
});

describe('within a lesson', () => {
  it('the address keeps the lesson and its step, whatever changes, and follows to the next step', () => {
    const store = open('#/lesson/1aB/1/one?size=9', 'one');
    expect(store.values.size).toBe(9);
    store.set({ size: 10 });
    expect(browser.url.hash).toBe('#/lesson/1aB/1/one?size=10');
    expect(store.link).toBe('http://localhost/page#/lesson/1aB/1/one?size=10');
    browser.visit('#/lesson/1aB/2/one?size=20');
    expect(store.values.size).toBe(20);
    store.reset();
    expect(browser.url.hash).toBe('#/lesson/1aB/2/one');
    browser.visit('#/one?size=7');
    store.set({ size: 8, mode: 'quick' });
    expect(browser.url.hash).toBe('#/one?mode=quick');
  });
});

describe('an address that is spelled out', () => {
  it('is never bare again: the defaults write out their first parameter, at once and later', () => {
    const store = open('#/one', 'one');
    store.spellOut();
    expect(browser.hashes).toEqual(['#/one?size=8']);
    store.set({ size: 9 });
    store.reset();
    expect(browser.hashes).toEqual(['#/one?size=8', '#/one?size=9', '#/one?size=8']);
    expect(store.query()).toBe('');
  });

  it('is left alone where it says something', () => {
    const store = open('#/one?mode=quick', 'one');
    store.spellOut();
    expect(browser.writes).toBe(0);
  });
});

it('what a drag holds back is written when the address is asked for', () => {
  const store = open();
  store.set({ size: 9 }, 'drag');
  store.set({ size: 10 }, 'drag');
  expect(browser.url.hash).toBe('#/?size=9');
  settleAddress();
  expect(browser.url.hash).toBe('#/?size=10');
});

describe('reset', () => {
  it('is one step to the defaults', () => {
    const store = open('#/?size=9&off=1&locked=0,0');
    store.reset();
    expect(browser.hashes).toEqual(['#/?size=9&off=1&locked=0,0', '#/']);
    expect(store.query()).toBe('');
  });

  it('where all is at its default is no step', () => {
    const store = open();
    store.reset();
    expect(browser.hashes).toEqual(['#/']);
  });
});
