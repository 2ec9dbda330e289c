/**
 * The numbers that describe a square picture: where which colours lie, how much of each colour there is, where edges of which
 * direction lie. Each block has length 1 times the root of its weight, so that a cosine is the weighted mean of the blocks'.
 */
import type { Raster } from './raster.ts';

export interface FeatureWeights {
  /** Mean colours on a grid. */
  layout: number;
  /** Amounts of colours, wherever they are. */
  palette: number;
  /** Edge directions on a grid. */
  edges: number;
}

export const VIEW_SIZE = 48;
const LAYOUT_GRID = 6;
const EDGE_GRID = 6;
const DIRECTIONS = 8;
/** Colours are counted in soft bins about these: lightness x hue ring, and greys. */
const PALETTE_LIGHTNESS = [0.35, 0.6, 0.85];
const PALETTE_HUES = 10;
const PALETTE_GREYS = 5;
const CHROMATIC = 0.06;
/** Of an edge. */
const WEAKEST = 0.04;

export const DIMENSION =
  LAYOUT_GRID ** 2 * 3 + PALETTE_LIGHTNESS.length * PALETTE_HUES + PALETTE_GREYS + EDGE_GRID ** 2 * DIRECTIONS;

/** `view` is `VIEW_SIZE` pixels square. A picture without colour says nothing of colours: `achromatic` leaves them out. */
export function features(view: Raster, weights: FeatureWeights, { achromatic = false } = {}): Float32Array {
  const out = new Float32Array(DIMENSION);
  let offset = 0;
  const put = (block: Float32Array, weight: number) => {
    let square = 0;
    for (const value of block) square += value * value;
    const scale = square === 0 ? 0 : Math.sqrt(weight / square);
    for (let i = 0; i < block.length; i++) out[offset + i] = block[i]! * scale;
    offset += block.length;
  };
  put(layout(view), achromatic ? 0 : weights.layout);
  put(palette(view), achromatic ? 0 : weights.palette);
  put(edges(view), weights.edges);
  let square = 0;
  for (const value of out) square += value * value;
  const scale = square === 0 ? 0 : 1 / Math.sqrt(square);
  for (let i = 0; i < out.length; i++) out[i]! *= scale;
  return out;
}

interface Cells {
  first: Uint8Array;
  second: Uint8Array;
  /** Of the second. */
  share: Float64Array;
}

/** For each pixel along an edge of a view the cells it lies between. */
function softCells(cells: number): Cells {
  const places = Array.from({ length: VIEW_SIZE }, (_, place) => softCell((place + 0.5) / VIEW_SIZE, cells));
  return {
    first: Uint8Array.from(places, ([first]) => first),
    second: Uint8Array.from(places, ([, second]) => second),
    share: Float64Array.from(places, ([, , share]) => share),
  };
}

/** The two cells a coordinate lies between and its share of the second: cells overlap, so that a small shift changes little. */
function softCell(position: number, cells: number): [number, number, number] {
  const at = Math.min(cells - 1, Math.max(0, position * cells - 0.5));
  const low = Math.min(cells - 1, Math.floor(at));
  return [low, Math.min(cells - 1, low + 1), at - low];
}

const LAYOUT_CELLS = softCells(LAYOUT_GRID);
const EDGE_CELLS = softCells(EDGE_GRID);

const cellAt = ({ first, second }: Cells, place: number, side: number): number =>
  side === 0 ? first[place]! : second[place]!;
const shareAt = ({ share }: Cells, place: number, side: number): number =>
  side === 0 ? 1 - share[place]! : share[place]!;

function layout({ width, height, pixels }: Raster): Float32Array {
  const block = new Float32Array(LAYOUT_GRID ** 2 * 3);
  const mass = new Float32Array(LAYOUT_GRID ** 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      for (let corner = 0; corner < 4; corner++) {
        const cell = cellAt(LAYOUT_CELLS, y, corner >> 1) * LAYOUT_GRID + cellAt(LAYOUT_CELLS, x, corner & 1);
        const share = shareAt(LAYOUT_CELLS, y, corner >> 1) * shareAt(LAYOUT_CELLS, x, corner & 1);
        mass[cell]! += share;
        // Centred on a light grey, and colour counted for more than lightness.
        block[cell * 3]! += share * (pixels[at]! - 0.7);
        block[cell * 3 + 1]! += share * pixels[at + 1]! * 2.5;
        block[cell * 3 + 2]! += share * pixels[at + 2]! * 2.5;
      }
    }
  }
  for (let cell = 0; cell < mass.length; cell++) for (let c = 0; c < 3; c++) block[cell * 3 + c]! /= mass[cell] || 1;
  return block;
}

