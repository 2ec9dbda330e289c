/**
 * The values of a Parquet file as its schema means them: decimals with all their digits, days as days, the shortest number that is the
 * same float, bytes as bytes. hyparquet gives lists as arrays, structs and maps as objects; what stands in them is changed in place of it.
 */
import { isUtf8 } from 'node:buffer';
import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';

export type Plain = string | number | boolean | null | Uint8Array | Plain[] | { [name: string]: Plain };

const isDecimal = ({ converted_type, logical_type }: SchemaElement) =>
  converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL';

/** Annotations by which hyparquet rounds, or refuses the column. */
function isRaw(element: SchemaElement): boolean {
  return isDecimal(element) || element.converted_type === 'INTERVAL' || element.converted_type === 'BSON';
}

/** The file's description for reading such columns as they are stored. */
export function withRawColumns(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element) => {
    if (!isRaw(element)) return element;
    const { converted_type: _converted, logical_type: _logical, ...raw } = element;
    return raw;
  });
  return { ...metadata, schema };
}

const NANOS = 1_000_000_000n;

/** ISO 8601 in UTC, with as many decimals of a second as are not zero, and three if there are any at all. */
function isoOf(nanos: bigint): string {
  const fraction = ((nanos % NANOS) + NANOS) % NANOS;
  const seconds = Number((nanos - fraction) / NANOS);
  const whole = new Date(seconds * 1000);
  if (Number.isNaN(whole.getTime())) return `${nanos} ns`;
  const digits = fraction.toString().padStart(9, '0');
  const shown = digits.endsWith('000000') ? digits.slice(0, 3) : digits.endsWith('000') ? digits.slice(0, 6) : digits;
  return `${whole.toISOString().slice(0, -5)}.${shown}Z`;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** What hyparquet makes of annotated columns, in place of dates and objects of its own. */
export const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => isoOf(BigInt(millis) * 1_000_000n) as unknown as Date,
  timestampFromMicroseconds: (micros: bigint) => isoOf(BigInt(micros) * 1_000n) as unknown as Date,
  timestampFromNanoseconds: (nanos: bigint) => isoOf(BigInt(nanos)) as unknown as Date,
  dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().replace(/T.*/, '') as unknown as Date,
  jsonFromBytes: (bytes: Uint8Array) => bytes && text(bytes),
  geometryFromBytes: (bytes: Uint8Array) => bytes,
  geographyFromBytes: (bytes: Uint8Array) => bytes,
};

function integerOf(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  return bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
}

function decimal(unscaled: bigint, scale: number): string {
  if (scale <= 0) return (unscaled * 10n ** BigInt(-scale)).toString();
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Floats of 32 bits below it have fewer digits the smaller they are. */
const LEAST_NORMAL = 2 ** -126;

/** The shortest decimal that is this float of 32 bits. */
function shortFloat(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let precision = Math.abs(value) < LEAST_NORMAL ? 1 : 6; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function timeOfDay(value: bigint, aSecond: bigint): string {
  const seconds = Number(value / aSecond);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const rest = (value % aSecond)
    .toString()
    .padStart(aSecond.toString().length - 1, '0')
    .replace(/0+$/, '');
  return rest === '' ? clock : `${clock}.${rest}`;
}

function timeUnit({ converted_type, logical_type }: SchemaElement): bigint | undefined {
  if (converted_type === 'TIME_MILLIS') return 1_000n;
  if (converted_type === 'TIME_MICROS') return 1_000_000n;
  if (logical_type?.type !== 'TIME') return undefined;
  return { MILLIS: 1_000n, MICROS: 1_000_000n, NANOS }[logical_type.unit];
}

function interval(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [months, days, millis] = [0, 4, 8].map((at) => view.getUint32(at, true));
  return `${months} months ${days} days ${millis! / 1000} s`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what no text has
const CONTROL = /[\0-\x08\x0e-\x1f]/;

function leaf(element: SchemaElement, value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (isDecimal(element)) {
    const unscaled = value instanceof Uint8Array ? integerOf(value) : BigInt(value as number | bigint);
    return decimal(unscaled, element.scale ?? 0);
  }
  const unit = timeUnit(element);
  if (unit !== undefined && (typeof value === 'number' || typeof value === 'bigint')) {
    return timeOfDay(BigInt(value), unit);
  }
  if (value instanceof Uint8Array) {
    if (element.converted_type === 'INTERVAL' && value.length === 12) return interval(value);
    // Older writers do not mark their texts as such.
    const unmarked = element.converted_type === undefined && element.type === 'BYTE_ARRAY';
    if ((unmarked || element.converted_type === 'ENUM') && isUtf8(value)) {
      const words = text(value);
      if (!CONTROL.test(words)) return words;
    }
    // Of its own: what is sent to another thread takes all the memory with it that it is a part of.
    return value.slice();
  }
  if (typeof value === 'number') return element.type === 'FLOAT' ? shortFloat(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? inner.toString() : inner));
}

/** A value of the column at `node`, by its place in the schema. */
export function plainValue(node: SchemaTree, value: unknown): Plain {
  if (value === null || value === undefined) return null;
  const [only] = node.children;
  if (only === undefined) {
    return Array.isArray(value) ? value.map((part) => leaf(node.element, part)) : leaf(node.element, value);
  }
  if (Array.isArray(value)) {
    // A list, whose parts stand two levels below, or a group that repeats.
    const isList = node.children.length === 1 && only.element.repetition_type === 'REPEATED';
    const part = isList && only.children.length === 1 ? only.children[0]! : isList ? only : undefined;
    return value.map((inner) => (part ? plainValue(part, inner) : struct(node, inner)));
  }
  const isMap = node.children.length === 1 && only.element.repetition_type === 'REPEATED' && only.children.length === 2;
  if (isMap && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, inner]) => [key, plainValue(only.children[1]!, inner)]);
    return Object.fromEntries(entries);
  }
  return struct(node, value);
}

function struct(node: SchemaTree, value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object' || value instanceof Uint8Array) return leaf(node.element, value);
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(
    node.children.map((child) => [child.element.name, plainValue(child, fields[child.element.name])]),
  );
}
