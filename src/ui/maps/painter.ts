import { createMapPainter } from '../../gpu/views';
import type { Painter } from './types';

/**
 * The painter for a backend: straight from GPU buffers, or from arrays where there is no GPU.
 * @param onfail told when the device refuses the shader that draws the maps, or the painter of arrays cannot be loaded: the maps
 *   then stay empty
 */
export function createPainter(gpu: Parameters<typeof createMapPainter>[0] | null, onfail: (error: unknown) => void): Painter {
  if (!gpu) return arrayPainter(onfail);
  const painter = createMapPainter(gpu);
  // A device that is lost meanwhile speaks for itself.
  painter.ready.catch((error: unknown) => {
    if (!gpu.isLost) onfail(error);
  });
  return painter;
}

/** The 2D painter, loaded only where there is no GPU; what is to be painted meanwhile is painted when it is there. */
function arrayPainter(onfail: (error: unknown) => void): Painter {
  const waiting = new Map<HTMLCanvasElement, Parameters<Painter['paint']>>();
  let painter: Painter | null = null;
  let destroyed = false;
  import('./canvas-painter')
    .then(({ createCanvasPainter }) => {
      if (destroyed) return;
      painter = createCanvasPainter();
      for (const request of waiting.values()) painter.paint(...request);
      waiting.clear();
    })
    .catch(onfail);
  return {
    kind: 'canvas2d',
    paint(...request) {
      if (painter) painter.paint(...request);
      else waiting.set(request[0], request);
    },
    destroy() {
      destroyed = true;
      waiting.clear();
      painter?.destroy();
    },
  };
}