function palette({ width, height, pixels }: Raster): Float32Array {
  const block = new Float32Array(PALETTE_LIGHTNESS.length * PALETTE_HUES + PALETTE_GREYS);
  for (let i = 0; i < width * height; i++) {
    const lightness = pixels[i * 3]!;
    const [a, b] = [pixels[i * 3 + 1]!, pixels[i * 3 + 2]!];
    const isGrey = Math.abs(a) + Math.abs(b) < 0.499 * CHROMATIC;
    const colourful = isGrey ? 0 : Math.min(1, Math.max(0, (Math.hypot(a, b) - CHROMATIC / 2) / CHROMATIC));
    const [g0, g1, fg] = softCell(lightness, PALETTE_GREYS);
    const greys = PALETTE_LIGHTNESS.length * PALETTE_HUES;
    block[greys + g0]! += (1 - colourful) * (1 - fg);
    block[greys + g1]! += (1 - colourful) * fg;
    if (colourful === 0) continue;
    const turn = (Math.atan2(b, a) / (2 * Math.PI) + 1) % 1;
    const hue = Math.floor(turn * PALETTE_HUES) % PALETTE_HUES;
    const fh = turn * PALETTE_HUES - Math.floor(turn * PALETTE_HUES);
    const step = Math.min(1.999, Math.max(0, (lightness - PALETTE_LIGHTNESS[0]!) / 0.25));
    const level = Math.floor(step);
    const fl = step - level;
    const next = (hue + 1) % PALETTE_HUES;
    block[level * PALETTE_HUES + hue]! += colourful * (1 - fl) * (1 - fh);
    block[level * PALETTE_HUES + next]! += colourful * (1 - fl) * fh;
    block[(level + 1) * PALETTE_HUES + hue]! += colourful * fl * (1 - fh);
    block[(level + 1) * PALETTE_HUES + next]! += colourful * fl * fh;
  }
  return block.map(Math.sqrt);
}

/** Unsigned directions; of the three channels the one with the strongest edge counts. */
function edges({ width, height, pixels }: Raster): Float32Array {
  const block = new Float32Array(EDGE_GRID ** 2 * DIRECTIONS);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      let [gx, gy, strength] = [0, 0, 0];
      for (let c = 0; c < 3; c++) {
        const at = (y * width + x) * 3 + c;
        const dx = pixels[at + 3]! - pixels[at - 3]!;
        const dy = pixels[at + width * 3]! - pixels[at - width * 3]!;
        // Too weak to count in any case, and `Math.hypot` is slow.
        if (Math.abs(dx) + Math.abs(dy) < 0.8 * WEAKEST) continue;
        const magnitude = Math.hypot(dx, dy) * (c === 0 ? 1 : 1.2);
        if (magnitude > strength) [gx, gy, strength] = [dx, dy, magnitude];
      }
      if (strength < WEAKEST) continue;
      const turn = (Math.atan2(gy, gx) / Math.PI + 1) % 1;
      const d0 = Math.floor(turn * DIRECTIONS) % DIRECTIONS;
      const fd = turn * DIRECTIONS - Math.floor(turn * DIRECTIONS);
      const d1 = (d0 + 1) % DIRECTIONS;
      const weight = Math.sqrt(strength);
      for (let corner = 0; corner < 4; corner++) {
        const cell = cellAt(EDGE_CELLS, y, corner >> 1) * EDGE_GRID + cellAt(EDGE_CELLS, x, corner & 1);
        const share = shareAt(EDGE_CELLS, y, corner >> 1) * shareAt(EDGE_CELLS, x, corner & 1);
        block[cell * DIRECTIONS + d0]! += weight * share * (1 - fd);
        block[cell * DIRECTIONS + d1]! += weight * share * fd;
      }
    }
  }
  return block.map(Math.sqrt);
}
