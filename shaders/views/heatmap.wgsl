// pixel (x, y) of a map = lut[palette][256 · t((source − minus)[row, col])],  t(v) = (v − low) / (high − low), or its root
//   source (count, rows, cols) bits of f32, "no cell" = MASKED or −∞
//   minus  (count, rows, cols) where MINUS is set: subtracted, or only asked which cells are masked
//   draws  one per instance; lut: the palettes' colours one after the other, RGBA bytes
// Large cells take two passes, because a software GPU pays for every pixel: `colour_cell` colours each visible cell once
// into the atlas, one texel per cell, and `magnify` spreads the texels over the pixels. Small cells take one, `reduce`.
// Bits are tested as integers: WGSL lets a compiler assume that there is no NaN.
// use: masked

struct Draw {
  paint: vec4f,        // painted pixels: x0, y0, x1, y1
  origin: vec2f,       // pixel of the map's top left corner
  first: vec2f,        // cell coordinates there
  step: vec2f,         // cells per pixel
  atlas: vec4f,        // texels of the visible cells: x0, y0, x1, y1
  visible: vec2f,      // the cell (column, row) of the first texel
  hatch: vec2f,        // stripes per pixel (0: flat), share of a stripe in its period
  low: f32,
  inverse_range: f32,
  neutral: f32,
  gap: f32,            // pixels between cells
  rows: u32,
  cols: u32,
  source_start: u32,   // index of the matrix's first element
  minus_start: u32,
  root: u32,           // 1: root from the low end, 2: root on both sides of the middle
  palette_start: u32,
  subtract: u32,       // 0: `minus` only hides cells
}

struct Frame {
  size: vec2f,         // pixels of the target
  atlas_size: vec2f,   // texels of the atlas
  background: u32,     // colours are RGBA bytes, premultiplied
  masked_stripe: u32,
  masked_ground: u32,
  masked_flat: u32,
  nan_stripe: u32,
  nan_ground: u32,
}

/// Whether `minus` is looked at; a constant, since a software GPU would load it in every pixel either way.
override MINUS: bool = false;

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var<storage, read> draws: array<Draw>;
@group(0) @binding(2) var<storage, read> lut: array<u32>;
@group(1) @binding(0) var<storage, read> source: array<u32>;
@group(1) @binding(1) var<storage, read> minus: array<u32>;
@group(1) @binding(2) var atlas: texture_2d<f32>;

// ---- The value of a cell and its colour

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

/// What the fragment stages know of their draw. Handed over flat, which is cheaper than reading `draws` in every pixel.
struct Corner {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(flat) place: vec4f,  // origin, first; in the atlas: its corner, the first visible cell
  @location(1) @interpolate(flat) grid: vec4f,   // step, gap, neutral
  @location(2) @interpolate(flat) scale: vec4f,  // low, inverse_range, columns, rows
  @location(3) @interpolate(flat) look: vec4f,   // root, hatch, subtract
  @location(4) @interpolate(flat) matrix: vec4u, // source_start, minus_start, palette_start
  @location(5) @interpolate(flat) paints: vec4u, // ground and stripe of "no cell", of NaN
  @location(6) @interpolate(flat) background: u32,
}

/// What cells without a number look like, hatched or from afar.
fn paints_of(flat: bool) -> vec4u {
  return vec4u(
    select(frame.masked_ground, frame.masked_flat, flat),
    select(frame.masked_stripe, frame.masked_flat, flat),
    frame.nan_ground,
    select(frame.nan_stripe, frame.nan_ground, flat),
  );
}

fn corner_of(which: u32, vertex: u32, box: vec4f, place: vec4f, size: vec2f) -> Corner {
  let x = select(box.x, box.z, (vertex & 1u) == 1u);
  let y = select(box.y, box.w, vertex >= 2u);
  let draw = draws[which];
  return Corner(
    vec4f(2.0 * x / size.x - 1.0, 1.0 - 2.0 * y / size.y, 0.0, 1.0),
    place,
    vec4f(draw.step, draw.gap, draw.neutral),
    vec4f(draw.low, draw.inverse_range, f32(draw.cols), f32(draw.rows)),
    vec4f(f32(draw.root), draw.hatch, f32(draw.subtract)),
    vec4u(draw.source_start, draw.minus_start, draw.palette_start, 0u),
    paints_of(draw.hatch.x == 0.0),
    frame.background,
  );
}

