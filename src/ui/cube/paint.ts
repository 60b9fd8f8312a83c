/** Draws the faces of a block on a 2D canvas. */
import type { CubeCell, Face } from './geometry';

type Rgb = readonly [number, number, number];

export interface CubeInk {
  readonly paper: string;
  readonly ink: string;
  readonly ink2: string;
  readonly blank: string;
  readonly stripe: string;
}

export interface CubePicture {
  readonly faces: readonly Face[];
  /** Null: not known yet. */
  readonly colourOf: (cell: CubeCell) => Rgb | null;
  /** Cells that are drawn whole while the others turn to glass; null: all are. */
  readonly lit: ((cell: CubeCell) => boolean) | null;
  /** Cells that hold no data: hatched. */
  readonly blank: (cell: CubeCell) => boolean;
  readonly chosen: CubeCell;
}

/** The front keeps the legend's colour; the top is lighter and the flank darker, so that depth can be seen. */
const SHADE = { x: -0.16, y: 0.14, z: 0 } as const;
/** How much is left of a cell that is not lit. */
const GLASS = 0.07;
const GLASS_EDGE = 0.16;

const shaded = ([r, g, b]: Rgb, by: number): string => {
  const move = (value: number) => Math.round(by < 0 ? value * (1 + by) : value + (255 - value) * by);
  return `rgb(${move(r)} ${move(g)} ${move(b)})`;
};

const same = (a: CubeCell, b: CubeCell) => a.x === b.x && a.y === b.y && a.z === b.z;

export function paintCube(context: CanvasRenderingContext2D, { faces, colourOf, lit, blank, chosen }: CubePicture, ink: CubeInk): void {
  const outlined: Face[] = [];
  context.lineJoin = 'round';
  for (const face of faces) {
    const { cell, side, corners } = face;
    const whole = !lit || lit(cell);
    const empty = blank(cell);
    trace(context, corners);
    context.globalAlpha = whole ? 1 : GLASS;
    const colour = empty ? null : colourOf(cell);
    context.fillStyle = colour ? shaded(colour, SHADE[side]) : ink.blank;
    context.fill();
    context.globalAlpha = whole ? 0.55 : GLASS_EDGE;
    context.strokeStyle = whole ? ink.paper : ink.ink;
    context.lineWidth = whole ? 0.8 : 0.5;
    context.stroke();
    if (empty && whole) hatch(context, corners, ink.stripe);
    if (same(cell, chosen)) outlined.push(face);
  }
  // The chosen cell's frame shows through whatever stands before it.
  context.globalAlpha = 1;
  for (const [width, colour] of [[4.5, ink.paper], [2.2, ink.ink]] as const) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    for (const { corners } of outlined) {
      trace(context, corners);
      context.stroke();
    }
  }
}

function trace(context: CanvasRenderingContext2D, corners: readonly number[]): void {
  context.beginPath();
  for (let i = 0; i < corners.length; i += 2) context.lineTo(corners[i]!, corners[i + 1]!);
  context.closePath();
}

/** One stroke across the face. */
function hatch(context: CanvasRenderingContext2D, corners: readonly number[], stripe: string): void {
  context.globalAlpha = 1;
  context.strokeStyle = stripe;
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(corners[0]!, corners[1]!);
  context.lineTo(corners[4]!, corners[5]!);
  context.stroke();
}
