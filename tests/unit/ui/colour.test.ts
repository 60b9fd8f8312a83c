/** Colour differences against the published pairs, and the simulated deficiencies by what defines them. */
import { describe, expect, test } from 'vitest';
import { ciede2000, labOf, type Lab } from '../../../src/ui/colour/difference';
import { DEFICIENCIES, MACHADO, seenAs } from '../../../src/ui/colour/vision';
import { lightness } from '../../../src/ui/maps/palettes';

describe('CIEDE2000', () => {
  // Sharma, Wu, Dalal 2005, table 1: pairs 1–34, chosen to cross every branch of the formula.
  const PAIRS: readonly (readonly [Lab, Lab, number])[] = [
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
    [[50, 2.8361, -74.02], [50, 0, -82.7485], 3.4412],
    [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1],
    [[50, -1.1848, -84.8006], [50, 0, -82.7485], 1],
    [[50, -0.9009, -85.5211], [50, 0, -82.7485], 1],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, -1, 2], [50, 0, 0], 2.3669],
    [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
    [[50, 2.49, -0.001], [50, -2.49, 0.001], 7.1792],
    [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
    [[50, 2.49, -0.001], [50, -2.49, 0.0012], 7.2195],
    [[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
    [[50, -0.001, 2.49], [50, 0.001, -2.49], 4.8045],
    [[50, -0.001, 2.49], [50, 0.0011, -2.49], 4.7461],
    [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[50, 2.5, 0], [61, -5, 29], 22.8977],
    [[50, 2.5, 0], [56, -27, -3], 31.903],
    [[50, 2.5, 0], [58, 24, 15], 19.4535],
    [[50, 2.5, 0], [50, 3.1736, 0.5854], 1],
    [[50, 2.5, 0], [50, 3.2972, 0], 1],
    [[50, 2.5, 0], [50, 1.8634, 0.5757], 1],
    [[50, 2.5, 0], [50, 3.2592, 0.335], 1],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.263],
    [[61.2901, 3.7196, -5.3901], [61.4292, 2.248, -4.962], 1.8731],
    [[35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645],
    [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
    [[36.4612, 47.858, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146],
    [[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
    [[90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381],
    [[6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ];

  test.each(PAIRS)('of %j and %j is %d', (first, second, difference) => {
    expect(ciede2000(first, second)).toBeCloseTo(difference, 4);
    expect(ciede2000(second, first), 'the other way round').toBeCloseTo(difference, 4);
  });
});

test('CIELAB puts black, white and greys on the axis of lightness', () => {
  expect(labOf([0, 0, 0])[0]).toBeCloseTo(0, 6);
  for (const grey of [0, 60, 128, 255]) {
    const [l, a, b] = labOf([grey, grey, grey]);
    expect(l).toBeCloseTo(lightness([grey, grey, grey]), 2);
    expect(Math.hypot(a, b)).toBeLessThan(0.01);
  }
  // The usual reference value of sRGB's red under D65.
  const [l, a, b] = labOf([255, 0, 0]);
  expect([l, a, b].map((part) => Math.round(10 * part) / 10)).toEqual([53.2, 80.1, 67.2]);
});

describe.each(DEFICIENCIES)('%s', (vision) => {
  test('leaves greys as they are: each row of the matrix sums to 1', () => {
    // The matrices are published with six decimals, so that a row may be off by one and a half of the last.
    for (const row of MACHADO[vision]) expect(Math.abs(row.reduce((sum, part) => sum + part) - 1)).toBeLessThan(1.6e-6);
    for (const grey of [0, 51, 128, 204, 255]) expect(seenAs([grey, grey, grey], vision)).toEqual([grey, grey, grey]);
  });

  test('sees as alike what it is known to confuse', () => {
    // A colour and the same moved along the cones that are missing: red and green of one lightness, or blue and green.
    const confused = { deuteranopia: [[200, 120, 60], [150, 143, 58]], protanopia: [[200, 100, 60], [111, 118, 58]], tritanopia: [[90, 160, 200], [93, 162, 168]] }[vision];
    const [first, second] = confused as [number[], number[]];
    const usual = ciede2000(labOf(first), labOf(second));
    const seen = ciede2000(labOf(seenAs(first, vision)), labOf(seenAs(second, vision)));
    expect(seen).toBeLessThan(usual / 2);
  });
});

test('usual vision sees what is there', () => expect(seenAs([1, 128, 254], 'usual')).toEqual([1, 128, 254]));
