/**
 * A block of cells in space, seen in parallel projection. x runs to the right, y down, z away from the viewer, so that at
 * rest the face z = 0 is a matrix as one writes it. Pure.
 */

/** Cells along x, y and z. */
export interface Extents {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A cell by its three indices. */
export type CubeCell = Extents;

/** Where one stands: turned about the vertical axis, then tipped about the horizontal one; radians. */
export interface CubeView {
  readonly yaw: number;
  readonly pitch: number;
}

/** One visible side of a cell, with its corners on the screen. */
export interface Face {
  readonly cell: CubeCell;
  /** The axis that it is perpendicular to. */
  readonly side: 'x' | 'y' | 'z';
  /** Four corners, x and y in turn, in CSS pixels. */
  readonly corners: readonly number[];
}

/** A block in its place on the screen. */
export interface Projection {
  readonly extents: Extents;
  readonly view: CubeView;
  /** Pixels of one cell. */
  readonly scale: number;
  readonly centre: readonly [number, number];
}

/** From above and from the right, so that the sheets of one z stand clear of each other. */
export const REST: CubeView = { yaw: 0.6, pitch: 0.42 };

/** Distances between cells along the axes: sheets of one z stand apart. */
export const PITCH_OF: Extents = { x: 1, y: 1, z: 2 };
/** Width of a cell; the rest is gap, widest between sheets. */
const CELL: Extents = { x: 0.88, y: 0.88, z: 0.6 };

/** The view never tips over the top. */
const MOST_PITCH = 1.35;

/** A view turned further. */
export function turned({ yaw, pitch }: CubeView, byYaw: number, byPitch: number): CubeView {
  const to = yaw + byYaw;
  return { yaw: Math.abs(to) <= Math.PI ? to : to - 2 * Math.PI * Math.round(to / (2 * Math.PI)), pitch: Math.min(MOST_PITCH, Math.max(-MOST_PITCH, pitch + byPitch)) };
}

/** A point in space as (right, down, away) from the viewer. */
function seen({ yaw, pitch }: CubeView, x: number, y: number, z: number): [number, number, number] {
  const right = x * Math.cos(yaw) + z * Math.sin(yaw);
  const behind = -x * Math.sin(yaw) + z * Math.cos(yaw);
  return [right, y * Math.cos(pitch) - behind * Math.sin(pitch), y * Math.sin(pitch) + behind * Math.cos(pitch)];
}

const half = (extents: Extents, axis: keyof Extents) => (extents[axis] * PITCH_OF[axis]) / 2;

/**
 * A block fitted into a rectangle around `centre`, `margin` pixels free on each side. It keeps its size while it is turned,
 * unless it would leave.
 */
export function fitted(
  extents: Extents, view: CubeView, width: number, height: number, margin: number, centre: readonly [number, number] = [width / 2, height / 2],
): Projection {
  const sizeOf = (at: CubeView) => {
    const [across, down] = [
      [seen(at, 1, 0, 0)[0], seen(at, 0, 1, 0)[0], seen(at, 0, 0, 1)[0]],
      [seen(at, 1, 0, 0)[1], seen(at, 0, 1, 0)[1], seen(at, 0, 0, 1)[1]],
    ].map(([x, y, z]) => 2 * (Math.abs(x!) * half(extents, 'x') + Math.abs(y!) * half(extents, 'y') + Math.abs(z!) * half(extents, 'z')));
    return Math.min((width - 2 * margin) / across!, (height - 2 * margin) / down!);
  };
  return { extents, view, scale: Math.max(1, Math.min(sizeOf(view), sizeOf(REST))), centre };
}

/** A point of the block's own space on the screen; cell (i, j, k) has its middle at (i, j, k). */
export function onScreen({ extents, view, scale, centre }: Projection, x: number, y: number, z: number): [number, number] {
  const [right, down] = seen(
    view,
    (x - (extents.x - 1) / 2) * PITCH_OF.x,
    (y - (extents.y - 1) / 2) * PITCH_OF.y,
    (z - (extents.z - 1) / 2) * PITCH_OF.z,
  );
  return [centre[0] + scale * right, centre[1] + scale * down];
}

/** For each axis, the sign of the side that faces the viewer; 0 where it is seen edge on. */
export function facing(view: CubeView): Extents {
  const toward = (x: number, y: number, z: number) => {
    const depth = seen(view, x, y, z)[2];
    return Math.abs(depth) < 1e-9 ? 0 : -Math.sign(depth);
  };
  return { x: toward(1, 0, 0), y: toward(0, 1, 0), z: toward(0, 0, 1) };
}

/**
 * Every side that faces the viewer, those behind first. Boxes on a grid under a parallel projection never hide each other in
 * a circle, so walking each axis towards the viewer is a right order.
 */
export function facesOf(projection: Projection): Face[] {
  const { extents } = projection;
  const towards = facing(projection.view);
  const walk = (axis: keyof Extents) => Array.from({ length: extents[axis] }, (_, i) => (towards[axis] < 0 ? extents[axis] - 1 - i : i));
  const sides = (['x', 'y', 'z'] as const).filter((side) => towards[side] !== 0);
  const corners = Object.fromEntries(sides.map((side) => [side, cornersOf(projection, side, towards[side])]));
  const faces: Face[] = [];
  const origin = onScreen(projection, 0, 0, 0);
  const step = { x: onScreen(projection, 1, 0, 0), y: onScreen(projection, 0, 1, 0), z: onScreen(projection, 0, 0, 1) };
  for (const z of walk('z')) {
    for (const y of walk('y')) {
      for (const x of walk('x')) {
        const at = [0, 1].map((i) => origin[i]! + x * (step.x[i]! - origin[i]!) + y * (step.y[i]! - origin[i]!) + z * (step.z[i]! - origin[i]!));
        for (const side of sides) faces.push({ cell: { x, y, z }, side, corners: corners[side]!.map((offset, i) => at[i % 2]! + offset) });
      }
    }
  }
  return faces;
}

/** Corners of one side of a cell, from the cell's middle, in order around it. */
function cornersOf({ view, scale }: Projection, side: keyof Extents, sign: number): number[] {
  const [a, b] = (['x', 'y', 'z'] as const).filter((axis) => axis !== side) as [keyof Extents, keyof Extents];
  return [[-1, -1], [1, -1], [1, 1], [-1, 1]].flatMap(([u, v]) => {
    const at = { x: 0, y: 0, z: 0, [side]: sign, [a]: u, [b]: v };
    const [right, down] = seen(view, (at.x * CELL.x) / 2, (at.y * CELL.y) / 2, (at.z * CELL.z) / 2);
    return [scale * right, scale * down];
  });
}

/** The foremost cell under a point that `counts`, or null. `faces` in the order of `facesOf`. */
export function cellAtPoint(faces: readonly Face[], x: number, y: number, counts: (cell: CubeCell) => boolean = () => true): CubeCell | null {
  for (let i = faces.length - 1; i >= 0; i--) if (inside(faces[i]!.corners, x, y) && counts(faces[i]!.cell)) return faces[i]!.cell;
  return null;
}

/** Whether a point lies in a convex polygon, whichever way round its corners go. */
function inside(corners: readonly number[], x: number, y: number): boolean {
  let positive = false;
  let negative = false;
  for (let i = 0; i < corners.length; i += 2) {
    const j = (i + 2) % corners.length;
    const turn = (corners[j]! - corners[i]!) * (y - corners[i + 1]!) - (corners[j + 1]! - corners[i + 1]!) * (x - corners[i]!);
    if (turn > 0) positive = true;
    if (turn < 0) negative = true;
  }
  return positive !== negative;
}

/**
 * A place beside an axis, for its name or a number: at index `at` along an edge of the block, pushed `away` pixels out of it. Of
 * the edges on the outline it takes the leftmost for y, the lowest for x and z. `outward` is how far to the right it was pushed.
 */
export function axisPlace(projection: Projection, axis: keyof Extents, at: number, away: number): { x: number; y: number; outward: number } {
  const { extents, view, centre } = projection;
  const towards = facing(view);
  const [a, b] = (['x', 'y', 'z'] as const).filter((other) => other !== axis) as [keyof Extents, keyof Extents];
  const end = (of: keyof Extents, near: number) => ((towards[of] || 1) * near > 0 ? extents[of] - 0.5 : -0.5);
  // An edge is on the outline where a side that is seen meets one that is not.
  const edges = [[1, -1], [-1, 1]].map(([nearA, nearB]) => (along: number) => {
    const point = { [a]: end(a, nearA!), [b]: end(b, nearB!), [axis]: along } as unknown as Extents;
    return onScreen(projection, point.x, point.y, point.z);
  });
  const middle = (extents[axis] - 1) / 2;
  const [edge] = edges.sort((p, q) => (axis === 'y' ? p(middle)[0] - q(middle)[0] : q(middle)[1] - p(middle)[1]));
  const [mx, my] = edge!(middle);
  const length = Math.hypot(mx - centre[0], my - centre[1]) || 1;
  const [ux, uy] = axis === 'y' ? [-1, 0] : [(mx - centre[0]) / length, (my - centre[1]) / length];
  const [x, y] = edge!(at);
  return { x: x + away * ux, y: y + away * uy, outward: ux };
}
