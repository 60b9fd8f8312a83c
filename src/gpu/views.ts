import {
  getSizeAndAlignmentOfUnsizedArrayElement,
  makeBindGroupLayoutDescriptors,
  makeShaderDataDefinitions,
  makeStructuredView,
} from 'webgpu-utils';
import type { StructuredView } from 'webgpu-utils';
import { assemble } from './assemble';
import { KernelError } from './errors';
import type { Gpu } from './gpu';
import type { PooledBuffer } from './pool';
import { average, neutralOf, newPlacement, place } from './view-geometry';
import { PALETTE_SIZE } from './view-types';
import type { MapDraw, MapTheme, PaletteRole, Painter, Rgba } from './view-types';

/** What the GPU's painter has beyond the contract. */
export interface GpuPainter extends Painter {
  readonly kind: 'webgpu';
  /** Resolves when the pipeline for canvases is ready: painting before is put off until then. @throws KernelError */
  readonly ready: Promise<void>;
  /** Draws into any texture; resolves once the commands are submitted. For tests and for pictures to save. */
  render(target: RenderTarget, draws: readonly MapDraw[], theme: MapTheme, pixelRatio?: number): Promise<void>;
}

/** A texture to draw into, `width` × `height` pixels. */
export interface RenderTarget {
  readonly view: GPUTextureView;
  readonly format: GPUTextureFormat;
  readonly width: number;
  readonly height: number;
}

const ROLES: readonly PaletteRole[] = ['sequential', 'diverging', 'difference'];
/** Bind groups kept; more than this many pairs of tensors are never on the page at once. */
const MOST_BIND_GROUPS = 128;
const FIRST_CAPACITY = 64;

/**
 * Draws matrices straight from the storage buffers they were computed in: nothing is read back. One render pass per
 * paint; draws that follow each other and read the same buffers are one instanced draw call.
 *
 * `paint` submits at once, so the tensors' commands must have been flushed before. Recreate it with the device.
 */
export function createMapPainter(gpu: Gpu): GpuPainter {
  const heatmap = new Heatmap(gpu);
  const contexts = new Map<HTMLCanvasElement, GPUCanvasContext>();
  const waiting = new Map<HTMLCanvasElement, () => void>();
  let format: GPUTextureFormat = 'rgba8unorm';
  if (typeof navigator.gpu.getPreferredCanvasFormat === 'function') format = navigator.gpu.getPreferredCanvasFormat();
  let pipeline: GPURenderPipeline | null = null;
  let destroyed = false;

  const ready = heatmap.pipeline(format).then((compiled) => {
    pipeline = compiled;
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
      if (!pipeline) {
        waiting.set(canvas, () => this.paint(canvas, draws, theme, pixelRatio));
        return;
      }
      const view = contextOf(canvas).getCurrentTexture().createView();
      heatmap.encode(pipeline, { view, format, width: canvas.width, height: canvas.height }, draws, theme, pixelRatio);
    },
    async render(target, draws, theme, pixelRatio = 1) {
      heatmap.encode(await heatmap.pipeline(target.format), target, draws, theme, pixelRatio);
    },
    destroy() {
      destroyed = true;
      for (const context of contexts.values()) context.unconfigure();
      contexts.clear();
      waiting.clear();
      heatmap.destroy();
    },
  };
}

/** The heat-map shader on one device, with the buffers that it keeps from frame to frame. */
class Heatmap {
  readonly #gpu: Gpu;
  readonly #shader = assemble('views/heatmap');
  readonly #definitions = makeShaderDataDefinitions(this.#shader.code);
  readonly #layouts: readonly [GPUBindGroupLayout, GPUBindGroupLayout];
  readonly #module: GPUShaderModule;
  readonly #pipelines = new Map<GPUTextureFormat, Promise<GPURenderPipeline>>();
  readonly #frame: StructuredView;
  readonly #frameBuffer: GPUBuffer;
  readonly #lutBuffer: GPUBuffer;
  readonly #lut: [Uint8Array | null, Uint8Array | null, Uint8Array | null] = [null, null, null];
  readonly #groups = new Map<string, GPUBindGroup>();
  readonly #placement = newPlacement();
  #capacity = 0;
  #draws!: StructuredView;
  #drawViews!: readonly DrawView[];
  #drawBuffer!: GPUBuffer;
  #drawGroup!: GPUBindGroup;
  #theme: MapTheme | null = null;

