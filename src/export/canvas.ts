/** A scene on a canvas, for PNG files and the clipboard. */
import { FONT_FAMILY, HATCH, type Item, type Paint, type Scene } from './scene';

/** Browsers refuse canvases with longer sides. */
const LONGEST = 16_384;

/** The scene at `scale` pixels per CSS pixel. @throws Error with one sentence where the browser has no canvas so large */
export function sceneToCanvas(scene: Scene, scale: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(scene.width * scale);
  canvas.height = Math.round(scene.height * scale);
  // Drawn once and read once: not by way of the GPU, which may be busy computing.
  const context = Math.max(canvas.width, canvas.height) <= LONGEST ? canvas.getContext('2d', { willReadFrequently: true }) : null;
  if (!context) throw new Error(`A picture of ${canvas.width} × ${canvas.height} pixels is larger than this browser can draw.`);
  context.scale(scale, scale);
  context.fillStyle = scene.ground;
  context.fillRect(0, 0, scene.width, scene.height);
  const painter = new ScenePainter(context, scene);
  for (const item of scene.items) painter.draw(item);
  return canvas;
}

class ScenePainter {
  readonly #hatches: Record<'masked' | 'nan', CanvasPattern>;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    { hatches }: Scene,
  ) {
    this.#hatches = { masked: hatchPattern(context, hatches.masked), nan: hatchPattern(context, hatches.nan) };
  }

  draw(item: Item): void {
    const { context } = this;
    switch (item.kind) {
      case 'group':
        for (const inner of item.items) this.draw(inner);
        return;
      case 'cells':
        for (const { x, y, width, height, fill } of item.cells) this.#fillCrisp(x, y, width, height, fill);
        return;
      case 'rect':
        context.globalAlpha = item.opacity ?? 1;
        if (item.fill) {
          context.fillStyle = this.#paint(item.fill);
          context.fillRect(item.x, item.y, item.width, item.height);
        }
        if (this.#stroke(item)) context.strokeRect(item.x, item.y, item.width, item.height);
        context.globalAlpha = 1;
        return;
      case 'path': {
        const path = new Path2D(item.d);
        context.save();
        context.translate(item.x ?? 0, item.y ?? 0);
        context.globalAlpha = item.opacity ?? 1;
        context.lineJoin = 'round';
        if (item.fill && item.fill !== 'none') {
          context.fillStyle = item.fill;
          context.fill(path);
        }
        if (this.#stroke(item)) context.stroke(path);
        context.restore();
        return;
      }
      case 'text':
        context.save();
        context.translate(item.x, item.y);
        if (item.angle) context.rotate((-item.angle * Math.PI) / 180);
        context.font = fontOf(item.size, item.bold);
        context.textAlign = ({ start: 'left', middle: 'center', end: 'right' } as const)[item.anchor ?? 'start'];
        context.fillStyle = item.fill;
        context.fillText(item.text, 0, 0);
        context.restore();
        return;
      case 'gradient': {
        const gradient = context.createLinearGradient(item.x, 0, item.x + item.width, 0);
        item.colours.forEach((colour, i) => gradient.addColorStop(i / (item.colours.length - 1), colour));
        context.fillStyle = gradient;
        context.fillRect(item.x, item.y, item.width, item.height);
        return;
      }
      case 'image': {
        const picture = document.createElement('canvas');
        picture.width = item.columns;
        picture.height = item.rows;
        picture.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(item.rgba), item.columns, item.rows), 0, 0);
        context.imageSmoothingEnabled = false;
        context.drawImage(picture, item.x, item.y, item.width, item.height);
      }
    }
  }

  #paint = (fill: Paint): string | CanvasPattern => (typeof fill === 'string' ? fill : this.#hatches[fill.hatch]);

  /** Edges on whole pixels, so that neighbours of one colour leave no hairline between them. */
  #fillCrisp(x: number, y: number, width: number, height: number, fill: Paint): void {
    const { a: scale } = this.context.getTransform();
    const whole = (value: number) => Math.round(value * scale) / scale;
    const [left, top] = [whole(x), whole(y)];
    this.context.fillStyle = this.#paint(fill);
    this.context.fillRect(left, top, whole(x + width) - left, whole(y + height) - top);
  }

  #stroke({ stroke, strokeWidth = 1, dash }: { stroke?: string; strokeWidth?: number; dash?: string }): boolean {
    if (!stroke) return false;
    this.context.strokeStyle = stroke;
    this.context.lineWidth = strokeWidth;
    this.context.setLineDash(dash ? dash.split(/[ ,]+/).map(Number) : []);
    return true;
  }
}

/** A font as the canvas takes it. */
export const fontOf = (size: number, bold = false): string => `${bold ? '600 ' : ''}${size}px ${FONT_FAMILY}`;

function hatchPattern(context: CanvasRenderingContext2D, [stripe, ground]: readonly [string, string]): CanvasPattern {
  const { a: scale } = context.getTransform();
  const { period, stripe: width } = HATCH;
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(period * scale);
  const pen = tile.getContext('2d')!;
  pen.scale(scale, scale);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, period, period);
  pen.strokeStyle = stripe;
  pen.lineWidth = width / Math.SQRT2;
  for (const by of [-period, 0, period]) {
    pen.beginPath();
    pen.moveTo(by - width, period + width);
    pen.lineTo(by + period + width, -width);
    pen.stroke();
  }
  const pattern = context.createPattern(tile, 'repeat')!;
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}
