// pixel (x, y) of a map = lut[palette][256 · t((source − minus)[row, col])],  t(v) = (v − low) / (high − low), or its root
//   source (count, rows, cols) bits of f32, "no cell" = MASKED or −∞
//   minus  (count, rows, cols) subtracted when the draw says so
//   draws  one per instance; lut: the palettes' colours one after the other, RGBA bytes
// A pixel that covers at most one cell shows the cell under its centre. A pixel that covers several shows the one
// farthest from neutral among the cells whose centres it holds, so that each cell is looked at by exactly one pixel and
// a single bright cell never disappears. Bits are tested as integers: WGSL lets a compiler assume that there is no NaN.
// use: masked

struct Draw {
  paint: vec4f,        // painted pixels: x0, y0, x1, y1
  origin: vec2f,       // pixel of the map's top left corner
  first: vec2f,        // cell coordinates there
  step: vec2f,         // cells per pixel
  low: f32,
  inverse_range: f32,
  neutral: f32,
  rows: u32,
  cols: u32,
  source_start: u32,   // index of the matrix's first element
  minus_start: u32,
  has_minus: u32,
  root: u32,
  palette_start: u32,
  gap: f32,            // pixels between cells
  hatch_period: u32,   // pixels; 0: flat
  hatch_stripe: u32,
}

struct Frame {
  background: vec4f,   // colours of the frame are premultiplied
  masked_stripe: vec4f,
  masked_ground: vec4f,
  masked_flat: vec4f,
  nan_stripe: vec4f,
  nan_ground: vec4f,
  size: vec2f,         // pixels of the target
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var<storage, read> draws: array<Draw>;
@group(0) @binding(2) var<storage, read> lut: array<u32>;
@group(1) @binding(0) var<storage, read> source: array<u32>;
@group(1) @binding(1) var<storage, read> minus: array<u32>;

struct Corner {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(flat) draw: u32,
}

@vertex
fn corner(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Corner {
  let box = draws[instance].paint;
  let x = select(box.x, box.z, (vertex & 1u) == 1u);
  let y = select(box.y, box.w, vertex >= 2u);
  return Corner(vec4f(2.0 * x / frame.size.x - 1.0, 1.0 - 2.0 * y / frame.size.y, 0.0, 1.0), instance);
}

const NUMBER: u32 = 0;
const NO_CELL: u32 = 1;
const NOT_A_NUMBER: u32 = 2;

struct Cell { value: f32, kind: u32 }

fn is_nan(value: f32) -> bool { return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u; }

fn cell_of(bits: u32) -> Cell {
  let value = bitcast<f32>(bits);
  let magnitude = bits & 0x7fffffffu;
  let masked = bits == 0xff800000u || (magnitude < 0x7f800000u && is_masked(value));
  return Cell(value, select(select(NUMBER, NO_CELL, masked), NOT_A_NUMBER, magnitude > 0x7f800000u));
}

fn cell_at(which: u32, row: u32, col: u32) -> Cell {
  let at = row * draws[which].cols + col;
  var cell = cell_of(source[draws[which].source_start + at]);
  if (draws[which].has_minus == 1u) {
    let other = cell_of(minus[draws[which].minus_start + at]);
    let difference = cell.value - other.value;
    // NOT_A_NUMBER wins over NO_CELL, NO_CELL over NUMBER; ∞ − ∞ is not a number either.
    cell = Cell(difference, max(max(cell.kind, other.kind), select(NUMBER, NOT_A_NUMBER, is_nan(difference))));
  }
  return cell;
}

/// First and last cell that pixel `p`, counted from the map's corner, looks at along one axis.
fn cells_of_pixel(p: f32, first: f32, step: f32) -> vec2i {
  if (step <= 1.0) { return vec2i(i32(floor(first + (p + 0.5) * step))); }
  let lowest = i32(ceil(first + p * step - 0.5));
  return vec2i(lowest, max(lowest, i32(ceil(first + (p + 1.0) * step - 0.5)) - 1));
}

/// Most cells that one pixel looks at along one axis; beyond, every second, third … is looked at.
const MOST: i32 = 64;

fn loudest(which: u32, x: vec2i, y: vec2i) -> Cell {
  var best = Cell(0.0, NO_CELL);
  var distance = -1.0;
  let stride = (vec2i(x.y - x.x, y.y - y.x) + MOST) / MOST;
  for (var row = y.x; row <= y.y; row += stride.y) {
    for (var col = x.x; col <= x.y; col += stride.x) {
      let cell = cell_at(which, u32(row), u32(col));
      if (cell.kind == NOT_A_NUMBER) { return cell; }
      let d = abs(cell.value - draws[which].neutral);
      if (cell.kind == NUMBER && d > distance) {
        distance = d;
        best = cell;
      }
    }
  }
  return best;
}

@fragment
fn shade(in: Corner) -> @location(0) vec4f {
  let which = in.draw;
  let step = draws[which].step;
  let first = draws[which].first;
  let end = vec2i(i32(draws[which].cols), i32(draws[which].rows));
  let pixel = floor(in.position.xy) - draws[which].origin;

  let x = cells_of_pixel(pixel.x, first.x, step.x);
  let y = cells_of_pixel(pixel.y, first.y, step.y);
  if (x.x < 0 || y.x < 0 || x.x >= end.x || y.x >= end.y) { return frame.background; }

  let gap = draws[which].gap;
  if (gap > 0.0) {
    let next = vec2i(floor(first + (pixel + 0.5 + gap) * step));
    if ((next.x != x.x && next.x < end.x) || (next.y != y.x && next.y < end.y)) { return frame.background; }
  }

  var cell: Cell;
  if (x.x == x.y && y.x == y.y) {
    cell = cell_at(which, u32(y.x), u32(x.x));
  } else {
    cell = loudest(which, vec2i(x.x, min(x.y, end.x - 1)), vec2i(y.x, min(y.y, end.y - 1)));
  }

  if (cell.kind == NUMBER) {
    var t = clamp((cell.value - draws[which].low) * draws[which].inverse_range, 0.0, 1.0);
    if (draws[which].root == 1u) { t = sqrt(t); }
    return unpack4x8unorm(lut[draws[which].palette_start + min(u32(t * 256.0), 255u)]);
  }
  let period = draws[which].hatch_period;
  let at = vec2u(pixel);
  if (cell.kind == NO_CELL) {
    if (period == 0u) { return frame.masked_flat; }
    return select(frame.masked_ground, frame.masked_stripe, (at.x + at.y) % period < draws[which].hatch_stripe);
  }
  if (period == 0u) { return frame.nan_ground; }
  // The other diagonal: nobody takes it for a masked cell. The multiple of the period keeps the sum positive.
  return select(frame.nan_ground, frame.nan_stripe, (at.x + period * 65536u - at.y) % period < draws[which].hatch_stripe);
}
