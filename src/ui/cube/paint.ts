/** Draws the faces of a block on a 2D canvas. */
import { axisPlace, type CubeCell, type Extents, type Face, type Projection } from './geometry';

type Rgb = readonly [number, number, number];

export interface CubeInk {
  readonly paper: string;
  readonly ink: string;
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
  /** Framed; null: none is. */
  readonly chosen: CubeCell | null;
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
  context.lineJoin = 'round';
  const isLit = (cell: CubeCell) => !lit || lit(cell);
  // The lit cells shine through the glass: drawn after it, in their own order.
  for (const { cell, side, corners } of lit ? faces.filter((face) => !isLit(face.cell)) : []) {
    const colour = blank(cell) ? null : colourOf(cell);
    trace(context, corners);
    context.globalAlpha = GLASS;
    context.fillStyle = colour ? shaded(colour, SHADE[side]) : ink.blank;
    context.fill();
    context.globalAlpha = GLASS_EDGE;
    context.strokeStyle = ink.ink;
    context.lineWidth = 0.5;
    context.stroke();
  }
  const whole = faces.filter(({ cell }) => isLit(cell));
  for (const { cell, side, corners } of whole) {
    const empty = blank(cell);
    const colour = empty ? null : colourOf(cell);
    trace(context, corners);
    context.globalAlpha = 1;
    context.fillStyle = colour ? shaded(colour, SHADE[side]) : ink.blank;
    context.fill();
    context.globalAlpha = 0.55;
    context.strokeStyle = ink.paper;
    context.lineWidth = 0.8;
    context.stroke();
    if (empty) hatch(context, corners, ink.stripe);
  }
  const outlined = chosen ? faces.filter(({ cell }) => same(cell, chosen)) : [];
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

/** Writes the first and last index of each axis beside the block, and the axis's name between them; `em` is the font size. */
export function writeAxes(
  context: CanvasRenderingContext2D, projection: Projection, axes: Readonly<Record<keyof Extents, string>>, width: number, em: number,
): void {
  context.textBaseline = 'middle';
  const write = (text: string, { x, y, outward }: ReturnType<typeof axisPlace>) => {
    const room = context.measureText(text).width;
    const start = x - (outward > 0.5 ? 0 : outward < -0.5 ? room : room / 2);
    context.fillText(text, Math.min(width - room, Math.max(0, start)), y);
  };
  for (const axis of ['x', 'y', 'z'] as const) {
    const last = projection.extents[axis] - 1;
    for (const index of new Set([0, last])) write(String(index), axisPlace(projection, axis, index, 0.8 * em));
    if (last > 0) write(axes[axis], axisPlace(projection, axis, last / 2, 1.5 * em));
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
