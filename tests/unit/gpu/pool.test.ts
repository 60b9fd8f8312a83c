/** The buffer pool's bookkeeping, on a device that only counts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BufferPool, type PooledBuffer } from '../../../src/gpu/pool';
import { seeded } from '../lab/seeded';

const CAP = 1 << 16;
const STORAGE = 0x80;
const STAGING = 0x9;
let created: { size: number; usage: number; label: string }[];
let retired: PooledBuffer[];
let pool: BufferPool;
const device = {
  createBuffer(descriptor: { size: number; usage: number; label: string }) {
    const buffer = { ...descriptor };
    created.push(buffer);
    return buffer;
  },
} as unknown as GPUDevice;

beforeEach(() => {
  created = [];
  retired = [];
  pool = new BufferPool(device, CAP, (buffer) => retired.push(buffer));
});

describe('a request', () => {
  it('gets at least what it asks for, in whole vec4s, and little more', () => {
    for (let bytes = 0; bytes < 200_000; bytes += 61) {
      const { bytes: given } = pool.acquire(bytes, STORAGE, 'x');
      expect(given).toBeGreaterThanOrEqual(bytes);
      expect(given % 16).toBe(0);
      // Powers of two below 4 KiB, then eighths: never twice the request, and above 4 KiB at most an eighth more.
      expect(given).toBeLessThan(bytes > 4096 ? 1.125 * bytes + 1 : Math.max(17, 2 * bytes));
    }
  });

  it('is not rounded up beyond what the device can bind', () => {
    const largest = 100_000;
    const bounded = new BufferPool(device, CAP, () => undefined, largest);
    for (const bytes of [98_400, 99_984, 100_000]) expect(bounded.acquire(bytes, STORAGE, 'x').bytes).toBeLessThanOrEqual(largest);
  });

  it('gets back a released buffer of its class and usage, newly labelled, and no other', () => {
    const first = pool.acquire(1000, STORAGE, 'first');
    pool.release(first);
    expect(pool.acquire(1000, STAGING, 'staging').id).not.toBe(first.id);
    expect(pool.acquire(2000, STORAGE, 'larger').id).not.toBe(first.id);
    const again = pool.acquire(900, STORAGE, 'again');
    expect(again.id).toBe(first.id);
    expect(again.buffer.label).toBe('again');
    expect(pool.acquire(900, STORAGE, 'another').id).not.toBe(first.id);
  });

  it('gets back the buffer that had its label, in whatever order the others were released', () => {
    const roles = ['scaled', 'masked', 'weights'];
    const first = roles.map((role) => pool.acquire(1000, STORAGE, role));
    for (const order of [[2, 0, 1], [1, 0, 2], [0, 1, 2]]) {
      for (const at of order) pool.release(first[at]!);
      expect(roles.map((role) => pool.acquire(1000, STORAGE, role).id)).toEqual(first.map(({ id }) => id));
    }
    for (const buffer of first) pool.release(buffer);
    // A label that none had takes the one released last.
    expect(pool.acquire(1000, STORAGE, 'output').id).toBe(first[2]!.id);
    expect(created).toHaveLength(3);
  });
});

describe('the cap', () => {
  it('lets the buffer go that has been idle longest', () => {
    const sizes = [CAP / 2, CAP / 4, CAP / 4, CAP / 8];
    const buffers = sizes.map((size) => pool.acquire(size, STORAGE, 'x'));
    for (const buffer of buffers) pool.release(buffer);
    expect(retired.map(({ id }) => id)).toEqual([buffers[0]!.id]);
    expect(pool.use().idleBytes).toBe(CAP / 4 + CAP / 4 + CAP / 8);
    // What fell out is never handed out again.
    expect(pool.acquire(CAP / 2, STORAGE, 'x').id).not.toBe(buffers[0]!.id);
  });

  it('keeps nothing that is larger than itself', () => {
    pool.release(pool.acquire(2 * CAP, STORAGE, 'x'));
    expect(retired).toHaveLength(1);
    expect(pool.use()).toMatchObject({ idleBuffers: 0, idleBytes: 0 });
  });

  it('begins a peak anew from what is allocated, and takes that back', () => {
    const [a, b] = [pool.acquire(CAP / 2, STORAGE, 'a'), pool.acquire(CAP / 2, STORAGE, 'b')];
    pool.release(a);
    const peak = CAP;
    expect(pool.use().peakBytes).toBe(peak);
    pool.release(b);
    pool.acquire(CAP / 2, STORAGE, 'c');
    const { liveBytes, idleBytes } = pool.use();
    const takeBack = pool.beginPeak();
    expect(pool.use().peakBytes).toBe(liveBytes + idleBytes);
    const large = pool.acquire(4 * CAP, STORAGE, 'd');
    const higher = pool.use().peakBytes;
    expect(higher).toBeGreaterThanOrEqual(4 * CAP);
    takeBack();
    expect(pool.use().peakBytes, 'the higher one of the two').toBe(higher);
    pool.release(large);
    const before = pool.use().peakBytes;
    pool.beginPeak()();
    expect(pool.use().peakBytes).toBe(before);
  });

  it('holds, and the books balance, over 20 000 seeded requests and releases', () => {
    const random = seeded(7);
    const held: PooledBuffer[] = [];
    const ids = new Set<number>();
    let peak = 0;
    for (let step = 0; step < 20_000; step++) {
      if (held.length === 0 || (random() < 0.5 && held.length < 40)) {
        const buffer = pool.acquire(Math.floor(2 ** (15 * random())), random() < 0.2 ? STAGING : STORAGE, 'x');
        expect(held).not.toContain(buffer);
        held.push(buffer);
        ids.add(buffer.id);
      } else {
        pool.release(held.splice(Math.floor(random() * held.length), 1)[0]!);
      }
      const use = pool.use();
      peak = Math.max(peak, use.liveBytes + use.idleBytes);
      expect(use.idleBytes).toBeLessThanOrEqual(CAP);
      expect(use.liveBuffers).toBe(held.length);
      expect(use.liveBytes).toBe(held.reduce((sum, { bytes }) => sum + bytes, 0));
    }
    for (const buffer of held) pool.release(buffer);
    const use = pool.use();
    expect(use).toMatchObject({ liveBuffers: 0, liveBytes: 0 });
    expect(use.peakBytes).toBe(peak);
    expect(ids.size).toBe(created.length);
    expect(use.idleBuffers + retired.length).toBe(created.length);
    expect(new Set(retired.map(({ id }) => id)).size).toBe(retired.length);
  });
});
