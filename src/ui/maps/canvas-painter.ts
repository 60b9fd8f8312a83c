import { average, neutralOf, newPlacement, place, type Placement } from '../../gpu/view-geometry';
import { colourIndex } from './palettes';
import type { MapDraw, MapTheme, Painter, Rgba } from './types';

/** The value that means "no cell"; −Infinity means the same. */
const MASKED = -3.4028234663852886e38;
/** As in shaders/views/heatmap.wgsl. */
const MOST = 64;

/** Draws maps from arrays on 2D canvases, in the shader's colours: for browsers without WebGPU. */
export function createCanvasPainter(): Painter {
  const placement = newPlacement();
  return {
    kind: 'canvas2d',
    paint(canvas, draws, theme, pixelRatio = 1) {
      const context = canvas.getContext('2d');
      if (!context) throw new Error('This canvas already has another kind of context: give the 2D painter a new canvas.');
      context.clearRect(0, 0, canvas.width, canvas.height);
      if (theme.background[3] > 0) {
        const [r, g, b, a] = theme.background;
        context.fillStyle = `rgb(${r} ${g} ${b} / ${a / 255})`;
        context.fillRect(0, 0, canvas.width, canvas.height);
      }
      for (const draw of draws) {
        const at = place(draw, canvas.width, canvas.height, pixelRatio, placement);
        if (at.x1 <= at.x0 || at.y1 <= at.y0) continue;
        const image = context.createImageData(at.x1 - at.x0, at.y1 - at.y0);
        paintPixels(new Uint32Array(image.data.buffer), at, draw, theme);
        context.putImageData(image, at.x0, at.y0);
      }
    },
    destroy() {},
  };
}

/** What the painter would show on a canvas of width × height pixels, as RGBA bytes: for a picture that is on no canvas. */
export function pixelsOf(draws: readonly MapDraw[], width: number, height: number, theme: MapTheme): Uint8Array {
  const whole = new Uint32Array(width * height);
  const placement = newPlacement();
  for (const draw of draws) {
    const at = place(draw, width, height, 1, placement);
    const across = at.x1 - at.x0;
    if (across <= 0 || at.y1 <= at.y0) continue;
    const part = new Uint32Array(across * (at.y1 - at.y0));
    paintPixels(part, at, draw, theme);
    for (let y = at.y0; y < at.y1; y++) whole.set(part.subarray((y - at.y0) * across, (y - at.y0 + 1) * across), y * width + at.x0);
  }
  return new Uint8Array(whole.buffer);
}

/** Cells that each pixel of one axis looks at, and whether the pixel lies in a gap. */
interface AxisCells {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly blank: Uint8Array;
}

/** The rule of `cells_of_pixel` in shaders/views/heatmap.wgsl, in single precision like there, for pixels p0 ≤ p < p1. */
export function axisCells(p0: number, p1: number, first: number, step: number, count: number, gap: number): AxisCells {
  const from = new Int32Array(p1 - p0);
  const to = new Int32Array(p1 - p0);
  const blank = new Uint8Array(p1 - p0);
  const f = Math.fround;
  const [start, width] = [f(first), f(step)];
  const cellAt = (p: number) => f(start + f(p * width));
  for (let i = 0; i < from.length; i++) {
    const p = p0 + i;
    if (width <= 1) {
      from[i] = to[i] = Math.floor(cellAt(p + 0.5));
    } else {
      from[i] = Math.ceil(f(cellAt(p) - 0.5));
      to[i] = Math.min(Math.max(from[i], Math.ceil(f(cellAt(p + 1) - 0.5)) - 1), count - 1);
    }
    const outside = from[i] < 0 || from[i] >= count;
    const next = gap > 0 ? Math.floor(cellAt(p + 0.5 + gap)) : from[i];
    blank[i] = outside || (next !== from[i] && next < count) ? 1 : 0;
  }
  return { from, to, blank };
}

