import { createMapPainter } from '../../gpu/views';
import { createCanvasPainter } from './canvas-painter';
import type { Painter } from './types';

/** The painter for a backend: straight from GPU buffers, or from arrays where there is no GPU. */
export function createPainter(gpu: Parameters<typeof createMapPainter>[0] | null): Painter {
  return gpu ? createMapPainter(gpu) : createCanvasPainter();
}
