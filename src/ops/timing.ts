import type { Gpu } from '../gpu';

/** How long a recording took, once. */
export interface Timed {
  readonly milliseconds: number;
  /** `gpu`: the device's own timestamps around it. `wall`: the clock on the wall, from the submit until the device had finished. */
  readonly clock: 'gpu' | 'wall';
}

export interface TimingOps {
  /**
   * Runs what `body` records, alone on the device, and resolves with its time. What was recorded before it is finished first.
   * Timestamps may be as coarse as 0.1 ms (browsers blur them): repeat a short body inside itself, and take the median of
   * several calls. Pipelines that are still compiling are part of a wall time: call it once before it counts. A reading that
   * gets lost between other steps' is taken again, so `body` may be called more than once.
   */
  timed(body: () => void): Promise<Timed>;
}

/** Attempts at a timestamp: another step's reading may be under way, and then there is none. */
const ATTEMPTS = 3;
/** Turns of the event loop within which a resolved timestamp arrives. */
const PATIENCE = 40;
let calls = 0;

export function gpuTiming(gpu: Gpu): TimingOps {
  /** One step with timestamps; null where the reading was lost. */
  const byTimestamps = async (body: () => void): Promise<number | null> => {
    const name = `timed/${++calls}`;
    const before = gpu.timing;
    gpu.timing = true;
    try {
      gpu.stage(name, body);
      await gpu.finish();
    } finally {
      gpu.timing = before;
    }
    for (let turn = 0; turn < PATIENCE; turn++) {
      const milliseconds = gpu.takeStageTime(name);
      if (milliseconds !== undefined) return milliseconds;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return null;
  };
  return {
    async timed(body) {
      await gpu.finish();
      for (let attempt = 0; gpu.canTime && attempt < ATTEMPTS; attempt++) {
        const milliseconds = await byTimestamps(body);
        if (milliseconds !== null) return { milliseconds, clock: 'gpu' };
      }
      const start = performance.now();
      body();
      await gpu.finish();
      return { milliseconds: performance.now() - start, clock: 'wall' };
    },
  };
}

export const referenceTiming: TimingOps = {
  async timed(body) {
    const start = performance.now();
    body();
    return { milliseconds: performance.now() - start, clock: 'wall' };
  },
};
