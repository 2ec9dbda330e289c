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
      for (let c = 0; c < 3; c++) {
        pixels[(y * width + x) * 3 + c] = inside ? bilinear(raster, sourceX, sourceY, c) : fill[c]!;
      }
    }
  }
  return { width, height, pixels };
}

function bilinear({ width, height, pixels }: Raster, x: number, y: number, channel: number): number {
  const left = Math.min(width - 1, Math.max(0, Math.floor(x)));
  const top = Math.min(height - 1, Math.max(0, Math.floor(y)));
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const fx = Math.min(1, Math.max(0, x - left));
  const fy = Math.min(1, Math.max(0, y - top));
  const at = (px: number, py: number) => pixels[(py * width + px) * 3 + channel]!;
  const upper = at(left, top) * (1 - fx) + at(right, top) * fx;
  const lower = at(left, bottom) * (1 - fx) + at(right, bottom) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** The box stretched to `size` x `size`, by area averages where it shrinks. */
export function square(raster: Raster, box: Box, size: number): Raster {
  const pixels = new Float32Array(size * size * 3);
  const stepX = (box.right - box.left) / size;
  const stepY = (box.bottom - box.top) / size;
  const tapsX = Math.max(1, Math.ceil(stepX));
  const tapsY = Math.max(1, Math.ceil(stepY));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let ty = 0; ty < tapsY; ty++) {
          for (let tx = 0; tx < tapsX; tx++) {
            const sourceX = box.left + (x + (tx + 0.5) / tapsX) * stepX - 0.5;
            const sourceY = box.top + (y + (ty + 0.5) / tapsY) * stepY - 0.5;
            sum += bilinear(raster, sourceX, sourceY, c);
          }
        }
        pixels[(y * size + x) * 3 + c] = sum / (tapsX * tapsY);
      }
    }
  }
  return { width: size, height: size, pixels };
}
