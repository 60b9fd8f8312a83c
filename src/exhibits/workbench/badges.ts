/** What a head mostly does, as far as its weights alone show. */
export type BadgeName = 'previous' | 'next' | 'self' | 'first' | 'broad' | 'peaked';

export interface Badge {
  readonly name: BadgeName;
  /** Share of the weight that earned the badge, or for `broad` and `peaked` the mean entropy over its limit. */
  readonly share: number;
}

/** Share of all weight that one pattern must hold to be named. */
const DOMINANT = 0.5;
/** Entropy over its limit from which a head counts as broad, and below which as peaked. */
const BROAD = 0.85;
const PEAKED = 0.25;

/**
 * Names the pattern that holds most of a head's weight; null where none stands out. Rows with a single visible key say
 * nothing and are left out, and so is the first row for `previous` and the last for `next`.
 * @param weights [m, n] of one head, rows summing to 1 (or 0 where everything is masked)
 */
export function badgeOf(weights: ArrayLike<number>, m: number, n: number): Badge | null {
  const shift = Math.max(0, n - m);
  const sums = { previous: 0, next: 0, self: 0, first: 0 };
  let rows = 0;
  let entropy = 0;
  let limit = 0;
  for (let i = 0; i < m; i++) {
    let visible = 0;
    let rowEntropy = 0;
    for (let j = 0; j < n; j++) {
      const weight = weights[i * n + j]!;
      if (weight > 0) {
        visible++;
        rowEntropy -= weight * Math.log(weight);
      }
    }
    if (visible < 2) continue;
    rows++;
    entropy += rowEntropy;
    limit += Math.log(visible);
    const at = i + shift;
    sums.self += weights[i * n + at] ?? 0;
    if (at > 0) sums.previous += weights[i * n + at - 1]!;
    if (at + 1 < n) sums.next += weights[i * n + at + 1]!;
    sums.first += weights[i * n]!;
  }
  if (rows === 0) return null;
  const best = (Object.entries(sums) as [keyof typeof sums, number][]).reduce((a, b) => (b[1] > a[1] ? b : a));
  if (best[1] / rows >= DOMINANT) return { name: best[0], share: best[1] / rows };
  const spread = limit > 0 ? entropy / limit : 0;
  if (spread >= BROAD) return { name: 'broad', share: spread };
  return spread < PEAKED ? { name: 'peaked', share: spread } : null;
}
