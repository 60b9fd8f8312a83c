/** What bounds a setting on this backend. */
export interface Bounds {
  readonly maxTensorBytes: number;
  /** Bytes that all tensors of a setting may have together; not bounded where it is left out. */
  readonly maxTotalBytes?: number;
  /** Longest sequence, or null where only memory bounds it. */
  readonly maxLength: number | null;
  /** False where the device surely has no subgroup operations. */
  readonly subgroups?: boolean;
}

/** A sentence of the exhibit's texts by its key, with its values. */
export interface Remark {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** A setting that cannot be computed; the page keeps the present view and says why. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  /** @param keep the parameters stay as they are, because the visitor is still typing */
  constructor(
    readonly remark: Remark,
    readonly keep = false,
  ) {
    super(remark.key);
  }
}
