import type { Gpu } from './gpu';
import { nextTask } from './tasks';
import { Heatmap, type RenderTarget } from './view-heatmap';
import { PASS_NAMES, type PassName } from './view-passes';
import type { MapDraw, MapTheme, Painter } from './view-types';

/** What the GPU's painter has beyond the contract. */
export interface GpuPainter extends Painter {
  readonly kind: 'webgpu';
  /** Resolves when everything that paints canvases is compiled: what is painted before, waits for what it needs. @throws KernelError */
  readonly ready: Promise<void>;
  /** Draws into any texture; resolves once the commands are submitted. For tests and for pictures to save. */
  render(target: RenderTarget, draws: readonly MapDraw[], theme: MapTheme, pixelRatio?: number): Promise<void>;
}

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
  let destroyed = false;

  const compile = (names: readonly PassName[]): Promise<void> =>
    heatmap.passes(format).compile(names).then(() => {
      const paints = [...waiting.values()];
      waiting.clear(); // those that still miss a pass wait again
      if (!destroyed) for (const paint of paints) paint();
    });
  // The shaders that compute the first tensors come first: those that draw them are compiled while the device computes. Asked
  // for together, they hold each other up, and the first weights are done no sooner than the last of the drawing shaders. Then
  // those that small maps need, as most pages show at first, and when these are painted, what may be wanted later.
  const painted = () => (gpu.isLost ? undefined : gpu.device.queue.onSubmittedWorkDone());
  const ready = nextTask().then(() => gpu.submitted()).then(() => compile(['colour', 'magnify'])).then(painted).then(() => compile(PASS_NAMES));
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
      const target = {
        format, width: canvas.width, height: canvas.height,
        // Taken only when it is drawn into: a texture that is taken and left empty would blank the canvas.
        get view() {
          return contextOf(canvas).getCurrentTexture().createView();
        },
      };
      const missing = heatmap.encode(target, draws, theme, pixelRatio);
      if (missing.length === 0) return void waiting.delete(canvas);
      waiting.set(canvas, () => this.paint(canvas, draws, theme, pixelRatio));
      gpu.submitted().then(() => compile(missing)).catch(() => undefined); // `ready` tells
    },
    async render(target, draws, theme, pixelRatio = 1) {
      await heatmap.passes(target.format).compile(PASS_NAMES);
      heatmap.encode(target, draws, theme, pixelRatio);
    },
    destroy() {
      destroyed = true;
      waiting.clear();
      heatmap.destroy();
    },
  };
}
