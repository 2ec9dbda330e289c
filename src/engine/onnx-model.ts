/**
 * The bytes of an ONNX model: the part of the ModelProto schema that our graphs need, written with the `pbf` library. Field
 * numbers are those of onnx.proto3. Writing only; onnxruntime is the reader.
 */
import { PbfWriter } from 'pbf';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';
export type Attribute = number | string | readonly number[] | { float: number };

export interface OnnxNode {
  operator: string;
  /** Empty for ONNX's own operators; `com.microsoft` for onnxruntime's. */
  domain: string;
  /** Names; an empty name leaves an optional input out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

interface OnnxValue {
  name: string;
  type: ElementType;
  shape: readonly number[];
}

export interface OnnxInitializer extends OnnxValue {
  /** Little-endian values. */
  data: Uint8Array;
}

interface OnnxGraph {
  name: string;
  nodes: readonly OnnxNode[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
  initializers: readonly OnnxInitializer[];
}

const ELEMENT_CODE: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };
const IR_VERSION = 9;
const OPERATOR_SET = 20;

/** A ModelProto in the operator set this engine is written against (20, with onnxruntime's own operators at 1). */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, IR_VERSION);
  writer.writeStringField(2, 'r1-router');
  writer.writeMessage(7, writeGraph, graph);
  writer.writeMessage(8, writeOperatorSet, { domain: '', version: OPERATOR_SET });
  writer.writeMessage(8, writeOperatorSet, { domain: 'com.microsoft', version: 1 });
  return writer.finish();
}

function writeOperatorSet(set: { domain: string; version: number }, writer: PbfWriter): void {
  writer.writeStringField(1, set.domain);
  writer.writeVarintField(2, set.version);
}

function writeGraph(graph: OnnxGraph, writer: PbfWriter): void {
  for (const node of graph.nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, graph.name);
  for (const initializer of graph.initializers) writer.writeMessage(5, writeTensor, initializer);
  for (const input of graph.inputs) writer.writeMessage(11, writeValue, input);
  for (const output of graph.outputs) writer.writeMessage(12, writeValue, output);
}

function writeNode(node: OnnxNode, writer: PbfWriter): void {
  for (const input of node.inputs) writer.writeStringField(1, input);
  for (const output of node.outputs) writer.writeStringField(2, output);
  writer.writeStringField(3, node.outputs[0] ?? '');
  writer.writeStringField(4, node.operator);
  for (const entry of Object.entries(node.attributes)) writer.writeMessage(5, writeAttribute, entry);
  if (node.domain !== '') writer.writeStringField(7, node.domain);
}

function writeAttribute([name, value]: [string, Attribute], writer: PbfWriter): void {
  writer.writeStringField(1, name);
  if (typeof value === 'number') {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, 2);
  } else if (typeof value === 'string') {
    writer.writeStringField(4, value);
    writer.writeVarintField(20, 3);
  } else if ('float' in value) {
    writer.writeFloatField(2, value.float);
    writer.writeVarintField(20, 1);
  } else {
    for (const item of value) writer.writeVarintField(8, item);
    writer.writeVarintField(20, 7);
  }
}

function writeTensor(tensor: OnnxInitializer, writer: PbfWriter): void {
  for (const size of tensor.shape) writer.writeVarintField(1, size);
  writer.writeVarintField(2, ELEMENT_CODE[tensor.type]);
  writer.writeStringField(8, tensor.name);
  writer.writeBytesField(9, tensor.data);
}

function writeValue(value: OnnxValue, writer: PbfWriter): void {
  writer.writeStringField(1, value.name);
  writer.writeMessage(2, writeType, value);
}

function writeType(value: OnnxValue, writer: PbfWriter): void {
  writer.writeMessage(1, writeTensorType, value);
}

function writeTensorType(value: OnnxValue, writer: PbfWriter): void {
  writer.writeVarintField(1, ELEMENT_CODE[value.type]);
  writer.writeMessage(2, writeShape, value.shape);
}

function writeShape(shape: readonly number[], writer: PbfWriter): void {
  for (const size of shape) writer.writeMessage(1, writeDimension, size);
}

function writeDimension(size: number, writer: PbfWriter): void {
  // proto3 leaves a zero out, which would make the dimension unknown; write it by hand.
  writer.writeTag(1, 0);
  writer.writeVarint(size);
}
