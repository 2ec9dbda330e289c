/**
 * Pictures as numbers: decoded at a small size into OKLab (lightness and two opponent colours, in which equal distances look
 * about equally different; Ottosson 2020), and sampled through rotated, cropped windows.
 */
import { isR1RouterError, messageOf, userError } from '../../../common/errors.ts';
import { importSharp } from '../../../common/native-packages.ts';

/** Row by row, three numbers a pixel: L in [0, 1], a and b in about [-0.4, 0.4]. */
export interface Raster {
  width: number;
  height: number;
  pixels: Float32Array;
}

export type Colour = readonly [number, number, number];

/** A rectangle in pixel coordinates of a raster, right and bottom exclusive. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface ImageLimits {
  /** Of the encoded file. */
  bytes?: number;
  /** Of the decoded picture. */
  pixels?: number;
}

const LINEAR = Float32Array.from({ length: 256 }, (_, i) => {
  const value = i / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/**
 * Decodes PNG, JPEG, WebP and what else sharp reads, fitted into `size` x `size` with the aspect kept; transparent parts become
 * white. Throws `image-too-large` and `image-unreadable`.
 */
export async function decodeRaster(
  bytes: Uint8Array,
  size: number,
  { bytes: maxBytes = 25_000_000, pixels: maxPixels = 50_000_000 }: ImageLimits = {},
): Promise<Raster> {
  if (bytes.length === 0)
    throw userError('image-unreadable', 'Image: the file is empty; give a PNG, JPEG or WebP file');
  if (bytes.length > maxBytes) {
    throw userError('image-too-large', `Image: ${bytes.length} bytes, at most ${maxBytes} are read; shrink it first`);
  }
  // Loaded with the first picture: it takes 40 ms, and a store opens without it.
  const sharp = await importSharp();
  try {
    const decoder = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' });
    const { width, height } = await decoder.metadata();
    if (width * height > maxPixels) {
      throw userError(
        'image-too-large',
        `Image: ${width} x ${height} pixels, at most ${maxPixels} are read; shrink it first`,
      );
    }
    const { data, info } = await decoder
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize({ width: size, height: size, fit: 'inside' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return toOklab(data, info);
  } catch (error) {
    if (isR1RouterError(error)) throw error;
    const message = messageOf(error);
    if (/pixel limit/i.test(message)) {
      throw userError('image-too-large', `Image: more than ${maxPixels} pixels; shrink it first`, error);
    }
    throw userError('image-unreadable', `Image: cannot be decoded (${message}); give a PNG, JPEG or WebP file`, error);
  }
}

function toOklab(
  data: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Raster {
  const pixels = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const red = LINEAR[data[i * channels]!]!;
    const green = LINEAR[data[i * channels + Math.min(1, channels - 1)]!]!;
    const blue = LINEAR[data[i * channels + Math.min(2, channels - 1)]!]!;
    const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    pixels[i * 3] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
    pixels[i * 3 + 1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
    pixels[i * 3 + 2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  }
  return { width, height, pixels };
}

export function wholeOf({ width, height }: Raster): Box {
  return { left: 0, top: 0, right: width, bottom: height };
}

/** Turned clockwise by `degrees` about the centre on a canvas that holds all of it; the new corners get `fill`. */
export function rotated(raster: Raster, degrees: number, fill: Colour): Raster {
  if (degrees === 0) return raster;
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const width = Math.ceil(Math.abs(raster.width * cos) + Math.abs(raster.height * sin));
  const height = Math.ceil(Math.abs(raster.width * sin) + Math.abs(raster.height * cos));
  const pixels = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx = x + 0.5 - width / 2;
      const dy = y + 0.5 - height / 2;
      const sourceX = dx * cos + dy * sin + raster.width / 2 - 0.5;
      const sourceY = -dx * sin + dy * cos + raster.height / 2 - 0.5;
      const inside = sourceX > -0.5 && sourceY > -0.5 && sourceX < raster.width - 0.5 && sourceY < raster.height - 0.5;
      const to = (y * width + x) * 3;
      if (!inside) pixels.set(fill, to);
      else addBilinear(pixels, to, raster, tapAt(sourceX, raster.width), tapAt(sourceY, raster.height));
    }
  }
  return { width, height, pixels };
}

/** Two neighbours along one axis, and the share of the second. */
interface Tap {
  near: number;
  far: number;
  share: number;
}

function tapAt(position: number, length: number): Tap {
  const near = Math.min(length - 1, Math.max(0, Math.floor(position)));
  return { near, far: Math.min(length - 1, near + 1), share: Math.min(1, Math.max(0, position - near)) };
}

/** Adds the colour between four pixels. */
function addBilinear(target: Float32Array | Float64Array, to: number, { width, pixels }: Raster, x: Tap, y: Tap): void {
  const [above, below] = [y.near * width, y.far * width];
  const [topLeft, topRight] = [(above + x.near) * 3, (above + x.far) * 3];
  const [bottomLeft, bottomRight] = [(below + x.near) * 3, (below + x.far) * 3];
  for (let c = 0; c < 3; c++) {
    const upper = pixels[topLeft + c]! * (1 - x.share) + pixels[topRight + c]! * x.share;
    const lower = pixels[bottomLeft + c]! * (1 - x.share) + pixels[bottomRight + c]! * x.share;
    target[to + c]! += upper * (1 - y.share) + lower * y.share;
  }
}

/** The box stretched to `size` x `size`, by area averages where it shrinks. */
export function square(raster: Raster, box: Box, size: number): Raster {
  const pixels = new Float32Array(size * size * 3);
  const columns = tapsOf(box.left, box.right, size, raster.width);
  const rows = tapsOf(box.top, box.bottom, size, raster.height);
  const sum = new Float64Array(3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      sum.fill(0);
      for (const row of rows[y]!) for (const column of columns[x]!) addBilinear(sum, 0, raster, column, row);
      const count = rows[y]!.length * columns[x]!.length;
      for (let c = 0; c < 3; c++) pixels[(y * size + x) * 3 + c] = sum[c]! / count;
    }
  }
  return { width: size, height: size, pixels };
}

/** Where each of `size` places between two edges is read: at as many points as it covers pixels. */
function tapsOf(from: number, to: number, size: number, length: number): Tap[][] {
  const step = (to - from) / size;
  const count = Math.max(1, Math.ceil(step));
  return Array.from({ length: size }, (_, place) =>
    Array.from({ length: count }, (_, tap) => tapAt(from + (place + (tap + 0.5) / count) * step - 0.5, length)),
  );
}
