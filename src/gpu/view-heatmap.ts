import { assemble } from './assemble';
import type { Gpu } from './gpu';
import type { PooledBuffer } from './pool';
import { Shelves } from './view-atlas';
import { DrawList, ROLES } from './view-draws';
import { average } from './view-geometry';
import { bytesOf, group, groupLayout, structViews } from './view-layout';
import { ATLAS_FORMAT, Passes, type PassName } from './view-passes';
import { PALETTE_SIZE } from './view-types';
import type { MapDraw, MapTheme, Rgba } from './view-types';

/** A texture to draw into, `width` × `height` pixels. */
export interface RenderTarget {
  readonly view: GPUTextureView;
  readonly format: GPUTextureFormat;
  readonly width: number;
  readonly height: number;
}

const FIRST_ATLAS = 1024;
/** Bind groups kept; more than this many pairs of tensors are never on the page at once. */
const MOST_BIND_GROUPS = 128;

/** The heat-map shader on one device, with the buffers that it keeps from frame to frame. */
export class Heatmap {
  readonly #gpu: Gpu;
  readonly #shader = assemble('views/heatmap');
  readonly #layouts: { readonly frame: GPUBindGroupLayout; readonly source: GPUBindGroupLayout; readonly atlas: GPUBindGroupLayout };
  readonly #module: GPUShaderModule;
  readonly #passes = new Map<GPUTextureFormat, Passes>();
  readonly #frameBytes = new ArrayBuffer(bytesOf('frame'));
  readonly #frame = structViews('frame', this.#frameBytes);
  readonly #frameBuffer: GPUBuffer;
  readonly #lutBuffer: GPUBuffer;
  readonly #tables: (Uint8Array | null)[] = [null, null, null];
  readonly #draws: DrawList;
  readonly #sources = new Map<string, GPUBindGroup>();
  #frameGroup: GPUBindGroup | null = null;
  #frameGroupOf: GPUBuffer | null = null;
  #shelves = new Shelves(FIRST_ATLAS);
  #atlas: { readonly texture: GPUTexture; readonly view: GPUTextureView; readonly group: GPUBindGroup } | null = null;
  #theme: MapTheme | null = null;

