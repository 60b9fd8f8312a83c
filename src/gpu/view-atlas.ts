/** Packs rectangles onto shelves from left to right and from top to bottom. Reused from frame to frame. */
export class Shelves {
  #x = 0;
  #y = 0;
  #shelf = 0;

  /** @param width texels of a shelf; no rectangle may be wider. */
  constructor(readonly width: number) {}

  reset(): void {
    this.#x = this.#y = this.#shelf = 0;
  }

  /** Finds room for width × height; `x` and `y` are its corner until the next call. */
  add(width: number, height: number): void {
    if (width > this.width) throw new Error(`A row of ${width} cells does not fit into the atlas, which is ${this.width} wide.`);
    if (this.#x + width > this.width) {
      this.#y += this.#shelf;
      this.#x = this.#shelf = 0;
    }
    this.x = this.#x;
    this.y = this.#y;
    this.#x += width;
    this.#shelf = Math.max(this.#shelf, height);
  }

  x = 0;
  y = 0;

  /** Texels used from the top. */
  get height(): number {
    return this.#y + this.#shelf;
  }
}
