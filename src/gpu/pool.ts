/** A buffer that knows who it is; handed out by the pool and given back to it. */
export interface PooledBuffer {
  readonly buffer: GPUBuffer;
  /** Size of the allocation, in bytes: the request rounded up to the pool's size class. */
  readonly bytes: number;
  readonly usage: GPUBufferUsageFlags;
  /** Never reused, so that caches can key on it. */
  readonly id: number;
}

/** What the memory line of the page and the growth test read. */
export interface MemoryUse {
  /** Buffers handed out and not given back. */
  readonly liveBuffers: number;
  readonly liveBytes: number;
  /** Buffers given back and kept for reuse. */
  readonly idleBuffers: number;
  readonly idleBytes: number;
  /** Most bytes allocated at once, live and idle, since the peak was last begun anew. */
  readonly peakBytes: number;
  /** Bind groups kept for reuse. */
  readonly bindGroups: number;
}

/**
 * Buffers by size class and usage. A released buffer is kept for the next request of its class until all buffers together
 * exceed `capBytes`, but an eighth of that may always be idle; then the one that has been idle longest goes. A request gets
 * the buffer that last had its label where that one is idle: so the same buffers meet in the same kernels from frame to frame,
 * and their bind groups are found again.
 */
export class BufferPool {
  #idle = new Map<string, PooledBuffer[]>();
  #order: PooledBuffer[] = [];
  #nextId = 1;
  #live = 0;
  #liveBytes = 0;
  #idleBytes = 0;
  #peakBytes = 0;

  /**
   * @param retire called with each buffer that falls out of the pool; whoever encodes commands destroys it in order
   * @param largest bytes beyond which a request is not rounded up, since the device could not bind more
   */
  constructor(
    private readonly device: GPUDevice,
    private readonly capBytes: number,
    private readonly retire: (buffer: PooledBuffer) => void,
    private readonly largest = Infinity,
  ) {}

  /** A buffer of at least `bytes` bytes; its content is undefined. */
  acquire(bytes: number, usage: GPUBufferUsageFlags, label: string): PooledBuffer {
    const size = sizeClass(bytes, this.largest);
    const idle = takeLast(this.#idle.get(`${usage}/${size}`), label);
    this.#live++;
    this.#liveBytes += size;
    if (idle) {
      this.#order.splice(this.#order.indexOf(idle), 1);
      this.#idleBytes -= size;
      idle.buffer.label = label;
      return idle;
    }
    this.#trim();
    this.#peakBytes = Math.max(this.#peakBytes, this.#liveBytes + this.#idleBytes);
    return { buffer: this.device.createBuffer({ label, size, usage }), bytes: size, usage, id: this.#nextId++ };
  }

  /** Gives a buffer back. Commands already recorded with it still run first, since the queue keeps their order. */
  release(buffer: PooledBuffer): void {
    const key = `${buffer.usage}/${buffer.bytes}`;
    this.#live--;
    this.#liveBytes -= buffer.bytes;
    const sameClass = this.#idle.get(key);
    if (sameClass) sameClass.push(buffer);
    else this.#idle.set(key, [buffer]);
    this.#order.push(buffer);
    this.#idleBytes += buffer.bytes;
    this.#trim();
  }

  /** Lets go what has been idle longest, until the rest fits. */
  #trim(): void {
    const allowed = Math.max(this.capBytes / 8, this.capBytes - this.#liveBytes);
    while (this.#idleBytes > allowed) {
      const oldest = this.#order.shift()!;
      const peers = this.#idle.get(`${oldest.usage}/${oldest.bytes}`)!;
      peers.splice(peers.indexOf(oldest), 1);
      this.#idleBytes -= oldest.bytes;
      this.retire(oldest);
    }
  }

  /**
   * The peak counts from what is allocated now.
   * @returns puts the peak before back, for a setting that turns out to be the one before
   */
  beginPeak(): () => void {
    const before = this.#peakBytes;
    this.#peakBytes = this.#liveBytes + this.#idleBytes;
    return () => (this.#peakBytes = Math.max(this.#peakBytes, before));
  }

  use(): Omit<MemoryUse, 'bindGroups'> {
    return {
      liveBuffers: this.#live,
      liveBytes: this.#liveBytes,
      idleBuffers: this.#order.length,
      idleBytes: this.#idleBytes,
      peakBytes: this.#peakBytes,
    };
  }
}

/** Takes the buffer that was released last from a list, preferably one of this label. */
function takeLast(idle: PooledBuffer[] | undefined, label: string): PooledBuffer | undefined {
  const at = idle?.findLastIndex(({ buffer }) => buffer.label === label) ?? -1;
  return at < 0 ? idle?.pop() : idle!.splice(at, 1)[0];
}

/** Rounds up to a power of two below 4 KiB and to an eighth of a power of two above: little waste, few classes. */
function sizeClass(bytes: number, largest: number): number {
  const wanted = Math.max(16, Math.ceil(bytes / 16) * 16); // kernels may touch the rest of the last vec4
  const power = 2 ** Math.ceil(Math.log2(wanted));
  if (power <= 4096) return power;
  const step = power / 16;
  return Math.max(wanted, Math.min(Math.ceil(wanted / step) * step, largest));
}
