/** GPU time of named stages through timestamp queries. One instance per device; "n/a" where the feature is missing. */
export class StageTimer {
  static readonly MAX_STAGES = 32;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  #names: string[] = [];
  #reading = false;
  #last: Readonly<Record<string, number>> | null = null;

  private constructor(device: GPUDevice) {
    this.#queries = device.createQuerySet({ label: 'timing/queries', type: 'timestamp', count: 2 * StageTimer.MAX_STAGES });
    this.#resolved = device.createBuffer({
      label: 'timing/resolved',
      size: 16 * StageTimer.MAX_STAGES,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    this.#staging = device.createBuffer({
      label: 'timing/staging',
      size: 16 * StageTimer.MAX_STAGES,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
    });
  }

  static on(device: GPUDevice): StageTimer | null {
    return device.features.has('timestamp-query') ? new StageTimer(device) : null;
  }

  /** Timestamps for the next pass, named `stage`; undefined when the step has used all slots. */
  writesFor(stage: string): GPUComputePassTimestampWrites | undefined {
    const slot = this.#names.length;
    if (slot >= StageTimer.MAX_STAGES) return undefined;
    this.#names.push(stage);
    return { querySet: this.#queries, beginningOfPassWriteIndex: 2 * slot, endOfPassWriteIndex: 2 * slot + 1 };
  }

  /** Whether this step has taken timestamps that are not resolved yet. */
  get waiting(): boolean {
    return this.#names.length > 0;
  }

  /** Resolves the step's timestamps at the end of its last encoder; returns what to do after the submit, if anything. */
  resolve(encoder: GPUCommandEncoder): (() => void) | null {
    const names = this.#names;
    this.#names = [];
    if (names.length === 0 || this.#reading) return null;
    const bytes = 16 * names.length;
    const staging = this.#staging;
    encoder.resolveQuerySet(this.#queries, 0, 2 * names.length, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, staging, 0, bytes);
    this.#reading = true;
    return () => {
      staging
        .mapAsync(GPUMapMode.READ, 0, bytes)
        .then(() => {
          const ticks = new BigUint64Array(staging.getMappedRange(0, bytes));
          const milliseconds: Record<string, number> = {};
          names.forEach((name, slot) => {
            milliseconds[name] = (milliseconds[name] ?? 0) + Number(ticks[2 * slot + 1]! - ticks[2 * slot]!) / 1e6;
          });
          this.#last = { ...this.#last, ...milliseconds };
          staging.unmap();
        })
        .catch(() => undefined) // the device was lost; the next one measures again
        .finally(() => (this.#reading = false));
    };
  }

  /** Forgets all times: another exhibit's stages begin. */
  clear(): void {
    this.#last = null;
  }

  /** Milliseconds of each stage when it last ran: a step that reuses a stage's result leaves its time standing. */
  get last(): Readonly<Record<string, number>> | null {
    return this.#last;
  }

  /** The last time of one stage, which is then forgotten. */
  take(name: string): number | undefined {
    const { [name]: milliseconds, ...others } = this.#last ?? {};
    if (milliseconds !== undefined) this.#last = others;
    return milliseconds;
  }
}
