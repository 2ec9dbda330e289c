/**
 * The ONNX model that large scans need, written by hand in protobuf: scores = query x block^T (Gemm with transB), for several
 * blocks in one call, since a call costs as much as a thousand vectors. Field numbers are those of onnx.proto.
 */

const VARINT = 0;
const BYTES = 2;
const FLOAT = 1; // TensorProto.DataType
const INT = 2; // AttributeProto.AttributeType
const IR_VERSION = 8;
const OPSET = 17;

type Field = number[];

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

const integer = (field: number, value: number): Field => [...varint(field * 8 + VARINT), ...varint(value)];
const bytes = (field: number, value: readonly number[]): Field => [
  ...varint(field * 8 + BYTES),
  ...varint(value.length),
  ...value,
];
const text = (field: number, value: string): Field => bytes(field, [...new TextEncoder().encode(value)]);
const message = (field: number, ...parts: Field[]): Field => bytes(field, parts.flat());

/** A float tensor whose dimensions have names, that is, are open. */
const tensor = (field: number, name: string, dimensions: readonly string[]): Field =>
  message(
    field,
    text(1, name),
    message(
      2,
      message(1, integer(1, FLOAT), message(2, ...dimensions.map((dimension) => message(1, text(2, dimension))))),
    ),
  );

export const blockInput = (index: number) => `block${index}`;
export const scoresOutput = (index: number) => `scores${index}`;

/** Inputs `queries` [q, size] and `block0`, ... [n0, size]; outputs `scores0`, ... [q, n0]. */
export function scoringModel(blocks: number): Uint8Array {
  const transposed = message(5, text(1, 'transB'), integer(3, 1), integer(20, INT));
  const all = Array.from({ length: blocks }, (_, index) => index);
  const product = (index: number) =>
    message(
      1,
      text(1, 'queries'),
      text(1, blockInput(index)),
      text(2, scoresOutput(index)),
      text(4, 'Gemm'),
      transposed,
    );
  const graph = message(
    7,
    ...all.map(product),
    text(2, 'scan'),
    tensor(11, 'queries', ['q', 'size']),
    ...all.map((index) => tensor(11, blockInput(index), [`n${index}`, 'size'])),
    ...all.map((index) => tensor(12, scoresOutput(index), ['q', `n${index}`])),
  );
  return Uint8Array.from([...integer(1, IR_VERSION), ...graph, ...message(8, integer(2, OPSET))]);
}
