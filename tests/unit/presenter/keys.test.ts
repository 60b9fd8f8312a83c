/** What the keys of a lecture mean, and the numbers that digits type. */
import { describe, expect, test } from 'vitest';
import { presenterCommand, typedScreen, type KeyPlace, type PressedKey, type TypedNumber } from '../../../src/lab/presenter-keys';

const free: KeyPlace = { presenter: true, typing: false, walks: false, presses: false, scrolls: { up: false, down: false }, covered: false };
const press = (key: string, more: Partial<PressedKey> = {}): PressedKey => ({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });
const on = { kind: 'move', by: 1 };
const back = { kind: 'move', by: -1 };

describe('in presenter mode', () => {
  test.each([
    ['PageDown', on], ['ArrowRight', on], ['ArrowDown', on], [' ', on], ['PageUp', back], ['ArrowLeft', back], ['ArrowUp', back],
    ['Home', { kind: 'first' }], ['End', { kind: 'last' }], ['7', { kind: 'digit', digit: 7 }], ['0', { kind: 'digit', digit: 0 }],
    ['b', { kind: 'blank' }], ['B', { kind: 'blank' }], ['.', { kind: 'blank' }], ['l', { kind: 'spotlight' }], ['r', { kind: 'reset' }],
    ['s', { kind: 'speaker' }], ['f', { kind: 'fullscreen' }], ['p', { kind: 'presenter' }], ['?', { kind: 'help' }],
    ['Enter', null], ['Tab', null], ['x', null], ['F5', null], ['constructor', null], ['Escape', null],
  ])('%j', (key, command) => expect(presenterCommand(press(key), free)).toEqual(command));

  test('Shift and Space go back', () => expect(presenterCommand(press(' ', { shiftKey: true }), free)).toEqual(back));

  test.each(['ctrlKey', 'metaKey', 'altKey'] as const)('a chord with %s is the browser’s', (held) => {
    for (const key of ['p', 'l', 's', 'PageDown', 'ArrowLeft', '1']) expect(presenterCommand(press(key, { [held]: true }), free)).toBeNull();
  });

  test('nothing while one types', () => {
    for (const key of ['p', '?', 'b', ' ', '1', 'PageDown', 'Escape']) expect(presenterCommand(press(key), { ...free, typing: true, covered: true })).toBeNull();
  });

  test('a map, a slider or a list keeps arrows, Home, End, Space and digits; the clicker and letters still lead', () => {
    const map = { ...free, walks: true };
    for (const key of ['ArrowRight', 'ArrowUp', 'Home', 'End', ' ', '0', '5']) expect(presenterCommand(press(key), map)).toBeNull();
    expect(presenterCommand(press('PageDown'), map)).toEqual(on);
    expect(presenterCommand(press('b'), map)).toEqual({ kind: 'blank' });
  });

  test('Space presses what has the focus', () => {
    expect(presenterCommand(press(' '), { ...free, presses: true })).toBeNull();
    expect(presenterCommand(press('ArrowRight'), { ...free, presses: true })).toEqual(on);
  });

  test('vertical arrows scroll first', () => {
    const long = { ...free, scrolls: { up: false, down: true } };
    expect(presenterCommand(press('ArrowDown'), long)).toBeNull();
    expect(presenterCommand(press('ArrowUp'), long)).toEqual(back);
  });

  test('Escape ends what covers the screen', () => expect(presenterCommand(press('Escape'), { ...free, covered: true })).toEqual({ kind: 'release' }));
});

test('outside it only P and ? are the frame’s', () => {
  const reading = { ...free, presenter: false };
  expect(presenterCommand(press('P'), reading)).toEqual({ kind: 'presenter' });
  expect(presenterCommand(press('?', { shiftKey: true }), reading)).toEqual({ kind: 'help' });
  for (const key of ['PageDown', 'ArrowRight', ' ', 'b', '1', 'Home', 'Escape']) expect(presenterCommand(press(key), reading)).toBeNull();
});

describe('digits', () => {
  const type = (count: number, ...presses: readonly (readonly [digit: number, at: number])[]) =>
    presses.reduce<TypedNumber | null>((before, [digit, at]) => typedScreen(before, digit, at, count), null)?.number ?? null;

  test('one names a screen, two soon after each other a later one', () => {
    expect(type(32, [3, 0])).toBe(3);
    expect(type(32, [3, 0], [1, 400])).toBe(31);
    expect(type(32, [1, 0], [0, 400])).toBe(10);
  });
  test('two with a pause are two numbers', () => expect(type(32, [3, 0], [1, 1500])).toBe(1));
  test('a number that there is not begins anew', () => {
    expect(type(32, [3, 0], [3, 400])).toBe(3);
    expect(type(5, [9, 0])).toBeNull();
    expect(type(5, [0, 0])).toBeNull();
    expect(type(0, [1, 0])).toBeNull();
  });
});
