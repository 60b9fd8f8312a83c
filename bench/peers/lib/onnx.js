// Writes a small ONNX model (onnx/onnx.proto, ModelProto): enough for a graph of f32 operators.

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

function varint(value) {
  const bytes = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}
const key = (field, type) => varint(field * 8 + type);
const int = (field, value) => [...key(field, VARINT), ...varint(value)];
const bytes = (field, content) => [...key(field, BYTES), ...varint(content.length), ...content];
const text = (field, value) => bytes(field, [...new TextEncoder().encode(value)]);
const float32 = (value) => [...new Uint8Array(Float32Array.of(value).buffer)];

const FLOAT = 1; // both TensorProto.DataType and AttributeProto.AttributeType

/** An attribute: { axis: { int: 1 } }, { epsilon: { float: 1e-5 } } or { perm: { ints: [0, 2, 1] } }. */
function attribute(name, value) {
  if ('float' in value) return [...text(1, name), ...key(2, FIXED32), ...float32(value.float), ...int(20, FLOAT)];
  if ('ints' in value) return [...text(1, name), ...value.ints.flatMap((each) => int(8, each)), ...int(20, 7)];
  return [...text(1, name), ...int(3, value.int), ...int(20, 2)];
}

/** One operator of the graph. */
export const node = (operator, inputs, outputs, attributes = {}) => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(3, outputs[0]),
  ...text(4, operator),
  ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
];

const constant = ([name, value]) => [...int(2, FLOAT), ...text(8, name), ...bytes(9, float32(value))];

function valueInfo([name, dims]) {
  const shape = dims.flatMap((extent) => bytes(1, int(1, extent)));
  return [...text(1, name), ...bytes(2, bytes(1, [...int(1, FLOAT), ...bytes(2, shape)]))];
}

/** A model. `inputs` and `outputs` map names to extents, `constants` names to numbers. */
export function model({ nodes, constants = {}, inputs, outputs }) {
  const graph = [
    ...nodes.flatMap((each) => bytes(1, each)),
    ...text(2, 'bench'),
    ...Object.entries(constants).flatMap((each) => bytes(5, constant(each))),
    ...Object.entries(inputs).flatMap((each) => bytes(11, valueInfo(each))),
    ...Object.entries(outputs).flatMap((each) => bytes(12, valueInfo(each))),
  ];
  const IR_VERSION = 8;
  const OPSET = 17; // the first with LayerNormalization
  return Uint8Array.from([...int(1, IR_VERSION), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...int(2, OPSET)])]);
}
