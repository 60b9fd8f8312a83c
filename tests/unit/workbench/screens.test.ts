/** The screens of a lecture on the workbench. */
import { expect, test } from 'vitest';
import { SCREENS, screenOfHash } from '../../../src/exhibits/workbench/screens';

test('the five stages come first, in the order of their keys', () => {
  expect(SCREENS).toEqual(['scores', 'scaled', 'masked', 'weights', 'output', 'heads', 'meters', 'layers']);
});

test.each([
  ['#/?presenter=6', 'heads'], ['#/?stage=masked&presenter=7', 'meters'], ['#/?presenter', null], ['#/', null],
  ['#/?presenter=4', null], ['#/?presenter=8', 'layers'], ['#/?presenter=9', null], ['#/?presenter=-1', null], ['#/?presenter=six', null],
])('%s opens %s', (hash, screen) => expect(screenOfHash(hash)).toBe(screen));