/** Fills the pixels of a placed draw, row by row, with RGBA bytes as `ImageData` keeps them. Pure but for `out`. */
export function paintPixels(out: Uint32Array, at: Placement, draw: MapDraw, theme: MapTheme): void {
  const { source, minus, where } = draw;
  const second = minus ?? where;
  const { rows, cols } = source;
  if (!source.data || (second && !second.source.data)) {
    throw new Error('The 2D painter draws only arrays, and this map has none: use the painter of the GPU.');
  }
  const size = rows * cols;
  const values = source.data.subarray(draw.index * size, (draw.index + 1) * size);
  const others = second ? second.source.data!.subarray(second.index * size, (second.index + 1) * size) : null;
  const table = packedTable(theme.palettes[draw.palette]);
  const neutral = Math.fround(neutralOf(draw));
  const [background, flat] = [packed(theme.background), packed(average(theme.masked))];
  const [maskedStripe, maskedGround, nanStripe, nanGround] = [...theme.masked, ...theme.nan].map(packed);

  const x = axisCells(at.x0 - at.originX, at.x1 - at.originX, at.firstX, at.stepX, cols, at.gap);
  const y = axisCells(at.y0 - at.originY, at.y1 - at.originY, at.firstY, at.stepY, rows, at.gap);
  const width = at.x1 - at.x0;

  /** A number, −Infinity for "no cell", or NaN. */
  const valueAt = (index: number): number => {
    const a = values[index];
    if (!others) return a <= MASKED ? -Infinity : a;
    const b = others[index];
    if (Number.isNaN(a) || Number.isNaN(b)) return NaN;
    if (a <= MASKED || b <= MASKED) return -Infinity;
    return minus ? Math.fround(a - b) : a;
  };
  const loudest = (i: number, j: number): number => {
    const strideX = Math.trunc((x.to[i] - x.from[i] + MOST) / MOST);
    const strideY = Math.trunc((y.to[j] - y.from[j] + MOST) / MOST);
    let low = Infinity;
    let high = -Infinity;
    for (let row = y.from[j]; row <= y.to[j]; row += strideY) {
      for (let col = x.from[i]; col <= x.to[i]; col += strideX) {
        const value = valueAt(row * cols + col);
        if (Number.isNaN(value)) return value;
        if (value === -Infinity) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low > high || Math.fround(high - neutral) >= Math.fround(neutral - low) ? high : low;
  };

  for (let j = 0; j < y.from.length; j++) {
    const py = at.y0 - at.originY + j;
    let lastIndex = -1;
    let lastValue = NaN;
    for (let i = 0; i < width; i++) {
      if (x.blank[i] || y.blank[j]) {
        out[j * width + i] = background;
        continue;
      }
      const single = x.from[i] === x.to[i] && y.from[j] === y.to[j];
      const index = y.from[j] * cols + x.from[i];
      const value = single ? (index === lastIndex ? lastValue : valueAt(index)) : loudest(i, j);
      lastIndex = single ? index : -1;
      lastValue = value;
      const px = at.x0 - at.originX + i;
      let colour: number;
      if (Number.isNaN(value)) {
        const stripe = at.period > 0 && (px + at.period * 65536 - py) % at.period < at.stripe;
        colour = stripe ? nanStripe : nanGround;
      } else if (value === -Infinity) {
        if (at.period === 0) colour = flat;
        else colour = (px + py) % at.period < at.stripe ? maskedStripe : maskedGround;
      } else {
        colour = table[colourIndex(value, draw)];
      }
      out[j * width + i] = colour;
    }
  }
}

/** As `ImageData` keeps a pixel on a little-endian machine, which all that run browsers are. */
const packed = ([r, g, b, a]: Rgba): number => (r | (g << 8) | (b << 16) | (a << 24)) >>> 0;
const packedTable = (table: Uint8Array): Uint32Array =>
  Uint32Array.from({ length: table.length / 4 }, (_, i) => packed([table[4 * i], table[4 * i + 1], table[4 * i + 2], table[4 * i + 3]]));
