import { describe, expect, it } from 'vitest';
import { average, newPlacement, place } from '../../src/gpu/view-geometry';
import { createMapPainter } from '../../src/gpu/views';
import { MASKED } from '../../src/reference/softmax';
import { axisCells, paintPixels } from '../../src/ui/maps/canvas-painter';
import { colourOf, paletteTables } from '../../src/ui/maps/palettes';
import type { MapDraw, MapSource, MapTheme } from '../../src/ui/maps/types';
import { testGpu, testNormals } from './lib/backends';
import { callsWhile } from './lib/calls';

const theme: MapTheme = {
  background: [0, 0, 0, 0],
  masked: [[120, 124, 130, 255], [190, 194, 199, 255]],
  nan: [[40, 0, 0, 255], [213, 94, 0, 255]],
  palettes: paletteTables(),
};

/** A stack of matrices that both painters can read. */
async function stack(data: Float32Array<ArrayBuffer>, count: number, rows: number, cols: number): Promise<MapSource> {
  const gpu = await testGpu();
  const buffer = gpu.allocate(data.byteLength, 'test/map');
  gpu.write(buffer, data);
  await gpu.flush();
  return { count, rows, cols, data, tensor: { buffer } };
}

/** The draws as the GPU paints them, RGBA bytes. */
async function painted(draws: MapDraw[], width: number, height: number, pixelRatio = 1): Promise<Uint8Array> {
  const gpu = await testGpu();
  const painter = createMapPainter(gpu);
  const { device } = gpu;
  const format = 'rgba8unorm';
  const texture = device.createTexture({
    size: [width, height],
    format,
    usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
  });
  await painter.render({ view: texture.createView(), format, width, height }, draws, theme, pixelRatio);
  const bytesPerRow = Math.ceil((4 * width) / 256) * 256;
  const { COPY_DST, MAP_READ } = GPUBufferUsage;
  const staging = device.createBuffer({ size: bytesPerRow * height, usage: COPY_DST | MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer: staging, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const rows = new Uint8Array(staging.getMappedRange());
  const pixels = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) pixels.set(rows.subarray(y * bytesPerRow, y * bytesPerRow + 4 * width), 4 * width * y);
  staging.destroy();
  texture.destroy();
  painter.destroy();
  return pixels;
}

/** The same draws as the canvas painter's pixel function paints them. */
function onCanvas(draws: MapDraw[], width: number, height: number, pixelRatio = 1): Uint8Array {
  const pixels = new Uint32Array(width * height);
  for (const draw of draws) {
    const at = place(draw, width, height, pixelRatio, newPlacement());
    const part = new Uint32Array((at.x1 - at.x0) * (at.y1 - at.y0));
    paintPixels(part, at, draw, theme);
    for (let y = at.y0; y < at.y1; y++) {
      for (let x = at.x0; x < at.x1; x++) pixels[y * width + x] = part[(y - at.y0) * (at.x1 - at.x0) + x - at.x0];
    }
  }
  return new Uint8Array(pixels.buffer);
}

const pixelAt = (pixels: Uint8Array, width: number, x: number, y: number) => [...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
const scaleColours = (draw: MapDraw) => {
  const table = theme.palettes[draw.palette];
  return new Set(Array.from({ length: 256 }, (_, i) => `${table.subarray(4 * i, 4 * i + 4)}`));
};
const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const uniform = (length: number, seed: number) => testNormals(length, seed).map((v) => Math.abs(v) % 1) as Float32Array<ArrayBuffer>;

describe('the heat-map shader', () => {
  it('gives a cell the palette colour of its value, exactly', async () => {
    const source = await stack(uniform(2 * 5 * 7, 3), 2, 5, 7);
    const draw: MapDraw = { source, index: 1, rect: rect(3, 2, 70, 50), palette: 'sequential', domain: [0, 1] };
    const pixels = await painted([draw], 80, 60);
    for (let row = 0; row < 5; row++) {
      for (let col = 0; col < 7; col++) {
        const expected = colourOf(source.data![35 + row * 7 + col], draw, theme.palettes);
        expect(pixelAt(pixels, 80, 3 + col * 10 + 5, 2 + row * 10 + 5)).toEqual([...expected]);
      }
    }
    expect(pixelAt(pixels, 80, 2, 10), 'beside the map').toEqual([0, 0, 0, 0]);
  });

  it('keeps a single bright cell of 4096 × 4096 visible in 200 × 200 pixels, and pans and zooms without reading back', async () => {
    const size = 4096;
    const data = new Float32Array(size * size);
    const places = [[0, 0], [4095, 4095], [1234, 3071], [2048, 20], [20, 2047]] as const;
    for (const [row, col] of places) data[row * size + col] = 1;
    const source = await stack(data, 1, size, size);
    const draw: MapDraw = { source, index: 0, rect: rect(0, 0, 200, 200), palette: 'sequential', domain: [0, 1] };
    const bright = `${colourOf(1, draw, theme.palettes)}`;
    const pixels = await painted([draw], 200, 200);
    // A pixel shows the cells whose middles lie in it.
    for (const [row, col] of places) expect(`${pixelAt(pixels, 200, Math.floor(((col + 0.5) / size) * 200), Math.floor(((row + 0.5) / size) * 200))}`).toBe(bright);
    let found = 0;
    for (let i = 0; i < 200 * 200; i++) if (`${pixels.subarray(4 * i, 4 * i + 4)}` === bright) found++;
    expect(found).toBe(places.length);

    const copies = await callsWhile(GPUCommandEncoder, 'copyBufferToBuffer', async () => {
      for (const x0 of [0, 600.5, 1200, 1233.2]) {
        const near: MapDraw = { ...draw, view: { x0: x0 + 1800, y0: 1200, x1: x0 + 1880, y1: 1280 } };
        await painted([near], 200, 200);
      }
    });
    expect(copies).toBe(0);
    const close = await painted([{ ...draw, view: { x0: 3061, y0: 1224, x1: 3081, y1: 1244 } }], 200, 200);
    expect(`${pixelAt(close, 200, 105, 105)}`).toBe(bright);
  });

  it('draws a grid of 144 maps, 12 layers of 12 heads, at once', async () => {
    const n = 15;
    const source = await stack(uniform(144 * n * n, 5), 144, n, n);
    const draws = Array.from({ length: 144 }, (_, index): MapDraw => (
      { source, index, rect: rect(20 * (index % 12), 20 * Math.floor(index / 12), 18, 18), palette: 'sequential', domain: [0, 1] }
    ));
    let pixels = new Uint8Array();
    // Cells of at least a pixel: one draw writes the colours of all cells, one spreads them over the pixels of all maps.
    expect(await callsWhile(GPURenderPassEncoder, 'draw', async () => (pixels = (await painted(draws, 240, 240)) as typeof pixels))).toBeLessThanOrEqual(2);
    for (const { index, rect: { x, y } } of draws) {
      expect(`${pixelAt(pixels, 240, x, y)}`).toBe(`${colourOf(source.data![index * n * n]!, draws[index]!, theme.palettes)}`);
    }
    // Without the step between, one draw alone, of the same pixels: these cells are too small for gaps.
    const direct = draws.map((draw): MapDraw => ({ ...draw, direct: true }));
    let same = new Uint8Array();
    expect(await callsWhile(GPURenderPassEncoder, 'draw', async () => (same = (await painted(direct, 240, 240)) as typeof same))).toBe(1);
    expect(Buffer.compare(same, pixels)).toBe(0);
    const small = draws.map((draw): MapDraw => ({ ...draw, rect: { ...draw.rect, width: 10, height: 10 } }));
    expect(await callsWhile(GPURenderPassEncoder, 'draw', () => painted(small, 240, 240))).toBe(1);
  });

  it('draws large cells of many maps, masked ones too, in one draw like the canvas painter', async () => {
    const data = uniform(6 * 25, 7);
    const mask = data.map((value, index) => (index % 5 > Math.floor(index / 5) % 5 ? MASKED : value));
    const [source, where] = [await stack(data, 6, 5, 5), await stack(mask, 6, 5, 5)];
    const draws = Array.from({ length: 6 }, (_, index): MapDraw => (
      { source, index, where: { source: where, index }, direct: true, rect: rect(80 * (index % 3), 80 * Math.floor(index / 3), 75, 75), palette: 'sequential', domain: [0, 1] }
    ));
    let pixels = new Uint8Array();
    expect(await callsWhile(GPURenderPassEncoder, 'draw', async () => (pixels = (await painted(draws, 240, 160)) as typeof pixels))).toBe(1);
    expect(Buffer.compare(pixels, onCanvas(draws, 240, 160))).toBe(0);
    // No gaps: every pixel of a map belongs to a cell.
    for (let x = 0; x < 75; x++) expect(pixelAt(pixels, 240, x, 40)[3]).toBe(255);
  });

  it('keeps a single bright cell of 512 × 512 visible in 64 × 64 pixels, wherever it lies', async () => {
    for (const [row, col] of [[0, 0], [511, 511], [200, 300], [257, 3]]) {
      const data = new Float32Array(512 * 512);
      data[row * 512 + col] = 1;
      const draw: MapDraw = { source: await stack(data, 1, 512, 512), index: 0, rect: rect(0, 0, 64, 64), palette: 'sequential', domain: [0, 1] };
      const pixels = await painted([draw], 64, 64);
      const bright = `${colourOf(1, draw, theme.palettes)}`;
      let found = 0;
      for (let i = 0; i < 64 * 64; i++) if (`${pixels.subarray(4 * i, 4 * i + 4)}` === bright) found++;
      expect(found).toBe(1);
      expect(`${pixelAt(pixels, 64, Math.floor(col / 8), Math.floor(row / 8))}`).toBe(bright);
    }
  });

  it('shows the value farthest from the middle of a diverging scale, of either sign', async () => {
    const data = new Float32Array(64 * 64).fill(0.5);
    data[10 * 64 + 10] = -2;
    const draw: MapDraw = { source: await stack(data, 1, 64, 64), index: 0, rect: rect(0, 0, 8, 8), palette: 'diverging', domain: [-2, 2] };
    const pixels = await painted([draw], 8, 8);
    expect(pixelAt(pixels, 8, 1, 1)).toEqual([...colourOf(-2, draw, theme.palettes)]);
    expect(pixelAt(pixels, 8, 2, 2)).toEqual([...colourOf(0.5, draw, theme.palettes)]);
  });

  it.each([['large', 80], ['small', 8], ['several in a pixel', 2]])('never gives a masked cell a colour of the scale: %s', async (_, size) => {
    for (const masked of [MASKED, -Infinity]) {
      const data = new Float32Array(16).fill(masked);
      for (const palette of ['sequential', 'diverging', 'difference'] as const) {
        const draw: MapDraw = { source: await stack(data, 1, 4, 4), index: 0, rect: rect(0, 0, size, size), palette, domain: [-1, 1] };
        const pixels = await painted([draw], size, size);
        const ofScale = scaleColours(draw);
        const allowed = new Set([...theme.masked, average(theme.masked), theme.background].map(String));
        for (let i = 0; i < size * size; i++) {
          const colour = `${pixels.subarray(4 * i, 4 * i + 4)}`;
          expect(ofScale.has(colour)).toBe(false);
          expect(allowed.has(colour)).toBe(true);
        }
      }
    }
  });

  it('hides the cells that are masked in another matrix, whatever they hold', async () => {
    const source = await stack(Float32Array.of(1, 1, 1, 1), 1, 2, 2);
    const mask = await stack(Float32Array.of(0, MASKED, 5, -Infinity), 1, 2, 2);
    const draw: MapDraw = { source, index: 0, where: { source: mask, index: 0 }, rect: rect(0, 0, 2, 2), palette: 'sequential', domain: [0, 1] };
    const pixels = await painted([draw], 2, 2);
    const [shown, hidden] = [[...colourOf(1, draw, theme.palettes)], [...average(theme.masked)]];
    expect([[0, 0], [1, 0], [0, 1], [1, 1]].map(([x, y]) => pixelAt(pixels, 2, x, y))).toEqual([shown, hidden, shown, hidden]);
  });

  it('shows NaN over everything, even one among many cells in a pixel', async () => {
    const data = new Float32Array(64 * 64).fill(1);
    data[0] = NaN;
    const draw: MapDraw = { source: await stack(data, 1, 64, 64), index: 0, rect: rect(0, 0, 4, 4), palette: 'sequential', domain: [0, 1] };
    expect(pixelAt(await painted([draw], 4, 4), 4, 0, 0)).toEqual([...theme.nan[1]]);
  });

  it('gives infinity the colour of the high end', async () => {
    const draw: MapDraw = { source: await stack(Float32Array.of(Infinity), 1, 1, 1), index: 0, rect: rect(0, 0, 4, 4), palette: 'sequential', domain: [0, 1] };
    expect(pixelAt(await painted([draw], 4, 4), 4, 1, 1)).toEqual([...colourOf(1, draw, theme.palettes)]);
  });

  it('paints nothing outside the clip', async () => {
    const source = await stack(uniform(16, 1), 1, 4, 4);
    const pixels = await painted([{ source, index: 0, rect: rect(0, 0, 16, 16), clip: rect(4, 0, 6, 8), palette: 'sequential', domain: [0, 1] }], 16, 16);
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 16; x++) expect(pixels[4 * (y * 16 + x) + 3] > 0).toBe(x >= 4 && x < 10 && y < 8);
    }
  });

  it('paints more draws than its first buffer holds, from several tensors', async () => {
    const sources = [await stack(Float32Array.of(0.25), 1, 1, 1), await stack(Float32Array.of(0.75), 1, 1, 1)];
    const draws = Array.from({ length: 150 }, (_, i): MapDraw => ({
      source: sources[i % 2], index: 0, rect: rect(i, 0, 1, 1), palette: 'sequential', domain: [0, 1],
    }));
    const pixels = await painted(draws, 150, 1);
    draws.forEach((draw, i) => expect(pixelAt(pixels, 150, i, 0)).toEqual([...colourOf(draw.source.data![0], draw, theme.palettes)]));
  });
});

