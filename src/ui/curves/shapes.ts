/** The outlines of points. Pure. */
import { symbol, symbolCircle, symbolDiamond, symbolSquare, symbolTriangle } from 'd3-shape';
import type { PointShape } from './types';

const SYMBOLS = { circle: symbolCircle, square: symbolSquare, triangle: symbolTriangle, diamond: symbolDiamond };

/** A path around (0, 0) with the area of a circle of this radius, so that all shapes weigh the same. */
export function pointPath(shape: PointShape, radius: number): string {
  return symbol(SYMBOLS[shape], Math.PI * radius ** 2)() ?? '';
}
