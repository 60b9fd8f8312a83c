/** The additive causal mask [n, n] that libraries take: 0 where a query sees a key, a large negative number elsewhere. */
export const hiddenAbove = (n) => Float32Array.from({ length: n * n }, (_, cell) => (cell % n > Math.floor(cell / n) ? -1e9 : 0));
