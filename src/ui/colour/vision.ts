/**
 * Colours as people with two kinds of cones see them, and as a projector in a bright room shows them. Pure.
 *
 * Matrices for linear RGB at full severity from G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based
 * Model for Simulation of Color Vision Deficiency. IEEE Transactions on Visualization and Computer Graphics 15(6), 2009.
 */

/** Three rows of three: what red, green and blue seen are made of. Each row sums to 1, so that greys stay grey. */
export type ColourMatrix = readonly [red: readonly number[], green: readonly number[], blue: readonly number[]];

export const DEFICIENCIES = ['deuteranopia', 'protanopia', 'tritanopia'] as const;
export type Deficiency = (typeof DEFICIENCIES)[number];

/** Usual vision first. */
export const VISIONS = ['usual', ...DEFICIENCIES] as const;
export type Vision = (typeof VISIONS)[number];

export const MACHADO: Readonly<Record<Deficiency, ColourMatrix>> = {
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** How the page and its palettes can be shown: with a kind of vision, or on a washed-out projector. */
export const VIEWS = [...VISIONS, 'washed'] as const;
export type View = (typeof VIEWS)[number];

/** How many times as bright as black white is on a washed-out projector. */
export const WASHED_CONTRAST = 5;

/**
 * What the room's light leaves of linear light: `gain` of it, above `haze` everywhere. White stays white, since the eye adapts
 * to it; black is haze, and white is WASHED_CONTRAST times as bright.
 */
export const WASHED = { gain: 1 - 1 / WASHED_CONTRAST, haze: 1 / WASHED_CONTRAST } as const;

/** A byte of sRGB as linear light, 0…1 (IEC 61966-2-1). */
export const toLinear = (byte: number): number => (byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);

const toByte = (light: number): number => {
  const kept = Math.min(1, Math.max(0, light));
  return Math.round(255 * (kept <= 0.0031308 ? 12.92 * kept : 1.055 * kept ** (1 / 2.4) - 0.055));
};

/** A colour (sRGB bytes) as it is seen, in sRGB bytes again. */
export function seenAs([r, g, b]: readonly number[], view: View): [number, number, number] {
  if (view === 'usual') return [r, g, b];
  const light = [toLinear(r), toLinear(g), toLinear(b)];
  if (view === 'washed') {
    const [red, green, blue] = light.map((part) => toByte(WASHED.gain * part + WASHED.haze));
    return [red, green, blue];
  }
  const [red, green, blue] = MACHADO[view].map((row) => toByte(row[0] * light[0] + row[1] * light[1] + row[2] * light[2]));
  return [red, green, blue];
}
