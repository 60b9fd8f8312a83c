/** The set-up of the unit tests itself: runes must be as live as in the browser. */
import { flushSync } from 'svelte';
import { expect, test } from 'vitest';

test('$state, $derived and $effect are live in unit tests', () => {
  class Counter {
    count = $state(1);
    twice = $derived(this.count * 2);
  }
  const counter = new Counter();
  const seen: number[] = [];
  const stop = $effect.root(() => {
    $effect(() => void seen.push(counter.twice));
  });
  flushSync();
  counter.count = 5;
  flushSync();
  expect(counter.twice).toBe(10);
  expect(seen).toEqual([2, 10]);
  stop();
});
