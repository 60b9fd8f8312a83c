/** Which cells are drawn as hidden: asked of the masked scores only where a mask, or a file, may hide any. */
import { expect, it } from 'vitest';
import { hiddenBy } from '../../../src/exhibits/workbench/drawing';
import type { Frame } from '../../../src/exhibits/workbench/session.svelte';
import type { AttentionSpec } from '../../../src/exhibits/workbench/spec';

const masked = (slot: string) => ({ shape: [2, 3, 3], tensor: null, data: Float32Array.of(slot.length) });

/** A frame with two slots that have masked scores, as far as is asked of it. */
const frameOf = (present: Pick<AttentionSpec, 'input' | 'mask'>, pinned: typeof present | null = null) =>
  ({
    plan: { present: { spec: present }, pinned: pinned && { spec: pinned } },
    drawable: (name: string, slot = 'present') => (name === 'masked' ? masked(slot) : null),
  }) as unknown as Frame;
const random = { kind: 'random', n: 3 } as const;
const mine = { kind: 'mine', asset: 'file1/0', has: { qk: false, v: false, scores: true, weights: false }, m: 3, n: 3, valueDim: 0 } as const;
const hidden = (slot: string) => ({ where: { source: { count: 2, rows: 3, cols: 3, data: Float32Array.of(slot.length) }, index: 1 } });

it.each([
  ['under a mask', { input: random, mask: { causal: true } }, hidden('present')],
  ['under a painted mask', { input: random, mask: { bitmap: Uint32Array.of(1) } }, hidden('present')],
  ['where there is no mask', { input: random, mask: {} }, {}],
  ['where a file without a mask may hold −∞', { input: mine, mask: {} }, hidden('present')],
])('weights are drawn with their hidden cells %s', (_, spec, expected) => {
  expect(hiddenBy('weights', frameOf(spec), 1)).toEqual(expected);
  expect(hiddenBy('masked', frameOf(spec), 1)).toEqual({});
});

it('each side of A|B is asked for its own mask', () => {
  const frame = frameOf({ input: random, mask: {} }, { input: random, mask: { window: 2 } });
  expect(hiddenBy('weights', frame, 1)).toEqual({});
  expect(hiddenBy('weights', frame, 1, 'pinned')).toEqual(hidden('pinned'));
});
