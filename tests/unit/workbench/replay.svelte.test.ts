/** What a replay covers of the five maps, from the whole of them to nothing. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STAGES } from '../../../src/exhibits/workbench/params';
import { coversOf, LENGTH, SWEEP } from '../../../src/exhibits/workbench/replay-covers';
import { Replay } from '../../../src/exhibits/workbench/replay.svelte';

const [ROWS, COLS, SLOW] = [6, 5, 2];
const stages = STAGES.map((_, index) => index);
const covers = (stage: number, time: number) => coversOf(stage, time, SLOW, ROWS, COLS);
const area = (stage: number, time: number) => covers(stage, time).reduce((sum, { x0, x1, y0, y1 }) => sum + (x1 - x0) * (y1 - y0), 0);
/** The share of the slow row that is uncovered. */
const shown = (stage: number, time: number) => 1 - covers(stage, time).filter(({ y0, y1 }) => y0 <= SLOW && y1 >= SLOW + 1).reduce((sum, { x0, x1 }) => sum + (x1 - x0), 0) / COLS;

describe('covers', () => {
  it('hide everything at first and nothing in the end, and only shrink', () => {
    for (const stage of stages) {
      expect(area(stage, 0)).toBe(ROWS * COLS);
      expect(covers(stage, LENGTH)).toEqual([]);
      for (let time = 0; time < LENGTH; time += 10) expect(area(stage, time + 10)).toBeLessThanOrEqual(area(stage, time) + 1e-9);
    }
  });

  it('give the slow row free stage after stage, each when the one before is done', () => {
    for (const stage of stages) {
      expect(shown(stage, stage * SWEEP)).toBe(0);
      expect(shown(stage, (stage + 1) * SWEEP)).toBeCloseTo(1, 12);
    }
    expect(shown(STAGES.indexOf('scores'), 0.4 * SWEEP)).toBeCloseTo(0.4, 12);
  });

  it('give the weights of the slow row free all at once, as the softmax needs the whole row', () => {
    const weights = STAGES.indexOf('weights');
    const seen = new Set(Array.from({ length: 101 }, (_, at) => shown(weights, (weights + at / 100) * SWEEP)));
    expect([...seen]).toEqual([0, 1]);
  });

  it('keep all other rows until the slow one has gone through all stages; then they go from the top, on all maps alike', () => {
    const others = (time: number) => stages.map((stage) => area(stage, time) - COLS * (1 - shown(stage, time)));
    expect(others(STAGES.length * SWEEP)).toEqual(stages.map(() => (ROWS - 1) * COLS));
    const half = covers(0, (STAGES.length * SWEEP + LENGTH) / 2);
    expect(half).toEqual([{ x0: 0, x1: COLS, y0: ROWS / 2, y1: ROWS }]);
    expect(new Set(others((STAGES.length * SWEEP + LENGTH) / 2)).size).toBe(1);
  });
});

describe('a replay', () => {
  let turns: Map<number, FrameRequestCallback>;
  beforeEach(() => {
    turns = new Map();
    let next = 1;
    vi.stubGlobal('requestAnimationFrame', (turn: FrameRequestCallback) => (turns.set(next, turn), next++));
    vi.stubGlobal('cancelAnimationFrame', (handle: number) => turns.delete(handle));
  });
  afterEach(() => vi.unstubAllGlobals());
  const frame = (now: number) => {
    const waiting = [...turns.values()];
    turns.clear();
    for (const turn of waiting) turn(now);
  };

  it('takes its time from the frames, and ends once', () => {
    const onend = vi.fn();
    const replay = new Replay(3, onend);
    frame(5000);
    expect(replay.time).toBe(0);
    frame(5000 + SWEEP);
    expect(replay.time).toBe(SWEEP);
    expect(onend).not.toHaveBeenCalled();
    frame(5000 + LENGTH);
    expect(onend).toHaveBeenCalledOnce();
    expect(turns.size).toBe(0);
  });

  it('can be stopped', () => {
    const onend = vi.fn();
    const replay = new Replay(0, onend);
    frame(10);
    replay.stop();
    expect(onend).toHaveBeenCalledOnce();
    expect(turns.size).toBe(0);
  });
});
