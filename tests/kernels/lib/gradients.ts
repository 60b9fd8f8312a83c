/** Gradient of a scalar function by central differences, (f(x + h) − f(x − h)) / 2h: exact to h² in float64. */
export function centralDifferences(f: (x: Float64Array) => number, x: Float64Array, h = 1e-5): Float64Array {
  return x.map((value, at) => {
    const moved = x.slice();
    moved[at] = value + h;
    const above = f(moved);
    moved[at] = value - h;
    return (above - f(moved)) / (2 * h);
  });
}

/** Σ a · b, the loss whose gradient with respect to b is a. */
export const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
