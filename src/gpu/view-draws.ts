import type { Shelves } from './view-atlas';
import { isMagnified, neutralOf, newPlacement, place, visibleFrom, visibleTo } from './view-geometry';
import { bytesOf, structViews, type StructViews } from './view-layout';
import { PALETTE_SIZE } from './view-types';
import type { MapDraw, PaletteRole } from './view-types';

const FIRST_CAPACITY = 64;
/** Order of the palettes in `lut`. */
export const ROLES: readonly PaletteRole[] = ['sequential', 'diverging', 'difference'];

/** The draws of a frame in one storage buffer, reused from frame to frame; it grows and never shrinks. */
export class DrawList {
  readonly #device: GPUDevice;
  readonly #placement = newPlacement();
  #bytes!: ArrayBuffer;
  #draws!: readonly StructViews<'draws'>[];
  #magnified!: Uint8Array;
  #buffer: GPUBuffer | null = null;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#reserve(FIRST_CAPACITY);
  }

  /**
   * Writes the draws; the visible cells of those that are magnified get a place on the shelves.
   * Returns the widest of them: when it exceeds the shelves' width nothing is placed, and one calls again with wider ones.
   */
  place(draws: readonly MapDraw[], target: { readonly width: number; readonly height: number }, pixelRatio: number, shelves: Shelves): number {
    if (draws.length > this.#draws.length) this.#reserve(2 ** Math.ceil(Math.log2(draws.length)));
    let widest = 0;
    for (let i = 0; i < draws.length; i++) {
      const width = this.#set(i, draws[i], target, pixelRatio, shelves);
      widest = Math.max(widest, width);
    }
    return widest;
  }

  /** Whether draw `i` goes through the atlas. */
  isMagnified(i: number): boolean {
    return this.#magnified[i] === 1;
  }

  /** Uploads the first `count` draws and returns the buffer that holds them. */
  upload(count: number): GPUBuffer {
    if (count > 0) this.#device.queue.writeBuffer(this.#buffer!, 0, this.#bytes, 0, bytesOf('draws') * count);
    return this.#buffer!;
  }

  destroy(): void {
    this.#buffer?.destroy();
  }

  #reserve(capacity: number): void {
    this.#bytes = new ArrayBuffer(bytesOf('draws') * capacity);
    this.#draws = Array.from({ length: capacity }, (_, i) => structViews('draws', this.#bytes, bytesOf('draws') * i));
    this.#magnified = new Uint8Array(capacity);
    // Frames that read the old buffer are submitted already.
    this.#buffer?.destroy();
    this.#buffer = this.#device.createBuffer({
      label: 'views/heatmap/draws',
      size: this.#bytes.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
  }

  /** Returns the width of the draw's place in the atlas, 0 when it needs none. */
  #set(i: number, draw: MapDraw, target: { readonly width: number; readonly height: number }, pixelRatio: number, shelves: Shelves): number {
    const into = this.#draws[i];
    const { source, minus, where, domain } = draw;
    const at = place(draw, target.width, target.height, pixelRatio, this.#placement);
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
    into.gap[0] = at.gap;
    into.rows[0] = source.rows;
    into.cols[0] = source.cols;
    into.source_start[0] = draw.index * size;
    into.minus_start[0] = ((minus ?? where)?.index ?? 0) * size;
    into.subtract[0] = minus ? 1 : 0;
    into.root[0] = !draw.root ? 0 : draw.palette === 'sequential' ? 1 : 2;
    into.palette_start[0] = PALETTE_SIZE * ROLES.indexOf(draw.palette);
    into.hatch[0] = at.period && 1 / at.period;
    into.hatch[1] = at.period && at.stripe / at.period;

    const [left, top] = [visibleFrom(at.firstX), visibleFrom(at.firstY)];
    const width = visibleTo(at.lastX, source.cols) - left;
    const height = visibleTo(at.lastY, source.rows) - top;
    const magnified = !draw.direct && at.x1 > at.x0 && at.y1 > at.y0 && width > 0 && height > 0 && isMagnified(at);
    this.#magnified[i] = magnified ? 1 : 0;
    if (!magnified) return 0;
    if (width > shelves.width) return width;
    shelves.add(width, height);
    into.atlas[0] = shelves.x;
    into.atlas[1] = shelves.y;
    into.atlas[2] = shelves.x + width;
    into.atlas[3] = shelves.y + height;
    into.visible[0] = left;
    into.visible[1] = top;
    return width;
  }
}
