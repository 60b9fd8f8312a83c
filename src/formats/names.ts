/** Which array of a file plays which part, by its name. */
import type { FormatNote } from './errors.ts';

/** The parts that a file's arrays can play. */
export type Role = 'q' | 'k' | 'v' | 'scores' | 'weights' | 'tokens' | 'tokensQ' | 'tokensK' | 'dK';

/** Accepted names, compared without regard to case, the preferred one first. */
const ALIASES: Record<Role, readonly string[]> = {
  q: ['q', 'query', 'queries'],
  k: ['k', 'key', 'keys'],
  v: ['v', 'value', 'values'],
  scores: ['scores', 'score', 'attention_scores', 'attn_scores'],
  weights: ['weights', 'weight', 'attention', 'attn', 'attentions', 'attention_weights', 'attn_weights'],
  tokens: ['tokens'],
  tokensQ: ['tokens_q', 'query_tokens'],
  tokensK: ['tokens_k', 'key_tokens'],
  dK: ['d_k', 'dk', 'head_dim'],
};

/**
 * Maps each part to the name of the array that plays it. Where several names mean the same part, the preferred one
 * wins and a note says so.
 */
export function assignRoles(names: readonly string[]): { roles: Map<Role, string>; notes: FormatNote[] } {
  const roles = new Map<Role, string>();
  const notes: FormatNote[] = [];
  for (const [role, aliases] of Object.entries(ALIASES) as [Role, readonly string[]][]) {
    const matches = aliases.flatMap((alias) => names.filter((name) => name.toLowerCase() === alias));
    if (matches.length === 0) continue;
    roles.set(role, matches[0]);
    for (const ignored of matches.slice(1)) notes.push({ code: 'duplicate', values: { ignored, used: matches[0] } });
  }
  return { roles, notes };
}

/** True if a file name says that its only array holds attention weights. */
export function soundsLikeWeights(name: string): boolean {
  return /weight|attn|attention/i.test(name) && !/score/i.test(name);
}
