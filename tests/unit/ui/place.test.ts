import { expect, test } from 'vitest';
import { place } from '../../../src/ui/controls/place.ts';

const viewport = { width: 1000, height: 800 };
const box = (left: number, top: number) => ({ left, top, right: left + 80, bottom: top + 30 });

test('stands below its anchor, left edges aligned', () => {
  expect(place(box(100, 100), { width: 300, height: 200 }, viewport)).toEqual({ left: 100, top: 136, maxHeight: 656 });
});

test('stands above where there is no room below and more above', () => {
  const { top, maxHeight } = place(box(100, 700), { width: 300, height: 200 }, viewport);
  expect(top + 200).toBe(694);
  expect(maxHeight).toBe(686);
});

test('stays inside the viewport whatever the anchor', () => {
  for (const left of [-50, 0, 400, 950]) {
    for (const top of [0, 300, 400, 770]) {
      for (const height of [50, 500, 2000]) {
        const at = place(box(left, top), { width: 300, height }, viewport);
        expect(at.left).toBeGreaterThanOrEqual(8);
        expect(at.left + 300).toBeLessThanOrEqual(992);
        expect(at.top).toBeGreaterThanOrEqual(8);
        expect(at.top + Math.min(height, at.maxHeight)).toBeLessThanOrEqual(792);
      }
    }
  }
});
