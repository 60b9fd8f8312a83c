/** How often a method of a WebGPU class is called while `body` runs. */
export async function callsWhile(type: { prototype: object }, method: string, body: () => Promise<unknown>): Promise<number> {
  const prototype = type.prototype as Record<string, (...args: unknown[]) => unknown>;
  const original = prototype[method]!;
  let calls = 0;
  prototype[method] = function (...args: unknown[]) {
    calls++;
    return original.apply(this, args);
  };
  try {
    await body();
  } finally {
    prototype[method] = original;
  }
  return calls;
}
