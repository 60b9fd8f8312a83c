import { DRAW_EMBEDDING, keyWords, normals, type RandomKey } from './random';

/**
 * One N(0, 1) vector per token, a function of the key, the token's number and the column alone.
 * @param ids token numbers [n]
 * @returns rows [n, dim]
 */
export function embedding(ids: Uint32Array, dim: number, key: RandomKey): Float64Array {
  const rows = new Float64Array(ids.length * dim);
  ids.forEach((id, row) => {
    for (let c = 0; c < dim; c += 4) {
      const drawn = normals(keyWords(key, c / 4, id, DRAW_EMBEDDING));
      rows.set(drawn.slice(0, dim - c), row * dim + c);
    }
  });
  return rows;
}

/** Radians per position of each pair of columns: base^(-2i/dim) for i = 0 … ⌈dim/2⌉ - 1 (Vaswani et al. 2017, §3.5). */
export function angularSpeeds(dim: number, base: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(dim / 2) }, (_, i) => base ** ((-2 * i) / dim));
}

/**
 * Sinusoidal positions (Vaswani et al. 2017, §3.5): sines in even columns, cosines in odd ones.
 * @returns encoding [n, dim]; an odd dim ends on a sine
 */
export function sinusoidal(n: number, dim: number, base: number): Float64Array {
  const speeds = angularSpeeds(dim, base);
  const encoding = new Float64Array(n * dim);
  for (let p = 0; p < n; p++) {
    for (let c = 0; c < dim; c++) {
      const angle = p * speeds[c >> 1]!;
      encoding[p * dim + c] = c % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return encoding;
}

/**
 * Rotary positions (Su et al. 2021, §3.2.2): columns (2i, 2i+1) of row p turned by p · base^(-2i/dim).
 * @param x [batch, n, dim]; the last column of an odd dim passes unturned
 * @returns [batch, n, dim]
 */
export function rope(x: Float64Array, n: number, dim: number, base: number): Float64Array {
  return turnPairs(x, n, dim, base, 1);
}

/** The gradient of `rope` at its input, given the gradient `dy` at its output: the same turns backwards. */
export function ropeBackward(dy: Float64Array, n: number, dim: number, base: number): Float64Array {
  return turnPairs(dy, n, dim, base, -1);
}

function turnPairs(x: Float64Array, n: number, dim: number, base: number, direction: 1 | -1): Float64Array {
  const speeds = angularSpeeds(dim, base);
  const y = x.slice();
  for (let start = 0; start < x.length; start += dim) {
    const position = (start / dim) % n;
    for (let c = 0; c + 1 < dim; c += 2) {
      const angle = direction * position * speeds[c / 2]!;
      const a = x[start + c]!;
      const b = x[start + c + 1]!;
      y[start + c] = a * Math.cos(angle) - b * Math.sin(angle);
      y[start + c + 1] = b * Math.cos(angle) + a * Math.sin(angle);
    }
  }
  return y;
}
