/** The fast sampling of pictures equals the plain definition, bit by bit: stored vectors were made with it. */
import { expect, test } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { backgroundMask, backgroundOf } from '../../../src/tools/encoders/image/background.ts';
import { type Box, type Raster, rotated, square, wholeOf } from '../../../src/tools/encoders/image/raster.ts';

const random = keyedRandom('raster', 1);

/** Few colours that lie near each other, so that the bounds of likeness are tried too. */
function picture(width: number, height: number): Raster {
  const pixels = new Float32Array(width * height * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(random.next() * 4) * 0.035;
  return { width, height, pixels };
}

function between({ width, height, pixels }: Raster, x: number, y: number, channel: number): number {
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const [left, top] = [clamp(Math.floor(x), width - 1), clamp(Math.floor(y), height - 1)];
  const [right, bottom] = [clamp(left + 1, width - 1), clamp(top + 1, height - 1)];
  const [fx, fy] = [clamp(x - left, 1), clamp(y - top, 1)];
  const at = (px: number, py: number) => pixels[(py * width + px) * 3 + channel]!;
  const upper = at(left, top) * (1 - fx) + at(right, top) * fx;
  const lower = at(left, bottom) * (1 - fx) + at(right, bottom) * fx;
  return upper * (1 - fy) + lower * fy;
}

function plainSquare(raster: Raster, box: Box, size: number): Float32Array {
  const [stepX, stepY] = [(box.right - box.left) / size, (box.bottom - box.top) / size];
  const [tapsX, tapsY] = [Math.max(1, Math.ceil(stepX)), Math.max(1, Math.ceil(stepY))];
  return Float32Array.from({ length: size * size * 3 }, (_, index) => {
    const [channel, x, y] = [index % 3, Math.floor(index / 3) % size, Math.floor(index / 3 / size)];
    let sum = 0;
    for (let ty = 0; ty < tapsY; ty++) {
      for (let tx = 0; tx < tapsX; tx++) {
        const sourceX = box.left + (x + (tx + 0.5) / tapsX) * stepX - 0.5;
        const sourceY = box.top + (y + (ty + 0.5) / tapsY) * stepY - 0.5;
        sum += between(raster, sourceX, sourceY, channel);
      }
    }
    return sum / (tapsX * tapsY);
  });
}

test.each([
  [20, 31, 12],
  [64, 7, 16],
  [9, 9, 24],
  [1, 5, 8],
])('a picture of %d x %d pixels, or a part of it, stretched to %d', (width, height, size) => {
  const raster = picture(width, height);
  const part = { left: width >> 2, top: height >> 2, right: width, bottom: height - (height >> 3) };
  for (const box of [wholeOf(raster), part])
    expect(square(raster, box, size).pixels).toEqual(plainSquare(raster, box, size));
});

test.each([-13, 4.5, 9, 180])('turned by %d degrees, the corners filled', (degrees) => {
  const raster = picture(24, 15);
  const turned = rotated(raster, degrees, [1, 0.5, 0.25]);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const expected = Float32Array.from(turned.pixels, (_, index) => {
    const [channel, x, y] = [index % 3, Math.floor(index / 3) % turned.width, Math.floor(index / 3 / turned.width)];
    const [dx, dy] = [x + 0.5 - turned.width / 2, y + 0.5 - turned.height / 2];
    const sourceX = dx * cos + dy * sin + raster.width / 2 - 0.5;
    const sourceY = -dx * sin + dy * cos + raster.height / 2 - 0.5;
    const isInside = sourceX > -0.5 && sourceY > -0.5 && sourceX < raster.width - 0.5 && sourceY < raster.height - 0.5;
    return isInside ? between(raster, sourceX, sourceY, channel) : [1, 0.5, 0.25][channel]!;
  });
  expect(turned.pixels).toEqual(expected);
});

test('the background is what can be reached from the edge over pixels within 0.07 of its colour', () => {
  for (let round = 0; round < 20; round++) {
    const raster = picture(14, 11);
    const { width, height, pixels } = raster;
    const { colour } = backgroundOf(raster, wholeOf(raster));
    const isAlike = (at: number) =>
      Math.hypot(pixels[at * 3]! - colour[0], pixels[at * 3 + 1]! - colour[1], pixels[at * 3 + 2]! - colour[2]) <= 0.07;
    const expected = new Uint8Array(width * height);
    for (let changed = true; changed; ) {
      changed = false;
      for (let at = 0; at < expected.length; at++) {
        const [x, y] = [at % width, Math.floor(at / width)];
        const isEdge = x === 0 || y === 0 || x === width - 1 || y === height - 1;
        const isReached =
          isEdge || expected[at - 1] || expected[at + 1] || expected[at - width] || expected[at + width];
        if (expected[at] || !isAlike(at) || !isReached) continue;
        expected[at] = 1;
        changed = true;
      }
    }
    expect(backgroundMask(raster, wholeOf(raster), colour)).toEqual(expected);
  }
});