  constructor(gpu: Gpu) {
    const { device } = gpu;
    this.#gpu = gpu;
    const stages = { vertex: { entryPoint: 'corner' }, fragment: { entryPoint: 'shade' } };
    const descriptors = makeBindGroupLayoutDescriptors(this.#definitions, stages);
    const layout = (group: 0 | 1) => device.createBindGroupLayout({ ...descriptors[group], label: `views/heatmap/${group}` });
    this.#layouts = [layout(0), layout(1)];
    this.#module = device.createShaderModule({ label: 'views/heatmap', code: this.#shader.code });
    this.#frame = makeStructuredView(this.#definitions.uniforms.frame);
    const buffer = (role: string, size: number, usage: GPUBufferUsageFlags) =>
      device.createBuffer({ label: `views/heatmap/${role}`, size, usage: usage | GPUBufferUsage.COPY_DST });
    this.#frameBuffer = buffer('frame', this.#frame.arrayBuffer.byteLength, GPUBufferUsage.UNIFORM);
    this.#lutBuffer = buffer('lut', 4 * PALETTE_SIZE * ROLES.length, GPUBufferUsage.STORAGE);
    this.#reserve(FIRST_CAPACITY);
  }

  /** The pipeline for one format of target. @throws KernelError */
  pipeline(format: GPUTextureFormat): Promise<GPURenderPipeline> {
    const known = this.#pipelines.get(format);
    if (known) return known;
    const { device } = this.#gpu;
    const compiling = device
      .createRenderPipelineAsync({
        label: `views/heatmap ${format}`,
        layout: device.createPipelineLayout({ label: 'views/heatmap', bindGroupLayouts: [...this.#layouts] }),
        vertex: { module: this.#module, entryPoint: 'corner' },
        fragment: { module: this.#module, entryPoint: 'shade', targets: [{ format }] },
        primitive: { topology: 'triangle-strip' },
      })
      .catch(async (error: unknown) => {
        const info = await this.#module.getCompilationInfo();
        const first = info.messages.find((message) => message.type === 'error');
        const { file, line } = this.#shader.locate(first?.lineNum ?? 1);
        throw new KernelError('views/heatmap', file, line, first?.message ?? (error instanceof Error ? error.message : String(error)));
      });
    this.#pipelines.set(format, compiling);
    return compiling;
  }

  /** Encodes and submits one paint. */
  encode(pipeline: GPURenderPipeline, target: RenderTarget, draws: readonly MapDraw[], theme: MapTheme, pixelRatio: number): void {
    const { queue } = this.#gpu.device;
    if (draws.length > this.#capacity) this.#reserve(2 ** Math.ceil(Math.log2(draws.length)));
    this.#setTheme(theme);
    (this.#frame.views.size as Float32Array).set([target.width, target.height]);
    queue.writeBuffer(this.#frameBuffer, 0, this.#frame.arrayBuffer);
    for (let i = 0; i < draws.length; i++) this.#setDraw(this.#drawViews[i], draws[i], target, pixelRatio);
    if (draws.length > 0) {
      queue.writeBuffer(this.#drawBuffer, 0, this.#draws.arrayBuffer, 0, (this.#draws.arrayBuffer.byteLength / this.#capacity) * draws.length);
    }

    const encoder = this.#gpu.device.createCommandEncoder({ label: 'views/heatmap' });
    const pass = encoder.beginRenderPass({
      label: 'views/heatmap',
      colorAttachments: [{ view: target.view, loadOp: 'clear', storeOp: 'store', clearValue: premultiplied(theme.background) }],
    });
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, this.#drawGroup);
    for (let start = 0; start < draws.length; ) {
      const group = this.#groupOf(draws[start]);
      let end = start + 1;
      while (end < draws.length && this.#groupOf(draws[end]) === group) end++;
      pass.setBindGroup(1, group);
      pass.draw(4, end - start, 0, start);
      start = end;
    }
    pass.end();
    queue.submit([encoder.finish()]);
  }

  destroy(): void {
    this.#groups.clear();
    for (const buffer of [this.#frameBuffer, this.#lutBuffer, this.#drawBuffer]) buffer.destroy();
  }

  /** Makes room for `capacity` draws in a frame. */
  #reserve(capacity: number): void {
    const { device } = this.#gpu;
    const definition = this.#definitions.storages.draws;
    const bytes = new ArrayBuffer(getSizeAndAlignmentOfUnsizedArrayElement(definition).size * capacity);
    this.#draws = makeStructuredView(definition, bytes);
    this.#drawViews = this.#draws.views as readonly DrawView[];
    this.#capacity = capacity;
    // The old buffer may still be read by a frame in flight; destroying it is safe once that is submitted.
    this.#drawBuffer?.destroy();
    this.#drawBuffer = device.createBuffer({
      label: 'views/heatmap/draws',
      size: bytes.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
    const { uniforms, storages } = this.#definitions;
    this.#drawGroup = device.createBindGroup({
      label: 'views/heatmap/draws',
      layout: this.#layouts[0],
      entries: [
        { binding: uniforms.frame.binding, resource: { buffer: this.#frameBuffer } },
        { binding: storages.draws.binding, resource: { buffer: this.#drawBuffer } },
        { binding: storages.lut.binding, resource: { buffer: this.#lutBuffer } },
      ],
    });
  }

  #setTheme(theme: MapTheme): void {
    ROLES.forEach((role, slot) => {
      const table = theme.palettes[role];
      if (this.#lut[slot] === table) return;
      this.#lut[slot] = table;
      this.#gpu.device.queue.writeBuffer(this.#lutBuffer, 4 * PALETTE_SIZE * slot, new Uint8Array(table));
    });
    if (this.#theme === theme) return;
    this.#theme = theme;
    this.#frame.set({
      background: premultiplied(theme.background),
      masked_stripe: premultiplied(theme.masked[0]),
      masked_ground: premultiplied(theme.masked[1]),
      masked_flat: premultiplied(average(theme.masked)),
      nan_stripe: premultiplied(theme.nan[0]),
      nan_ground: premultiplied(theme.nan[1]),
    });
  }

  #setDraw(into: DrawView, draw: MapDraw, target: RenderTarget, pixelRatio: number): void {
    const at = place(draw, target.width, target.height, pixelRatio, this.#placement);
    const { source, minus, domain } = draw;
    const size = source.rows * source.cols;
    into.paint[0] = at.x0;
    into.paint[1] = at.y0;
    // An empty rectangle must not turn into one seen from behind.
    into.paint[2] = Math.max(at.x0, at.x1);
    into.paint[3] = Math.max(at.y0, at.y1);
    into.origin[0] = at.originX;
    into.origin[1] = at.originY;
    into.first[0] = at.firstX;
    into.first[1] = at.firstY;
    into.step[0] = at.stepX;
    into.step[1] = at.stepY;
    into.low[0] = domain[0];
    into.inverse_range[0] = 1 / (domain[1] - domain[0] || 1);
    into.neutral[0] = neutralOf(draw);
    into.rows[0] = source.rows;
    into.cols[0] = source.cols;
    into.source_start[0] = draw.index * size;
    into.minus_start[0] = minus ? minus.index * size : 0;
    into.has_minus[0] = minus ? 1 : 0;
    into.root[0] = draw.root ? 1 : 0;
    into.palette_start[0] = PALETTE_SIZE * ROLES.indexOf(draw.palette);
    into.gap[0] = at.gap;
    into.hatch_period[0] = at.period;
    into.hatch_stripe[0] = at.stripe;
  }

  #groupOf(draw: MapDraw): GPUBindGroup {
    const source = bufferOf(draw.source);
    const minus = draw.minus ? bufferOf(draw.minus.source) : source;
    const key = `${source.id},${minus.id}`;
    const known = this.#groups.get(key);
    if (known) return known;
    // Ids are never used again, so that groups of buffers long gone only wait here to be the oldest.
    if (this.#groups.size >= MOST_BIND_GROUPS) this.#groups.delete(this.#groups.keys().next().value!);
    const { storages } = this.#definitions;
    const group = this.#gpu.device.createBindGroup({
      label: 'views/heatmap/source',
      layout: this.#layouts[1],
      entries: [
        { binding: storages.source.binding, resource: { buffer: source.buffer } },
        { binding: storages.minus.binding, resource: { buffer: minus.buffer } },
      ],
    });
    this.#groups.set(key, group);
    return group;
  }
}

/** One element of `draws`, as webgpu-utils lays it out: every field a typed array into the same bytes. */
type DrawView = Readonly<
  Record<
    | 'paint' | 'origin' | 'first' | 'step' | 'low' | 'inverse_range' | 'neutral' | 'rows' | 'cols' | 'source_start' | 'minus_start'
    | 'has_minus' | 'root' | 'palette_start' | 'gap' | 'hatch_period' | 'hatch_stripe',
    Float32Array | Uint32Array
  >
>;

function bufferOf(source: MapDraw['source']): PooledBuffer {
  if (!source.tensor) throw new Error('The GPU draws only tensors that live on it, and this map has none: use the canvas painter.');
  return source.tensor.buffer;
}

const premultiplied = ([r, g, b, a]: Rgba): [number, number, number, number] => {
  const alpha = a / 255;
  return [(r / 255) * alpha, (g / 255) * alpha, (b / 255) * alpha, alpha];
};
