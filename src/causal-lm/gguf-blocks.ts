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

export const BLOCK_TYPES: Readonly<Record<number, BlockType>> = {
  0: plain('F32', 4, (view, at) => view.getFloat32(at, true)),
  1: plain('F16', 2, (view, at) => float16(view.getUint16(at, true))),
  30: plain('BF16', 2, (view, at) => bfloat16(view.getUint16(at, true))),
  // 32 values share a scale; in the 4 and 5 bit types the low halves of the bytes are the first 16 values.
  8: {
    name: 'Q8_0',
    values: 32,
    bytes: 34,
    read(view, at, target, to) {
      const scale = float16(view.getUint16(at, true));
      for (let i = 0; i < 32; i++) target[to + i] = scale * view.getInt8(at + 2 + i);
    },
  },
  2: {
    name: 'Q4_0',
    values: 32,
    bytes: 18,
    read(view, at, target, to) {
      const scale = float16(view.getUint16(at, true));
      for (let i = 0; i < 16; i++) {
        const pair = view.getUint8(at + 2 + i);
        target[to + i] = scale * ((pair & 15) - 8);
        target[to + i + 16] = scale * ((pair >> 4) - 8);
      }
    },
  },
  3: {
    name: 'Q4_1',
    values: 32,
    bytes: 20,
    read(view, at, target, to) {
      const [scale, lowest] = [float16(view.getUint16(at, true)), float16(view.getUint16(at + 2, true))];
      for (let i = 0; i < 16; i++) {
        const pair = view.getUint8(at + 4 + i);
        target[to + i] = scale * (pair & 15) + lowest;
        target[to + i + 16] = scale * (pair >> 4) + lowest;
      }
    },
  },
  6: {
    name: 'Q5_0',
    values: 32,
    bytes: 22,
    read(view, at, target, to) {
      const scale = float16(view.getUint16(at, true));
      const high = view.getUint32(at + 2, true);
      for (let i = 0; i < 16; i++) {
        const pair = view.getUint8(at + 6 + i);
        target[to + i] = scale * (((pair & 15) | (((high >>> i) & 1) << 4)) - 16);
        target[to + i + 16] = scale * (((pair >> 4) | (((high >>> (i + 16)) & 1) << 4)) - 16);
      }
    },
  },
  7: {
    name: 'Q5_1',
    values: 32,
    bytes: 24,
    read(view, at, target, to) {
      const [scale, lowest] = [float16(view.getUint16(at, true)), float16(view.getUint16(at + 2, true))];
      const high = view.getUint32(at + 4, true);
      for (let i = 0; i < 16; i++) {
        const pair = view.getUint8(at + 8 + i);
        target[to + i] = scale * ((pair & 15) | (((high >>> i) & 1) << 4)) + lowest;
        target[to + i + 16] = scale * ((pair >> 4) | (((high >>> (i + 16)) & 1) << 4)) + lowest;
      }
    },
  },
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
