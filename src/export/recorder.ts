/** As much of a 2D canvas's context as the page's own painters use, which notes shapes instead of setting pixels. Pure. */
import { hex } from './colours';
import { MIDDLE, type Item, type MeasureAt } from './scene';

/**
 * Straight paths, fills, strokes and level text; styles are plain colours. What it has not, such as curves and transforms, no
 * painter that is given to it may use: TypeScript cannot see that, so a test draws the block with it.
 */
export class Recorder {
  readonly items: Item[] = [];
  fillStyle = '#000000';
  strokeStyle = '#000000';
  lineWidth = 1;
  globalAlpha = 1;
  lineJoin = 'round';
  textBaseline = 'alphabetic';
  font = '';
  #path = '';

  constructor(
    private readonly origin: { readonly x: number; readonly y: number },
    private readonly measure: MeasureAt,
    private readonly fontSize: number,
  ) {}

  beginPath(): void {
    this.#path = '';
  }
  moveTo(x: number, y: number): void {
    this.#path += `M${round(x)} ${round(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.#path += `${this.#path ? 'L' : 'M'}${round(x)} ${round(y)}`;
  }
  closePath(): void {
    this.#path += 'Z';
  }
  fill(): void {
    this.items.push({ kind: 'path', d: this.#path, ...this.origin, fill: plain(this.fillStyle), opacity: this.globalAlpha });
  }
  stroke(): void {
    this.items.push({ kind: 'path', d: this.#path, ...this.origin, stroke: plain(this.strokeStyle), strokeWidth: this.lineWidth, opacity: this.globalAlpha });
  }
  fillText(text: string, x: number, y: number): void {
    const lower = this.textBaseline === 'middle' ? MIDDLE * this.fontSize : 0;
    this.items.push({ kind: 'text', x: this.origin.x + x, y: this.origin.y + y + lower, text, size: this.fontSize, fill: plain(this.fillStyle) });
  }
  measureText(text: string): { readonly width: number } {
    return { width: this.measure(this.fontSize)(text) };
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** `rgb(1 2 3)`, which the page's painters write, as `#010203`, which every drawing program reads. */
function plain(colour: string): string {
  const bytes = /^rgb\((\d+) (\d+) (\d+)\)$/.exec(colour);
  return bytes ? hex(...bytes.slice(1).map(Number)) : colour;
}
