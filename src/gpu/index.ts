export { Gpu, type Dispatch, type KernelName } from './gpu';
export type { KernelTable } from './layout';
export type { AdapterFacts, NoGpuReason } from './device';
export { factsOf, NoGpuError } from './device';
export { DeviceLimitError, DeviceLostError, KernelError } from './errors';
export type { MemoryUse, PooledBuffer } from './pool';
export { wgslSource, sourceNames } from './sources';
export { nextTask } from './tasks';
