import type { Gpu } from './gpu';
import { Heatmap, type HeatmapPipelines, type RenderTarget } from './view-heatmap';
import type { MapDraw, MapTheme, Painter } from './view-types';

/** What the GPU's painter has beyond the contract. */
export interface GpuPainter extends Painter {
  readonly kind: 'webgpu';
  /** Resolves when the pipeline for canvases is ready: painting before is put off until then. @throws KernelError */
  readonly ready: Promise<void>;
  /** Draws into any texture; resolves once the commands are submitted. For tests and for pictures to save. */
  render(target: RenderTarget, draws: readonly MapDraw[], theme: MapTheme, pixelRatio?: number): Promise<void>;
}

/** Resolves in a task of its own, when all that is queued in the present one has run. */
const laterTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Draws matrices straight from the storage buffers they were computed in: nothing is read back. Draws that follow
 * each other and read the same buffers are one instanced draw call.
 *
 * `paint` submits at once, so the tensors' commands must have been flushed before. Recreate it with the device.
 */
export function createMapPainter(gpu: Gpu): GpuPainter {
  const heatmap = new Heatmap(gpu);
  const contexts = new WeakMap<HTMLCanvasElement, GPUCanvasContext>();
  const waiting = new Map<HTMLCanvasElement, () => void>();
  let format: GPUTextureFormat = 'rgba8unorm';
  if (typeof navigator.gpu.getPreferredCanvasFormat === 'function') format = navigator.gpu.getPreferredCanvasFormat();
  let pipelines: HeatmapPipelines | null = null;
  let destroyed = false;

  // The shaders that compute the first tensors come first: those that draw them are compiled while the device computes. Asked
  // for together, they hold each other up, and the first weights are done no sooner than the last of the drawing shaders.
  const ready = laterTask().then(() => gpu.submitted()).then(() => heatmap.pipelines(format)).then((compiled) => {
    pipelines = compiled;
    if (!destroyed) for (const paint of waiting.values()) paint();
    waiting.clear();
  });
  ready.catch(() => undefined); // whoever awaits `ready` reads it

  const contextOf = (canvas: HTMLCanvasElement): GPUCanvasContext => {
    let context = contexts.get(canvas);
    if (!context) {
      const found = canvas.getContext('webgpu');
      if (!found) throw new Error('This canvas already has another kind of context: give the WebGPU painter a new canvas.');
      context = found;
      context.configure({ device: gpu.device, format, alphaMode: 'premultiplied' });
      contexts.set(canvas, context);
    }
    return context;
  };

  return {
    kind: 'webgpu',
    ready,
    paint(canvas, draws, theme, pixelRatio = 1) {
      if (destroyed || gpu.isLost || canvas.width === 0 || canvas.height === 0) return;
      if (!pipelines) {
        waiting.set(canvas, () => this.paint(canvas, draws, theme, pixelRatio));
        return;
      }
      const view = contextOf(canvas).getCurrentTexture().createView();
      heatmap.encode(pipelines, { view, format, width: canvas.width, height: canvas.height }, draws, theme, pixelRatio);
    },
    async render(target, draws, theme, pixelRatio = 1) {
      heatmap.encode(await heatmap.pipelines(target.format), target, draws, theme, pixelRatio);
    },
    destroy() {
      destroyed = true;
      waiting.clear();
      heatmap.destroy();
    },
  };
}
