import { describe, expect, it } from 'vitest';
import { DeviceLimitError, DeviceLostError, KernelError } from '../../../src/gpu/errors';

describe('errors of the GPU are sentences that name cause and fix', () => {
  it('a shader', () => {
    const error = new KernelError('softmax_forward', 'shaders/lib/grid.wgsl', 5, "unresolved value 'x'");
    expect(error.message).toBe("The shader shaders/lib/grid.wgsl does not compile on this device: line 5: unresolved value 'x'");
    expect(error).toMatchObject({ name: 'KernelError', kernel: 'softmax_forward', line: 5 });
  });

  it.each([
    [201 * 2 ** 20, 128 * 2 ** 20, '201 MiB', '128 MiB'],
    [2.5 * 2 ** 20, 1.25 * 2 ** 20, '2.5 MiB', '1.3 MiB'],
    [0.3 * 2 ** 20, 0.1 * 2 ** 20, '0.3 MiB', '0.1 MiB'],
  ])('a tensor of %d bytes', (bytes, limit, needed, allowed) => {
    const { message } = new DeviceLimitError('scores/scores', bytes, limit);
    expect(message).toBe(
      `scores/scores needs ${needed} in one buffer and this device allows ${allowed}: use a shorter sequence, fewer heads or a smaller d_k.`,
    );
  });

  it('a lost device', () => {
    expect(new DeviceLostError('destroyed').message).toBe('The GPU device was lost (destroyed). Everything is computed again on a new one.');
  });
});
