import type { Ops, Tensor } from '../ops';
import type { StageCache } from './stage-cache';

/** Arrays that the visitor brought, by the name under which a spec refers to them. */
export type Assets = ReadonlyMap<string, Readonly<Record<string, Float32Array>>>;

/**
 * What an exhibit computes, written once against `Ops`: it runs on the visitor's GPU, and on the float64 twins in a worker
 * where there is none. `Spec` is plain data, so that it can be posted.
 */
export interface Pipeline<Spec, Measurements> {
  /** Records every stage; returns the tensors by the names that the console reads them by. */
  run<T extends Tensor>(ops: Ops<T>, cache: StageCache<T>, spec: Spec, assets: Assets): Record<string, T>;
  /** The figures of a finished run, read back. `full` includes those that cost as much as the run itself. */
  measure<T extends Tensor>(ops: Ops<T>, tensors: Readonly<Record<string, T>>, spec: Spec, full: boolean): Promise<Measurements>;
}
