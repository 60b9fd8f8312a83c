/**
 * Cells (i, j) where token j can reach output i through `layers` layers under a mask that holds: each layer passes a position
 * on to those that see it and, by its own query and residual connection, to itself.
 */
export function reach(visible: Uint8Array, n: number, layers: number): Uint8Array {
  const step = Uint8Array.from(visible, (seen, cell) => Number(seen || Math.floor(cell / n) === cell % n));
  let reached = step;
  for (let l = 1; l < layers; l++) {
    const before = reached;
    reached = Uint8Array.from({ length: n * n }, (_, cell) => {
      const [i, j] = [Math.floor(cell / n), cell % n];
      for (let k = 0; k < n; k++) if (step[i * n + k] && before[k * n + j]) return 1;
      return 0;
    });
  }
  return reached;
}
