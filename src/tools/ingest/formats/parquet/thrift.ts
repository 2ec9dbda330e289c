/**
 * Where a struct of Thrift's compact protocol ends, found before anything is made of it: hyparquet sets memory aside for whatever length
 * stands in one, and follows numbers and structs as far as they go.
 */

/** There are fewer bytes than the struct says it has; where it was looked for in a part of the file, more may follow. */
export class BrokenOff extends Error {}

/** The deepest that Parquet describes is 8. */
const MOST_DEPTH = 32;
/** Of a number of 64 bits. */
const MOST_VARINT_BYTES = 10;

interface Reader {
  view: DataView;
  offset: number;
}

/** Throws `BrokenOff`, or an error for what no Parquet file has. */
export function structEnd(view: DataView, offset: number): number {
  const reader = { view, offset };
  skipStruct(reader, 0);
  return reader.offset;
}

function advance(reader: Reader, bytes: number): void {
  if (bytes > reader.view.byteLength - reader.offset) throw new BrokenOff('its description breaks off');
  reader.offset += bytes;
}

function byte(reader: Reader): number {
  advance(reader, 1);
  return reader.view.getUint8(reader.offset - 1);
}

function varint(reader: Reader): number {
  let value = 0;
  for (let place = 0; place < MOST_VARINT_BYTES; place++) {
    const part = byte(reader);
    value += (part & 0x7f) * 2 ** (7 * place);
    if (part < 0x80) return value;
  }
  throw new Error('its description has a number without an end');
}

function skipStruct(reader: Reader, depth: number): void {
  if (depth > MOST_DEPTH) throw new Error(`its description is nested more than ${MOST_DEPTH} deep`);
  for (;;) {
    const head = byte(reader);
    const type = head & 0x0f;
    if (type === 0) return;
    if (head >> 4 === 0) varint(reader);
    // A flag is its own type.
    if (type > 2) skipValue(reader, type, depth);
  }
}

function skipValue(reader: Reader, type: number, depth: number): void {
  if (type <= 3) advance(reader, 1);
  else if (type <= 6) varint(reader);
  else if (type === 7) advance(reader, 8);
  else if (type === 8) advance(reader, varint(reader));
  else if (type === 9) {
    const head = byte(reader);
    const length = head >> 4 === 15 ? varint(reader) : head >> 4;
    // No value takes less than a byte.
    if (length > reader.view.byteLength - reader.offset) throw new BrokenOff('its description breaks off');
    for (let index = 0; index < length; index++) skipValue(reader, head & 0x0f, depth + 1);
  } else if (type === 12) skipStruct(reader, depth + 1);
  else throw new Error(`its description has a value of kind ${type}, which Parquet does not use`);
}
