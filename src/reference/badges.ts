/** What a head mostly does, as far as its weights, and which tokens are equal, show. */
export type BadgeName = 'previous' | 'next' | 'self' | 'first' | 'duplicate' | 'induction' | 'broad' | 'peaked';

export interface Badge {
  readonly name: BadgeName;
  /** Share of the weight that earned the badge, or for `broad` and `peaked` the mean entropy over its limit. */
  readonly share: number;
}

/** The tokens of the m queries and of the n keys; equal strings are equal tokens. */
export interface BadgeTokens {
  readonly queries: readonly string[];
  readonly keys: readonly string[];
}

const PLACES = ['previous', 'next', 'self', 'first'] as const;
const PATTERNS = [...PLACES, 'duplicate', 'induction'] as const;
type Pattern = (typeof PATTERNS)[number];

/** Share of all weight that one pattern must hold to be named. */
const DOMINANT = 0.5;
/** Rows in which a token must come again before a pattern of repeated tokens is named: one row alone says little. */
const REPEATS = 3;
/** Entropy over its limit from which a head counts as broad, and below which as peaked. */
const BROAD = 0.85;
const PEAKED = 0.25;

/**
 * Names the pattern that holds most of a head's weight; null where none stands out. Rows with a single visible key say
 * nothing and are left out, and so are, for each pattern, the rows whose key it names does not exist: the first row has no
 * previous token.
 *
 * With tokens, two patterns of repetition are looked for: `duplicate`, weight on earlier occurrences of the query's own token
 * (Wang et al. 2022), and `induction`, weight on the tokens that followed them (Olsson et al. 2022).
 * @param weights [m, n] of one head, rows summing to 1 (or 0 where everything is masked)
 */
export function badgeOf(weights: ArrayLike<number>, m: number, n: number, tokens?: BadgeTokens | null): Badge | null {
  const shift = Math.max(0, n - m);
  const sums = Object.fromEntries(PATTERNS.map((name) => [name, 0])) as Record<Pattern, number>;
  const counts = { ...sums };
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
    const targets = targetsOf(i, i + shift, n, tokens);
    for (const name of PATTERNS) {
      const keys = targets[name].filter((key) => key >= 0 && key < n);
      if (keys.length === 0) continue;
      for (const key of keys) sums[name] += weights[i * n + key]!;
      counts[name]++;
    }
  }
  if (rows === 0) return null;
  const shares = PATTERNS.filter((name) => counts[name] >= (isPlace(name) ? 1 : REPEATS)).map((name) => ({ name, share: sums[name] / counts[name] }));
  const best = shares.reduce<Badge | null>((most, each) => (most && most.share >= each.share ? most : each), null);
  if (best && best.share >= DOMINANT) return best;
  const spread = limit > 0 ? entropy / limit : 0;
  if (spread >= BROAD) return { name: 'broad', share: spread };
  return spread < PEAKED ? { name: 'peaked', share: spread } : null;
}

const isPlace = (name: Pattern): boolean => (PLACES as readonly Pattern[]).includes(name);

/** The keys that each pattern names for query i, which stands at position `at` of the keys; they may not exist. */
function targetsOf(i: number, at: number, n: number, tokens?: BadgeTokens | null): Record<Pattern, readonly number[]> {
  const earlier: number[] = [];
  if (tokens) for (let j = 0; j < Math.min(at, n); j++) if (tokens.keys[j] === tokens.queries[i]) earlier.push(j);
  // Of "a a" the token after the first is the query itself: that is no induction but the token's own place.
  const followers = earlier.map((j) => j + 1).filter((j) => j !== at);
  return { previous: [at - 1], next: [at + 1], self: [at], first: [0], duplicate: earlier, induction: followers };
}
