import { describe, expect, it } from 'vitest';
import { writeStruct, type BindingLayout } from '../../../src/gpu/layout';

const layout: BindingLayout = {
  binding: 0, type: 'uniform', visibility: 4, size: 32,
  fields: { key: [0, 'u32', 2], factor: [8, 'f32', 1], shift: [12, 'i32', 1], place: [16, 'f32', 4] },
};

describe('writeStruct', () => {
  it('puts each field where the shader reads it, in its own type', () => {
    const view = new DataView(new ArrayBuffer(64));
    writeStruct(view, 16, layout, { key: [0xffff_ffff, 7], factor: 0.1, shift: -3, place: Float32Array.of(1, 2, 3, 4) });
    expect(view.getUint32(16, true)).toBe(0xffff_ffff);
    expect(view.getUint32(20, true)).toBe(7);
    expect(view.getFloat32(24, true)).toBe(Math.fround(0.1));
    expect(view.getInt32(28, true)).toBe(-3);
    expect([32, 36, 40, 44].map((at) => view.getFloat32(at, true))).toEqual([1, 2, 3, 4]);
    expect([0, 8, 48, 56].map((at) => view.getFloat64(at))).toEqual([0, 0, 0, 0]);
  });

  it('refuses a name that the struct lacks, and a field left out', () => {
    const view = new DataView(new ArrayBuffer(32));
    const whole = { key: [1, 2], factor: 1, shift: 1, place: [1, 2, 3, 4] };
    expect(() => writeStruct(view, 0, layout, { ...whole, nosuch: 1 })).toThrow('The struct has no field "nosuch"; it has key, factor, shift, place.');
    const { factor: _, ...rest } = whole;
    expect(() => writeStruct(view, 0, layout, rest)).toThrow('The struct\'s field "factor" was given no value.');
    expect(() => writeStruct(view, 0, { binding: 0, type: 'storage', visibility: 4 }, {})).toThrow('This binding is no struct.');
  });
});
