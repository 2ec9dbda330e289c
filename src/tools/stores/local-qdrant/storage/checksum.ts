/**
 * Checksums of rows (CRC-32 of the bytes and of where they belong). SQLite notices a page that is no page; a flipped byte inside a
 * text or a vector it hands out as it is.
 */
import { crc32 } from 'node:zlib';

const SEPARATOR = '\u0000';

/** Of a point's row. */
export const pointSum = (slot: number, id: number | string, payload: string): number =>
  crc32(`${slot}${SEPARATOR}${id}${SEPARATOR}${payload}`);

/** Of bytes that belong to a slot, a version or a part. */
export const bytesSum = (key: number, data: Uint8Array): number => crc32(data, key >>> 0);

/** Of a collection's name and configuration. */
export const configSum = (name: string, config: string): number => crc32(`${name}${SEPARATOR}${config}`);

/** Whether a stored sum fits; rows of an earlier format have none. */
export const sumFits = (stored: unknown, sum: number): boolean =>
  stored === null || stored === undefined || Number(stored) === sum;