@vertex
fn map_corner(@builtin(vertex_index) vertex: u32, @builtin(instance_index) which: u32) -> Corner {
  return corner_of(which, vertex, draws[which].paint, vec4f(draws[which].origin, draws[which].first), frame.size);
}

@vertex
fn atlas_corner(@builtin(vertex_index) vertex: u32, @builtin(instance_index) which: u32) -> Corner {
  let box = draws[which].atlas;
  return corner_of(which, vertex, box, vec4f(box.xy, draws[which].visible), frame.atlas_size);
}

fn cell_at(in: Corner, row: u32, col: u32) -> Cell {
  let at = row * u32(in.scale.z) + col;
  let cell = cell_of(source[in.matrix.x + at]);
  if (!MINUS) { return cell; }
  let other = cell_of(minus[in.matrix.y + at]);
  let difference = select(cell.value, cell.value - other.value, in.look.w == 1.0);
  // NOT_A_NUMBER wins over NO_CELL, NO_CELL over NUMBER; ∞ − ∞ is not a number either.
  return Cell(difference, max(max(cell.kind, other.kind), select(NUMBER, NOT_A_NUMBER, is_nan(difference))));
}

fn colour_of(in: Corner, value: f32) -> vec4f {
  var t = clamp((value - in.scale.x) * in.scale.y, 0.0, 1.0);
  if (in.look.x == 1.0) { t = sqrt(t); }
  if (in.look.x == 2.0) { t = 0.5 + 0.5 * sign(t - 0.5) * sqrt(abs(2.0 * t - 1.0)); }
  return unpack4x8unorm(lut[in.matrix.z + min(u32(t * 256.0), 255u)]);
}

/// Colour of a pixel whose cell has no number; `pixel` counts from the map's corner. NaN is striped along the other
/// diagonal: nobody takes it for a masked cell. In floats and without branches, since a software GPU is slow to divide
/// integers and takes both branches; the half keeps the phase off the edge of a stripe.
fn pattern(in: Corner, pixel: vec2f, not_a_number: bool) -> u32 {
  let along = pixel.x + select(pixel.y, -pixel.y, not_a_number) + 0.5;
  let pair = select(in.paints.xy, in.paints.zw, not_a_number);
  return select(pair.x, pair.y, fract(along * in.look.y) < in.look.z);
}

// ---- Large cells: one texel per cell, then many pixels per texel

/// The atlas keeps colours with alpha 1; without: red says NaN, black "no cell".
@fragment
fn colour_cell(in: Corner) -> @location(0) vec4f {
  let at = floor(in.position.xy) - in.place.xy + in.place.zw;
  let cell = cell_at(in, u32(at.y), u32(at.x));
  if (cell.kind == NUMBER) { return colour_of(in, cell.value); }
  return vec4f(select(0.0, 1.0, cell.kind == NOT_A_NUMBER), 0.0, 0.0, 0.0);
}

/// A corner of a magnified map. Interpolated, not computed in every pixel: a software GPU pays for each operation there.
struct Spread {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(linear) texel: vec2f,  // in the atlas
  @location(1) @interpolate(linear) stripe: vec2f, // periods of the hatch along the two diagonals
  @location(2) @interpolate(flat) gap: vec2f,      // texels from a pixel to the far side of a gap
  @location(3) @interpolate(flat) last: vec2f,     // where the last cell begins: no gap follows it
  @location(4) @interpolate(flat) paints: vec4u,   // ground and stripe of "no cell", of NaN
  @location(5) @interpolate(flat) cover: f32,      // share of a stripe in its period
}

@vertex
fn spread_corner(@builtin(vertex_index) vertex: u32, @builtin(instance_index) which: u32) -> Spread {
  let draw = draws[which];
  let shift = draw.atlas.xy - draw.visible;
  let cells = vec2f(f32(draw.cols), f32(draw.rows));
  // No pixel beyond the matrix, where a visitor has panned.
  let start = draw.origin - draw.first / draw.step;
  let end = start + cells / draw.step;
  let corner = max(draw.paint.xy, start);
  let opposite = max(corner, min(draw.paint.zw, end));
  let pixel = select(corner, opposite, vec2<bool>((vertex & 1u) == 1u, vertex >= 2u));
  let local = pixel - draw.origin;
  return Spread(
    vec4f(2.0 * pixel.x / frame.size.x - 1.0, 1.0 - 2.0 * pixel.y / frame.size.y, 0.0, 1.0),
    shift + draw.first + local * draw.step,
    // Half a pixel keeps the phase off the edge of a stripe.
    (vec2f(local.x + local.y, local.x - local.y) + vec2f(-0.5, 0.5)) * draw.hatch.x,
    draw.gap * draw.step,
    shift + cells - 1.0,
    paints_of(draw.hatch.x == 0.0),
    draw.hatch.y,
  );
}

