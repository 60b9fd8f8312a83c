/** What instruments announce: settled, changed, once, and never under a hand that drags. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Announcer, REST } from '../../../src/ui/instruments/announcer.svelte';

let said: string[];
let announcer: Announcer;
beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  announcer = new Announcer((changed) => {
    said.push(changed.map(({ label, text }) => `${label} ${text}`).join('; '));
    return said.at(-1)!;
  });
});
afterEach(() => vi.useRealTimers());

const wait = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);

test('the first value is not announced, nor one that stays', () => {
  announcer.report('a', 'entropy', '2.00 nats');
  announcer.report('a', 'entropy', '2.00 nats');
  wait(10 * REST);
  expect(said).toEqual([]);
});

test('what changed is said once, after a second of rest, and only that', () => {
  announcer.report('a', 'entropy', '2.00 nats');
  announcer.report('b', 'largest weight', '0.30');
  announcer.report('a', 'entropy', '1.50 nats');
  wait(REST - 1);
  expect(said).toEqual([]);
  wait(1);
  expect([said, announcer.spoken]).toEqual([['entropy 1.50 nats'], 'entropy 1.50 nats']);
  wait(10 * REST);
  expect(said).toHaveLength(1);
});

test('a run of changes is one announcement of its end', () => {
  announcer.report('a', 'entropy', '0');
  for (let step = 1; step <= 50; step++) {
    announcer.report('a', 'entropy', String(step));
    wait(REST / 2);
  }
  expect(said).toEqual([]);
  wait(REST);
  expect(said).toEqual(['entropy 50']);
});

test('a change that is taken back is none', () => {
  announcer.report('a', 'entropy', '2');
  announcer.report('a', 'entropy', '3');
  announcer.report('a', 'entropy', '2');
  wait(2 * REST);
  expect(said).toEqual([]);
});

test('nothing is said while a pointer is down, however long it rests, and the end is said after it', () => {
  announcer.report('a', 'entropy', '2');
  announcer.hold(true);
  announcer.report('a', 'entropy', '3');
  wait(5 * REST);
  announcer.report('a', 'entropy', '4');
  wait(5 * REST);
  expect(said).toEqual([]);
  announcer.hold(false);
  wait(REST);
  expect(said).toEqual(['entropy 4']);
});

test('several readings share one announcement, in the order of their instruments', () => {
  for (const id of ['a', 'b', 'c']) announcer.report(id, id, '0');
  announcer.report('c', 'c', '1');
  announcer.report('a', 'a', '1');
  wait(REST);
  expect(said).toEqual(['a 1; c 1']);
});

test('another label, a value that goes and comes, and an instrument that has left are silent', () => {
  announcer.report('a', 'entropy', '2');
  announcer.report('a', '熵', '2 奈特');
  announcer.report('b', 'gradient', '1');
  announcer.report('b', 'gradient', null);
  announcer.report('b', 'gradient', '5');
  announcer.report('c', 'variance', '1');
  announcer.report('c', 'variance', '9');
  announcer.forget('c');
  wait(2 * REST);
  expect(said).toEqual([]);
});