describe('both painters', () => {
  /** Root scales go through sqrt, which WGSL allows 2 ULP of error: a value on the edge may take the next colour. */
  const SQRT_NEIGHBOUR = 8;

  const cases: [string, (a: MapSource, b: MapSource) => Partial<MapDraw>, size: [number, number], ratio: number][] = [
    ['cells with gaps', () => ({}), [260, 220], 1],
    ['cells with gaps at twice the pixels', () => ({}), [520, 440], 2],
    ['small cells', () => ({}), [60, 50], 1],
    ['several cells in a pixel', () => ({}), [9, 7], 1],
    ['several cells in a pixel along one axis', () => ({}), [9, 90], 1],
    ['a window', () => ({ view: { x0: 1.3, y0: 2.6, x1: 9.8, y1: 8.1 } }), [64, 48], 1.5],
    ['a difference', (_, b) => ({ minus: { source: b, index: 0 }, palette: 'difference', domain: [-1, 1] }), [64, 48], 1],
    ['a difference of two matrices of one tensor, large', (a) => ({ minus: { source: a, index: 0 }, palette: 'difference', domain: [-1, 1] }), [130, 110], 1],
    ['cells hidden where another matrix is masked', (a, b) => ({ source: b, index: 0, where: { source: a, index: 1 } }), [64, 48], 1],
    ['hidden cells, several in a pixel', (a, b) => ({ source: b, index: 0, where: { source: a, index: 1 } }), [9, 7], 1],
    ['a root scale', () => ({ root: true }), [64, 48], 1],
    ['a root scale on both sides of the middle', () => ({ root: true, palette: 'diverging', domain: [-1, 1] }), [64, 48], 1],
  ];

  it.each(cases)('agree on every pixel: %s', async (name, extra, [width, height], pixelRatio) => {
    const [rows, cols] = [11, 13];
    const data = uniform(2 * rows * cols, 5);
    for (let i = 0; i < data.length; i += 7) data[i] = MASKED;
    for (let i = 3; i < data.length; i += 50) data[i] = NaN;
    const a = await stack(data, 2, rows, cols);
    const b = await stack(uniform(rows * cols, 9), 1, rows, cols);
    const draw: MapDraw = {
      source: a, index: 1, rect: rect(0, 0, width / pixelRatio, height / pixelRatio), palette: 'sequential', domain: [0, 1], ...extra(a, b),
    };
    const actual = await painted([draw], width, height, pixelRatio);
    const expected = onCanvas([draw], width, height, pixelRatio);
    let largest = 0;
    for (let i = 0; i < actual.length; i++) largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
    expect(largest).toBeLessThanOrEqual(name.startsWith('a root scale') ? SQRT_NEIGHBOUR : 0);
  });

  it('look at every cell exactly once when cells are smaller than pixels', () => {
    for (const [cells, pixels] of [[512, 64], [1000, 333], [37, 36], [1024, 17]]) {
      const { from, to } = axisCells(0, pixels, 0, cells / pixels, cells, 0);
      expect(from[0]).toBe(0);
      expect(to[pixels - 1]).toBe(cells - 1);
      for (let p = 1; p < pixels; p++) expect(from[p]).toBe(to[p - 1] + 1);
    }
  });
});

it('names the missing tensor', async () => {
  const draw: MapDraw = { source: { count: 1, rows: 1, cols: 1 }, index: 0, rect: rect(0, 0, 1, 1), palette: 'sequential', domain: [0, 1] };
  await expect(painted([draw], 1, 1)).rejects.toThrow('this map has none');
  expect(() => paintPixels(new Uint32Array(1), place(draw, 1, 1, 1, newPlacement()), draw, theme)).toThrow('this map has none');
});

