/**
 * What surrounds the thing shown: the colour along the edge of a picture, the part of the picture that it fills from the edge
 * inwards, and the box that is left. Borders, margins and other backgrounds fall away here.
 */
import type { Box, Colour, Raster } from './raster.ts';

const SAME_COLOUR = 0.07;

export interface Background {
  colour: Colour;
  /** Part of the edge that has this colour, in [0, 1]. */
  share: number;
}

const SURELY_SAME = (SAME_COLOUR * 0.999) ** 2;
const SURELY_OTHER = (SAME_COLOUR * 1.001) ** 2;

/** Whether a pixel has about this colour. Squares decide all but a few, since `Math.hypot` is slow. */
function isSame(pixels: Float32Array, index: number, colour: Colour): boolean {
  const dl = pixels[index * 3]! - colour[0];
  const da = pixels[index * 3 + 1]! - colour[1];
  const db = pixels[index * 3 + 2]! - colour[2];
  const square = dl * dl + da * da + db * db;
  if (square < SURELY_SAME) return true;
  return square <= SURELY_OTHER && Math.hypot(dl, da, db) <= SAME_COLOUR;
}

/** The commonest colour of the box's outermost pixels. */
export function backgroundOf({ width, pixels }: Raster, box: Box): Background {
  const ring: number[] = [];
  for (let x = box.left; x < box.right; x++) ring.push(box.top * width + x, (box.bottom - 1) * width + x);
  for (let y = box.top + 1; y < box.bottom - 1; y++) ring.push(y * width + box.left, y * width + box.right - 1);
  let best: Background = { colour: [1, 0, 0], share: 0 };
  const step = Math.max(1, Math.floor(ring.length / 24));
  for (let i = 0; i < ring.length; i += step) {
    const at = ring[i]! * 3;
    const candidate: Colour = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    let count = 0;
    const mean = [0, 0, 0];
    for (const index of ring) {
      if (!isSame(pixels, index, candidate)) continue;
      count++;
      for (let c = 0; c < 3; c++) mean[c]! += pixels[index * 3 + c]!;
    }
    if (count / ring.length > best.share) {
      best = { colour: [mean[0]! / count, mean[1]! / count, mean[2]! / count], share: count / ring.length };
    }
  }
  return best;
}

/** 1 where the background's colour reaches in from the edge of the box, one byte a pixel of the whole raster. */
export function backgroundMask({ width, height, pixels }: Raster, box: Box, colour: Colour): Uint8Array {
  const mask = new Uint8Array(width * height);
  const stack: number[] = [];
  const visit = (x: number, y: number) => {
    if (x < box.left || y < box.top || x >= box.right || y >= box.bottom) return;
    const index = y * width + x;
    if (mask[index] || !isSame(pixels, index, colour)) return;
    mask[index] = 1;
    stack.push(index);
  };
  for (let x = box.left; x < box.right; x++) {
    visit(x, box.top);
    visit(x, box.bottom - 1);
  }
  for (let y = box.top; y < box.bottom; y++) {
    visit(box.left, y);
    visit(box.right - 1, y);
  }
  while (stack.length > 0) {
    const index = stack.pop()!;
    const [x, y] = [index % width, Math.floor(index / width)];
    visit(x + 1, y);
    visit(x - 1, y);
    visit(x, y + 1);
    visit(x, y - 1);
  }
  return mask;
}

/** The box around what is not background; rows and columns with a few stray pixels do not count. Undefined where little is left. */
export function boxOfForeground({ width }: Raster, box: Box, mask: Uint8Array): Box | undefined {
  const columns = new Uint32Array(box.right - box.left);
  const rows = new Uint32Array(box.bottom - box.top);
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      if (mask[y * width + x]) continue;
      columns[x - box.left]!++;
      rows[y - box.top]!++;
    }
  }
  const needed = 2;
  const first = (counts: Uint32Array) => counts.findIndex((count) => count >= needed);
  const last = (counts: Uint32Array) => counts.findLastIndex((count) => count >= needed);
  if (first(columns) < 0 || first(rows) < 0) return undefined;
  const found = {
    left: box.left + first(columns),
    right: box.left + last(columns) + 1,
    top: box.top + first(rows),
    bottom: box.top + last(rows) + 1,
  };
  return found.right - found.left < 8 || found.bottom - found.top < 8 ? undefined : found;
}