  constructor(gpu: Gpu) {
    const { device } = gpu;
    this.#gpu = gpu;
    this.#module = device.createShaderModule({ label: 'views/heatmap', code: this.#shader.code });
    // All passes share group 0; group 1 is the tensors, or the atlas that was coloured from them.
    this.#layouts = {
      frame: groupLayout(device, 'views/heatmap/frame', ['frame', 'draws', 'lut']),
      source: groupLayout(device, 'views/heatmap/source', ['source', 'minus']),
      atlas: groupLayout(device, 'views/heatmap/atlas', ['atlas']),
    };
    const buffer = (role: string, size: number, usage: GPUBufferUsageFlags) =>
      device.createBuffer({ label: `views/heatmap/${role}`, size, usage: usage | GPUBufferUsage.COPY_DST });
    this.#frameBuffer = buffer('frame', this.#frameBytes.byteLength, GPUBufferUsage.UNIFORM);
    this.#lutBuffer = buffer('lut', 4 * PALETTE_SIZE * ROLES.length, GPUBufferUsage.STORAGE);
    this.#draws = new DrawList(device);
  }

  /** The passes for one format of target, which compile as they are asked for. */
  passes(format: GPUTextureFormat): Passes {
    let known = this.#passes.get(format);
    if (!known) this.#passes.set(format, (known = new Passes(this.#gpu.device, this.#shader, this.#module, this.#layouts, format)));
    return known;
  }

  /**
   * Encodes and submits one paint.
   * @returns the passes that it needs and that are not compiled yet; where there are any, nothing was painted
   */
  encode(target: RenderTarget, draws: readonly MapDraw[], theme: MapTheme, pixelRatio: number): readonly PassName[] {
    const { device } = this.#gpu;
    const { queue } = device;
    const passes = this.passes(target.format);
    const magnified = this.#layOut(draws, target, pixelRatio);
    const colourOf = ({ minus, where }: MapDraw) => (minus || where ? 'colourSecond' : 'colour');
    const readOf = ({ minus, where }: MapDraw, i: number): PassName => (this.#draws.isMagnified(i) ? 'magnify' : minus || where ? 'reduceSecond' : 'reduce');
    const missing = passes.missing(draws.flatMap((draw, i): PassName[] => (this.#draws.isMagnified(i) ? ['magnify', colourOf(draw)] : [readOf(draw, i)])));
    if (missing.length > 0) return missing;
    this.#setTheme(theme);
    this.#frame.size.set([target.width, target.height]);
    queue.writeBuffer(this.#frameBuffer, 0, this.#frameBytes);
    const frame = this.#frameOf(this.#draws.upload(draws.length));

    const encoder = device.createCommandEncoder({ label: 'views/heatmap' });
    if (magnified) {
      const pass = encoder.beginRenderPass({
        label: 'views/heatmap/atlas',
        colorAttachments: [{ view: this.#atlas!.view, loadOp: 'clear', storeOp: 'store' }],
      });
      pass.setBindGroup(0, frame);
      this.#inRuns(draws, (draw, i) => (this.#draws.isMagnified(i) ? this.#sourceOf(draw) : null), (source, start, count) => {
        if (!source) return;
        pass.setPipeline(passes.get(colourOf(draws[start])));
        pass.setBindGroup(1, source);
        pass.draw(4, count, 0, start);
      });
      pass.end();
    }

    const pass = encoder.beginRenderPass({
      label: 'views/heatmap',
      colorAttachments: [{ view: target.view, loadOp: 'clear', storeOp: 'store', clearValue: clearValue(theme.background) }],
    });
    pass.setBindGroup(0, frame);
    const groupOf = (draw: MapDraw, i: number) => (this.#draws.isMagnified(i) ? this.#atlas!.group : this.#sourceOf(draw));
    this.#inRuns(draws, groupOf, (read, start, count) => {
      pass.setPipeline(passes.get(readOf(draws[start], start)));
      pass.setBindGroup(1, read);
      pass.draw(4, count, 0, start);
    });
    pass.end();
    queue.submit([encoder.finish()]);
    return missing;
  }

  destroy(): void {
    this.#sources.clear();
    this.#draws.destroy();
    this.#atlas?.texture.destroy();
    this.#frameBuffer.destroy();
    this.#lutBuffer.destroy();
  }

  /** Calls `body` once for each run of draws that follow each other and share a group. */
  #inRuns<G>(draws: readonly MapDraw[], groupOf: (draw: MapDraw, i: number) => G, body: (group: G, start: number, count: number) => void): void {
    for (let start = 0; start < draws.length; ) {
      const group = groupOf(draws[start], start);
      let end = start + 1;
      while (end < draws.length && groupOf(draws[end], end) === group) end++;
      body(group, start, end - start);
      start = end;
    }
  }

  /** Places the draws on the target and in the atlas, which grows as needed. Returns whether any draw uses the atlas. */
  #layOut(draws: readonly MapDraw[], target: RenderTarget, pixelRatio: number): boolean {
    for (;;) {
      this.#shelves.reset();
      const widest = this.#draws.place(draws, target, pixelRatio, this.#shelves);
      if (widest <= this.#shelves.width) break;
      this.#shelves = new Shelves(2 ** Math.ceil(Math.log2(widest)));
    }
    const { width, height } = this.#shelves;
    if (height === 0) return false;
    const old = this.#atlas?.texture;
    if (!old || old.width < width || old.height < height) this.#makeAtlas(width, 2 ** Math.ceil(Math.log2(Math.max(256, height))));
    this.#frame.atlas_size.set([this.#atlas!.texture.width, this.#atlas!.texture.height]);
    return true;
  }

  #makeAtlas(width: number, height: number): void {
    const { device } = this.#gpu;
    this.#atlas?.texture.destroy();
    const texture = device.createTexture({
      label: 'views/heatmap/atlas',
      size: [width, Math.min(height, device.limits.maxTextureDimension2D)],
      format: ATLAS_FORMAT,
      usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.TEXTURE_BINDING,
    });
    const view = texture.createView();
    this.#atlas = { texture, view, group: group(device, 'views/heatmap/atlas', this.#layouts.atlas, { atlas: view }) };
  }

  #setTheme(theme: MapTheme): void {
    ROLES.forEach((role, slot) => {
      const table = theme.palettes[role];
      if (this.#tables[slot] === table) return;
      this.#tables[slot] = table;
      this.#gpu.device.queue.writeBuffer(this.#lutBuffer, 4 * PALETTE_SIZE * slot, new Uint8Array(table));
    });
    if (this.#theme === theme) return;
    this.#theme = theme;
    this.#frame.background[0] = packed(theme.background);
    this.#frame.masked_stripe[0] = packed(theme.masked[0]);
    this.#frame.masked_ground[0] = packed(theme.masked[1]);
    this.#frame.masked_flat[0] = packed(average(theme.masked));
    this.#frame.nan_stripe[0] = packed(theme.nan[0]);
    this.#frame.nan_ground[0] = packed(theme.nan[1]);
  }

  #frameOf(draws: GPUBuffer): GPUBindGroup {
    if (this.#frameGroup && this.#frameGroupOf === draws) return this.#frameGroup;
    this.#frameGroupOf = draws;
    return (this.#frameGroup = group(this.#gpu.device, 'views/heatmap/frame', this.#layouts.frame, {
      frame: { buffer: this.#frameBuffer },
      draws: { buffer: draws },
      lut: { buffer: this.#lutBuffer },
    }));
  }

  #sourceOf(draw: MapDraw): GPUBindGroup {
    const source = bufferOf(draw.source);
    const second = draw.minus ?? draw.where;
    const minus = second ? bufferOf(second.source) : source;
    // A tensor beside itself (another head of it) is another group than the tensor alone: the pipelines differ.
    const key = second ? `${source.id},${minus.id}` : `${source.id}`;
    const known = this.#sources.get(key);
    if (known) return known;
    // Ids are never used again, so that groups of buffers long gone only wait here to be the oldest.
    if (this.#sources.size >= MOST_BIND_GROUPS) this.#sources.delete(this.#sources.keys().next().value!);
    const found = group(this.#gpu.device, 'views/heatmap/source', this.#layouts.source, {
      source: { buffer: source.buffer },
      minus: { buffer: minus.buffer },
    });
    this.#sources.set(key, found);
    return found;
  }
}

function bufferOf(source: MapDraw['source']): PooledBuffer {
  if (!source.tensor) throw new Error('The GPU draws only tensors that live on it, and this map has none: use the canvas painter.');
  return source.tensor.buffer;
}

const premultiplied = ([r, g, b, a]: Rgba): Rgba => [r, g, b].map((byte) => (byte * a) / 255).concat(a) as unknown as Rgba;

const clearValue = (colour: Rgba): GPUColor => premultiplied(colour).map((byte) => byte / 255);

const packed = (colour: Rgba): number => {
  const [r, g, b, a] = premultiplied(colour).map(Math.round);
  return (r | (g << 8) | (b << 16) | (a << 24)) >>> 0;
};
