/** What a head mostly does, as far as its weights alone show. */
export type BadgeName = 'previous' | 'next' | 'self' | 'first' | 'broad' | 'peaked';

export interface Badge {
  readonly name: BadgeName;
  /** Share of the weight that earned the badge, or for `broad` and `peaked` the mean entropy over its limit. */
  readonly share: number;
}

const PATTERNS = ['previous', 'next', 'self', 'first'] as const;

/** Share of all weight that one pattern must hold to be named. */
const DOMINANT = 0.5;
/** Entropy over its limit from which a head counts as broad, and below which as peaked. */
const BROAD = 0.85;
const PEAKED = 0.25;

/**
 * Names the pattern that holds most of a head's weight; null where none stands out. Rows with a single visible key say
 * nothing and are left out, and so are, for each pattern, the rows whose key it names does not exist: the first row has no
 * previous token.
 * @param weights [m, n] of one head, rows summing to 1 (or 0 where everything is masked)
 */
export function badgeOf(weights: ArrayLike<number>, m: number, n: number): Badge | null {
  const shift = Math.max(0, n - m);
  const sums = { previous: 0, next: 0, self: 0, first: 0 };
  const counts = { previous: 0, next: 0, self: 0, first: 0 };
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
    const keys = { previous: at - 1, next: at + 1, self: at, first: 0 };
    for (const name of PATTERNS) {
      const key = keys[name];
      if (key < 0 || key >= n) continue;
      sums[name] += weights[i * n + key]!;
      counts[name]++;
    }
  }
  if (rows === 0) return null;
  const best = PATTERNS.map((name) => ({ name, share: counts[name] > 0 ? sums[name] / counts[name] : 0 })).reduce((a, b) => (b.share > a.share ? b : a));
  if (best.share >= DOMINANT) return best;
  const spread = limit > 0 ? entropy / limit : 0;
  if (spread >= BROAD) return { name: 'broad', share: spread };
  return spread < PEAKED ? { name: 'peaked', share: spread } : null;
}
