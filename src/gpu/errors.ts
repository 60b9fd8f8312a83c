/** A WGSL file that the device refused. `line` counts in `file`, also when the fault lies in an appended library. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  constructor(
    readonly kernel: string,
    readonly file: string,
    readonly line: number,
    readonly detail: string,
  ) {
    super(`The shader ${file} does not compile on this device: line ${line}: ${detail}`);
  }
}

/** A tensor larger than the device can bind. `limit` and `bytes` are in bytes. */
export class DeviceLimitError extends Error {
  override readonly name = 'DeviceLimitError';
  constructor(
    readonly what: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(
      `${what} needs ${mebibytes(bytes)} in one buffer and this device allows ${mebibytes(limit)}: ` +
        'use a shorter sequence, fewer heads or a smaller d_k.',
    );
  }
}

/** The device went away while work was under way; the lab rebuilds it and computes again. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
  constructor(readonly reason: string) {
    super(`The GPU device was lost (${reason}). Everything is computed again on a new one.`);
  }
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 24 ? 1 : 0)} MiB`;
