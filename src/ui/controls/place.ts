/** Where a popover stands beside what opened it. Pure geometry, in CSS pixels of the viewport. */

/** A rectangle, as getBoundingClientRect gives it. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

/** Distance from the anchor, and least distance from the edges of the viewport. */
const GAP = 6;
const MARGIN = 8;

/**
 * Below the anchor, left edges aligned; above where there is more room above; always wholly inside the
 * viewport. `maxHeight` is what fits there.
 */
export function place(anchor: Box, size: Size, viewport: Size): { left: number; top: number; maxHeight: number } {
  const below = viewport.height - anchor.bottom - GAP - MARGIN;
  const above = anchor.top - GAP - MARGIN;
  const under = size.height <= below || below >= above;
  const maxHeight = Math.max(0, under ? below : above);
  const height = Math.min(size.height, maxHeight);
  const left = Math.max(MARGIN, Math.min(anchor.left, viewport.width - MARGIN - size.width));
  return { left, top: under ? anchor.bottom + GAP : anchor.top - GAP - height, maxHeight };
}