@fragment
fn magnify(in: Spread) -> @location(0) vec4f {
  let cell = floor(in.texel);
  let colour = textureLoad(atlas, vec2i(cell), 0);
  let between = any((floor(in.texel + in.gap) != cell) & (cell < in.last));
  let not_a_number = colour.r == 1.0;
  let pair = select(in.paints.xy, in.paints.zw, not_a_number);
  let striped = fract(select(in.stripe.x, in.stripe.y, not_a_number)) < in.cover;
  let other = select(select(pair.x, pair.y, striped), frame.background, between);
  return select(unpack4x8unorm(other), colour, colour.a == 1.0 && !between);
}

// ---- Small cells: a pixel that covers at most one shows the one under its centre; a pixel that covers several shows
// the one farthest from neutral among those whose centres it holds, so that each cell is looked at by exactly one pixel
// and a single bright cell never disappears.

/// First and last cell that pixel `p`, counted from the map's corner, looks at along one axis.
fn cells_of_pixel(p: f32, first: f32, step: f32) -> vec2i {
  if (step <= 1.0) { return vec2i(i32(floor(first + (p + 0.5) * step))); }
  let lowest = i32(ceil(first + p * step - 0.5));
  return vec2i(lowest, max(lowest, i32(ceil(first + (p + 1.0) * step - 0.5)) - 1));
}

/// Most cells that one pixel looks at along one axis; beyond, every second, third … is looked at.
const MOST: i32 = 64;

/// MASKED and −∞ are neighbours as bits.
fn hides(bits: u32) -> bool { return bits - 0xff7fffffu <= 1u; }

/// The cell farthest from neutral, the higher one of two: it is the lowest or the highest. So each cell takes a few operations
/// only, which is what a pixel of a small map costs.
fn loudest(in: Corner, x: vec2i, y: vec2i) -> Cell {
  let stride = vec2u((vec2i(x.y - x.x, y.y - y.x) + MOST) / MOST);
  let cols = u32(in.scale.z);
  var low = -MASKED;
  var high = MASKED;
  var magnitude = 0u;
  for (var row = u32(y.x); row <= u32(y.y); row += stride.y) {
    let first = row * cols + u32(x.x);
    let last = row * cols + u32(x.y);
    for (var at = first; at <= last; at += stride.x) {
      let bits = source[in.matrix.x + at];
      var value = bitcast<f32>(bits);
      var hidden = hides(bits);
      if (MINUS) {
        let other = minus[in.matrix.y + at];
        hidden |= hides(other);
        if (in.look.w == 1.0) {
          value -= bitcast<f32>(other);
          magnitude = max(magnitude, select(bitcast<u32>(value) & 0x7fffffffu, 0u, hidden)); // ∞ − ∞ is not a number
        }
        magnitude = max(magnitude, other & 0x7fffffffu);
      }
      magnitude = max(magnitude, bits & 0x7fffffffu);
      low = min(low, select(value, -MASKED, hidden));
      high = max(high, select(value, MASKED, hidden));
    }
  }
  let kind = select(NUMBER, NO_CELL, low > high);
  return Cell(select(low, high, high - in.grid.w >= in.grid.w - low), select(kind, NOT_A_NUMBER, magnitude > 0x7f800000u));
}

@fragment
fn reduce(in: Corner) -> @location(0) vec4f {
  let end = vec2i(in.scale.zw);
  let pixel = floor(in.position.xy) - in.place.xy;
  let x = cells_of_pixel(pixel.x, in.place.z, in.grid.x);
  let y = cells_of_pixel(pixel.y, in.place.w, in.grid.y);
  if (x.x < 0 || y.x < 0 || x.x >= end.x || y.x >= end.y) { return unpack4x8unorm(in.background); }

  let cell = loudest(in, vec2i(x.x, min(x.y, end.x - 1)), vec2i(y.x, min(y.y, end.y - 1)));
  if (cell.kind == NUMBER) { return colour_of(in, cell.value); }
  return unpack4x8unorm(pattern(in, pixel, cell.kind == NOT_A_NUMBER));
}
