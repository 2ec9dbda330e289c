/**
 * The values of a page without its nulls, some at a time where the encoding allows it. hyparquet takes them apart; how many there are, and
 * how long, is checked against the bytes that are there.
 */
import type { DecodedArray, Encoding, ParquetType } from 'hyparquet';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import type { Budget } from './file-bytes.ts';
import { RunLengths } from './run-lengths.ts';

/** Gives the next so many; throws where there are fewer. */
export type NextValues = (count: number) => DecodedArray;

export interface Stored {
  /** The page from its first value on. */
  bytes: Uint8Array;
  type: ParquetType;
  /** Bytes of a value of fixed length. */
  width: number | undefined;
}

interface Reader {
  view: DataView;
  offset: number;
}

const WIDTHS: Partial<Record<ParquetType, number>> = {
  INT32: 4,
  INT64: 8,
  INT96: 12,
  FLOAT: 4,
  DOUBLE: 8,
  BYTE_ARRAY: 4,
};

const brokenOff = () => new Error('the values of a page break off');

const readerOf = (bytes: Uint8Array): Reader => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  offset: 0,
});

/** The least bytes that a value takes. */
function leastWidth({ type, width }: Stored): number {
  const least = type === 'FIXED_LEN_BYTE_ARRAY' ? width : WIDTHS[type];
  if (!(least! > 0)) throw new Error(`it does not say how long a value of kind ${type} is`);
  return least!;
}

/** Values one after the other, also those of a dictionary. */
export function plainValues(stored: Stored): NextValues {
  if (stored.type === 'BOOLEAN') return plainBits(stored.bytes);
  const least = leastWidth(stored);
  const reader = readerOf(stored.bytes);
  return (count) => {
    if (count * least > stored.bytes.length - reader.offset) throw brokenOff();
    const values = readPlain(reader, stored.type, count, stored.width);
    if (reader.offset > stored.bytes.length) throw brokenOff();
    return values;
  };
}

function plainBits(bytes: Uint8Array): NextValues {
  let at = 0;
  return (count) => {
    if (at + count > bytes.length * 8) throw brokenOff();
    return Array.from({ length: count }, () => {
      const bit = ((bytes[at >>> 3]! >> (at & 7)) & 1) === 1;
      at++;
      return bit;
    });
  };
}

function runsOfBits(bytes: Uint8Array): NextValues {
  if (bytes.length < 4) throw brokenOff();
  const runs = new RunLengths(bytes, { start: 4, end: bytes.length, width: 1 });
  return (count) => Array.from(runs.read(count), (bit) => bit === 1);
}

function fromDictionary(bytes: Uint8Array, dictionary: DecodedArray | undefined): NextValues {
  if (!dictionary) throw new Error('a page needs a dictionary that is not there');
  const runs = new RunLengths(bytes, { start: 1, end: bytes.length, width: bytes[0]! });
  return (count) =>
    Array.from(runs.read(count), (place) => {
      if (place >= dictionary.length) throw new Error('a value stands beyond the end of its dictionary');
      return dictionary[place];
    });
}

/** All of them, for they are told as differences. `most`: the values of the page. */
function differences(
  reader: Reader,
  { type, most, budget }: { type: 'INT32' | 'INT64'; most: number; budget: Budget },
) {
  const head = { ...reader };
  const block = readVarInt(head);
  const parts = readVarInt(head);
  const count = readVarInt(head);
  const fits = parts > 0 && parts <= reader.view.byteLength && block > 0 && block % parts === 0;
  if (!fits || (block / parts) % 8 !== 0 || count < 0 || count > most)
    throw new Error('the differences of a page are damaged');
  budget.take(count * 8);
  const values = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
  deltaBinaryUnpack(reader, count, values);
  return values;
}

/** Byte arrays whose lengths stand before them, and where `shared` how much each has of the one before. */
function byteArrays(reader: Reader, lengths: Int32Array, { shared, budget }: { shared?: Int32Array; budget: Budget }) {
  const { view } = reader;
  let before = new Uint8Array();
  return Array.from(lengths, (length, index) => {
    const kept = shared?.[index] ?? 0;
    if (length < 0 || length > view.byteLength - reader.offset || kept < 0 || kept > before.length) throw brokenOff();
    const rest = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + reader.offset, length);
    reader.offset += length;
    if (kept === 0) {
      before = rest;
      return rest;
    }
    budget.take(kept + length);
    const whole = new Uint8Array(kept + length);
    whole.set(before.subarray(0, kept));
    whole.set(rest, kept);
    before = whole;
    return whole;
  });
}

function inTurn(values: DecodedArray): NextValues {
  let at = 0;
  return (count) => {
    if (at + count > values.length) throw brokenOff();
    at += count;
    return values.slice(at - count, at);
  };
}

interface Known {
  encoding: Encoding | undefined;
  dictionary: DecodedArray | undefined;
  /** Values of the page, nulls included. */
  most: number;
  budget: Budget;
}

/** Those of a dictionary come as they stand in `dictionary`. */
export function pageValues(stored: Stored, { encoding, dictionary, most, budget }: Known): NextValues {
  const { bytes, type } = stored;
  const reader = readerOf(bytes);
  // Of nulls alone, whatever it is encoded as.
  if (bytes.length === 0) return inTurn([]);
  switch (encoding) {
    case 'PLAIN':
      return plainValues(stored);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      return fromDictionary(bytes, dictionary);
    case 'RLE':
      if (type !== 'BOOLEAN') break;
      return runsOfBits(bytes);
    case 'BYTE_STREAM_SPLIT':
      budget.take(bytes.length);
      return inTurn(byteStreamSplit(reader, Math.floor(bytes.length / leastWidth(stored)), type, stored.width));
    case 'DELTA_BINARY_PACKED':
      if (type !== 'INT32' && type !== 'INT64') break;
      return inTurn(differences(reader, { type, most, budget }));
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return inTurn(byteArrays(reader, differences(reader, { type: 'INT32', most, budget }) as Int32Array, { budget }));
    case 'DELTA_BYTE_ARRAY': {
      const shared = differences(reader, { type: 'INT32', most, budget }) as Int32Array;
      const lengths = differences(reader, { type: 'INT32', most, budget }) as Int32Array;
      if (shared.length !== lengths.length) throw brokenOff();
      return inTurn(byteArrays(reader, lengths, { shared, budget }));
    }
  }
  throw new Error(`a page of ${type} is encoded as ${encoding ?? 'something not known'}`);
}
