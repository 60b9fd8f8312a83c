import { createMapPainter } from '../../gpu/views';
import { createCanvasPainter } from './canvas-painter';
import type { Painter } from './types';

/**
 * The painter for a backend: straight from GPU buffers, or from arrays where there is no GPU.
 * @param onfail told when the device refuses the shader that draws the maps, which then stay empty
 */
export function createPainter(gpu: Parameters<typeof createMapPainter>[0] | null, onfail: (error: unknown) => void): Painter {
  if (!gpu) return createCanvasPainter();
  const painter = createMapPainter(gpu);
  // A device that is lost meanwhile speaks for itself.
  painter.ready.catch((error: unknown) => {
    if (!gpu.isLost) onfail(error);
  });
  return painter;
}
