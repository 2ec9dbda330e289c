/**
 * The block types that weights are quantised in: some values share a scale, and in the K types a block of 256 shares the scales of its
 * parts. Layouts: ggml's `ggml-quants.c`.
 */
import { bfloat16, float16 } from '../common/safetensors.ts';

export interface BlockType {
  name: string;
  /** Values of a block, and its bytes. */
  values: number;
  bytes: number;
  read(view: DataView, at: number, target: Float32Array, to: number): void;
}

const plain = (name: string, bytes: number, one: (view: DataView, at: number) => number): BlockType => ({
  name,
  values: 1,
  bytes,
  read: (view, at, target, to) => {
    target[to] = one(view, at);
  },
});

/**
 * 32 values of 4 or 5 bits under one scale, and above the lowest of them where that is kept. The low halves of the bytes are the first
 * 16 values; the fifth bits stand before them, one word in all.
 */
function halves(
  name: string,
  { zero = 0, hasLowest = false, hasFifthBit = false }: { zero?: number; hasLowest?: boolean; hasFifthBit?: boolean },
): BlockType {
  const fifthBits = hasLowest ? 4 : 2;
  const pairs = fifthBits + (hasFifthBit ? 4 : 0);
  return {
    name,
    values: 32,
    bytes: pairs + 16,
    read(view, at, target, to) {
      const scale = float16(view.getUint16(at, true));
      const lowest = hasLowest ? float16(view.getUint16(at + 2, true)) : 0;
      const high = hasFifthBit ? view.getUint32(at + fifthBits, true) : 0;
      for (let i = 0; i < 16; i++) {
        const pair = view.getUint8(at + pairs + i);
        target[to + i] = scale * (((pair & 15) | (((high >>> i) & 1) << 4)) - zero) + lowest;
        target[to + i + 16] = scale * (((pair >> 4) | (((high >>> (i + 16)) & 1) << 4)) - zero) + lowest;
      }
    },
  };
}

export const BLOCK_TYPES: Readonly<Record<number, BlockType>> = {
  0: plain('F32', 4, (view, at) => view.getFloat32(at, true)),
  1: plain('F16', 2, (view, at) => float16(view.getUint16(at, true))),
  30: plain('BF16', 2, (view, at) => bfloat16(view.getUint16(at, true))),
  8: {
    name: 'Q8_0',
    values: 32,
    bytes: 34,
    read(view, at, target, to) {
      const scale = float16(view.getUint16(at, true));
      for (let i = 0; i < 32; i++) target[to + i] = scale * view.getInt8(at + 2 + i);
    },
  },
  2: halves('Q4_0', { zero: 8 }),
  3: halves('Q4_1', { hasLowest: true }),
  6: halves('Q5_0', { zero: 16, hasFifthBit: true }),
  7: halves('Q5_1', { hasLowest: true, hasFifthBit: true }),
  12: {
    name: 'Q4_K',
    values: 256,
    bytes: 144,
    read: (view, at, target, to) => readByParts(view, { at, nibbles: at + 16 }, target, to),
  },
  13: {
    name: 'Q5_K',
    values: 256,
    bytes: 176,
    read: (view, at, target, to) => readByParts(view, { at, high: at + 16, nibbles: at + 48 }, target, to),
  },
  14: {
    name: 'Q6_K',
    values: 256,
    bytes: 210,
    read(view, at, target, to) {
      const scale = float16(view.getUint16(at + 208, true));
      for (let i = 0; i < 256; i++) {
        const [half, quarter, place] = [i >> 7, (i >> 5) & 3, i & 31];
        const low = view.getUint8(at + half * 64 + (quarter & 1) * 32 + place) >> (quarter > 1 ? 4 : 0);
        const high = view.getUint8(at + 128 + half * 32 + place) >> (2 * quarter);
        const part = view.getInt8(at + 192 + (i >> 4));
        target[to + i] = scale * part * (((low & 15) | ((high & 3) << 4)) - 32);
      }
    },
  },
};

/** Eight parts of 32 values, each with a scale and a lowest value of 6 bits; `high` is where fifth bits lie, a bit a part. */
function readByParts(
  view: DataView,
  { at, nibbles, high }: { at: number; nibbles: number; high?: number },
  target: Float32Array,
  to: number,
): void {
  const [scale, lowest] = [float16(view.getUint16(at, true)), float16(view.getUint16(at + 2, true))];
  const packed = (place: number): number => view.getUint8(at + 4 + place);
  for (let part = 0; part < 8; part++) {
    // Of the last four parts the low four bits are packed in pairs, the upper two ride on those of the first four.
    const isFirst = part < 4;
    const ofScale = isFirst ? packed(part) & 63 : (packed(part + 4) & 15) | ((packed(part - 4) >> 6) << 4);
    const ofLowest = isFirst ? packed(part + 4) & 63 : (packed(part + 4) >> 4) | ((packed(part) >> 6) << 4);
    for (let i = 0; i < 32; i++) {
      const pair = view.getUint8(nibbles + (part >> 1) * 32 + i);
      const low = part & 1 ? pair >> 4 : pair & 15;
      const fifth = high === undefined ? 0 : (view.getUint8(high + i) >> part) & 1;
      target[to + part * 32 + i] = scale * ofScale * (low | (fifth << 4)) - lowest * ofLowest;
    }
  }
}

/** What ggml calls its types, for messages; those without a reader are not supported. */
export const TYPE_NAMES: Readonly<Record<number, string>> = {
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
};
