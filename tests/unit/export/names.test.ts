import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../src/exhibits/workbench/session.svelte';
import { settingNames } from '../../../src/exhibits/workbench/stages';
import { exactLink, makeFile, MOST_CELLS, stemOf, TooLargeError } from '../../../src/export/files';
import { fileStem, namePart, pageOf, settingParts } from '../../../src/export/names';
import { paletteTables } from '../../../src/ui/maps/palettes';
import type { ExportSubject } from '../../../src/ui/export/figure';

const subject = (more: Partial<ExportSubject>): ExportSubject => ({ title: '', name: [], figure: () => Promise.reject(new Error('not asked for')), ...more });

describe('file names', () => {
  test('say what the file is', () => {
    expect(fileStem(['attention-weights', 'head-3', 'n-64', 'causal', 'rsqrt'])).toBe('attention-weights_head-3_n-64_causal_rsqrt');
  });

  test('hold nothing that a file system or a shell minds, in any language', () => {
    expect(namePart('  ‖J‖ of: a/b\\c?*"<>| (median)\u0000 ')).toBe('J-of-a-b-c-median');
    expect(namePart('注意力权重：头 3')).toBe('注意力权重-头-3');
    expect(namePart('..')).toBe('');
    expect(fileStem(['..', '/'])).toBe('attention-lab');
  });

  test('stay short', () => {
    expect(Array.from(fileStem(Array.from({ length: 40 }, (_, i) => `part-${i}`))).length).toBeLessThanOrEqual(80);
  });

  test('tell the exhibit, within a lesson too', () => {
    expect(['/', '/scaling?dk=4', '/lesson/1aB-_/2/scaling?dk=4', '/lesson/1aB/1/'].map(pageOf)).toEqual(['workbench', 'scaling', 'scaling', 'workbench']);
  });

  test('tell the setting from the link, but no texts and no places on the page', () => {
    expect(settingParts('/scaling?dk=512&scale=off&text=The+cat&locked=1.2&view=wipe&seed=7')).toEqual(['dk-512', 'scale-off', 'seed-7']);
    expect(stemOf(subject({ name: ['entropy'] }), 'https://example.org/lab/#/scaling?dk=512')).toBe('scaling_entropy_dk-512');
    expect(stemOf(subject({ name: ['output'], settings: ['n-8'] }), 'https://example.org/#/?n=9')).toBe('output_n-8');
  });

  test.each([
    [{ m: 64, n: 64, headDim: 64 }, { mask: 'causal', scale: 'rsqrt' as const }, ['n-64', 'causal', 'rsqrt']],
    [{ m: 3, n: 8, headDim: 16 }, { mask: 'none', scale: 'off' as const }, ['m-3', 'n-8', 'dk-16', 'unscaled']],
    [{ m: 8, n: 8, headDim: 64 }, { mask: 'none', scale: 0.5 }, ['n-8', 'scale-0.5']],
  ])('of the workbench: %j with %j', (present, values, parts) => {
    expect(settingNames({ plan: { present } } as unknown as Pick<Frame, 'plan'>, values)).toEqual(parts);
  });
});

test('what is too large is refused before anything is read back', async () => {
  const telling = { link: '#/', description: '', ground: 'white', palettes: paletteTables() } as const;
  await expect(makeFile(subject({ cells: MOST_CELLS + 1 }), 'npy', telling)).rejects.toThrow(TooLargeError);
  await expect(makeFile(subject({ cells: MOST_CELLS }), 'npy', telling)).rejects.toThrow('not asked for');
});

test('a link is whole, but tells no folders of this device', () => {
  expect(exactLink('https://example.org/lab/?x#/masks?mask=causal')).toBe('https://example.org/lab/?x#/masks?mask=causal');
  expect(exactLink('file:///home/somebody/private/attention-lab.html#/?n=4')).toBe('attention-lab.html#/?n=4');
});
