/** How far apart two colours look. Pure. */
import { toLinear } from './vision';

/** CIELAB under D65: lightness 0…100, green to red, blue to yellow. */
export type Lab = readonly [l: number, a: number, b: number];

/** sRGB's primaries to XYZ (IEC 61966-2-1), each row divided by the white point of D65. */
const TO_XYZ = [
  [0.4123908 / 0.9504559, 0.3575843 / 0.9504559, 0.1804808 / 0.9504559],
  [0.212639, 0.7151687, 0.0721923],
  [0.0193308 / 1.0890578, 0.1191948 / 1.0890578, 0.9505322 / 1.0890578],
];

/** An sRGB colour, in bytes, in CIELAB. */
export function labOf(colour: readonly number[]): Lab {
  const light = colour.slice(0, 3).map(toLinear);
  const [x, y, z] = TO_XYZ.map((row) => {
    const t = row[0] * light[0] + row[1] * light[1] + row[2] * light[2];
    return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116;
  });
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const RADIANS = Math.PI / 180;
const cos = (degrees: number) => Math.cos(degrees * RADIANS);
const sin = (degrees: number) => Math.sin(degrees * RADIANS);
const hueOf = (a: number, b: number) => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / RADIANS + 360) % 360);

/**
 * ΔE₀₀: 1 is a difference that one just sees, beside each other. After G. Sharma, W. Wu, E. N. Dalal: The CIEDE2000
 * Color-Difference Formula. Color Research and Application 30(1), 2005; the names are theirs, weights k are 1.
 */
export function ciede2000([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const chroma = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7)));
  const [ap1, ap2] = [(1 + g) * a1, (1 + g) * a2];
  const [c1, c2] = [Math.hypot(ap1, b1), Math.hypot(ap2, b2)];
  const [h1, h2] = [hueOf(ap1, b1), hueOf(ap2, b2)];

  const grey = c1 * c2 === 0;
  const apart = h2 - h1;
  const turned = grey ? 0 : apart > 180 ? apart - 360 : apart < -180 ? apart + 360 : apart;
  const deltaH = 2 * Math.sqrt(c1 * c2) * sin(turned / 2);
  const [deltaL, deltaC] = [l2 - l1, c2 - c1];

  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2];
  const sum = h1 + h2;
  const h = grey ? sum : Math.abs(apart) <= 180 ? sum / 2 : sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;

  const t = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.2 * cos(4 * h - 63);
  const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2);
  const sc = 1 + 0.045 * c;
  const sh = 1 + 0.015 * c * t;
  const rotation = -2 * Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)) * sin(60 * Math.exp(-(((h - 275) / 25) ** 2)));
  return Math.sqrt((deltaL / sl) ** 2 + (deltaC / sc) ** 2 + (deltaH / sh) ** 2 + rotation * (deltaC / sc) * (deltaH / sh));
}
