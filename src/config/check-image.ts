/**
 * The border for images of questions, from a file, a data URL or raw bytes: only a PNG, JPEG or WebP that decodes, of bounded
 * size in bytes and in pixels, goes further. Every refusal is a user error that says what to send instead.
 */
import { open } from 'node:fs/promises';
import { isR1RouterError, messageOf, userError } from '../common/errors.ts';
import { importSharp } from '../common/native-packages.ts';

const IMAGE_BYTE_LIMIT = 10 * 1024 * 1024;
/** Decoding a pixel costs 4 bytes: 50 megapixels are 200 MB for a moment. */
const IMAGE_PIXEL_LIMIT = 50_000_000;

/** A file that claims more pixels than this was made to be costly: a page of plain white has a hundred a byte. */
const PIXELS_PER_BYTE = 1_000;
const PIXELS_FREE = 4_000_000;

const FORMATS: ReadonlySet<string> = new Set(['png', 'jpeg', 'webp']);

interface CheckedImage {
  bytes: Uint8Array;
  format: string;
  width: number;
  height: number;
}

export interface ImageLimits {
  byteLimit?: number;
  pixelLimit?: number;
  /** Waits until so many pixels may be decoded; what it returns is called when they are. */
  beforeDecoding?: (pixels: number) => Promise<() => void>;
}

/** Throws `image-missing`, and what `checkImage` throws. */
export async function readImageFile(path: string, limits: ImageLimits = {}): Promise<CheckedImage> {
  const byteLimit = limits.byteLimit ?? IMAGE_BYTE_LIMIT;
  const bytes = await readAtMost(path, byteLimit).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'no such file' : error.code === 'EISDIR' ? 'a directory' : messageOf(error);
    throw userError('image-missing', `image ${path}: ${why}; give the path of a PNG, JPEG or WebP file`, error);
  });
  return checkImage(bytes, { ...limits, name: `image ${path}` });
}

/** One byte more than the limit at most, so that a huge file is neither loaded nor trusted for its size. */
async function readAtMost(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > limit) return new Uint8Array(limit + 1);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of file.createReadStream({ end: limit, autoClose: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
    }
    return Buffer.concat(chunks, length);
  } finally {
    await file.close();
  }
}

/** Throws `image-invalid` for anything but base64 of an image, and what `checkImage` throws. */
export async function readDataUrl(url: string, limits: ImageLimits = {}): Promise<CheckedImage> {
  const [, data] = /^data:image\/(?:png|jpe?g|webp);base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  if (data === undefined) {
    throw userError('image-invalid', 'image: not a data URL; send "data:image/png;base64,..." (PNG, JPEG or WebP)');
  }
  return checkImage(Buffer.from(data, 'base64'), limits);
}

/** Throws `image-too-large` or `image-invalid`. The image is decoded once, so that a broken one is found here. */
export async function checkImage(
  bytes: Uint8Array,
  {
    byteLimit = IMAGE_BYTE_LIMIT,
    pixelLimit = IMAGE_PIXEL_LIMIT,
    beforeDecoding = async () => () => {},
    name = 'image',
  }: ImageLimits & { name?: string } = {},
): Promise<CheckedImage> {
  if (bytes.length > byteLimit) {
    throw userError('image-too-large', `${name}: more than ${megabytes(byteLimit)}; send a smaller image`);
  }
  if (bytes.length === 0) throw userError('image-invalid', `${name}: it is empty; give a PNG, JPEG or WebP file`);
  const sharp = await importSharp();
  const decode = async () => {
    const image = sharp(bytes, { limitInputPixels: false, failOn: 'error' });
    const { format, width, height } = await image.metadata();
    if (!FORMATS.has(format)) {
      throw userError('image-invalid', `${name}: a ${format} image; convert it to PNG, JPEG or WebP`);
    }
    if (width * height > pixelLimit) {
      throw userError(
        'image-too-large',
        `${name}: ${width} x ${height} pixels are more than ${Math.round(pixelLimit / 1e6)} megapixels; scale it down`,
      );
    }
    if (width * height > PIXELS_FREE + PIXELS_PER_BYTE * bytes.length) {
      throw userError('image-too-large', `${name}: ${width} x ${height} pixels of nearly nothing; scale it down`);
    }
    const done = await beforeDecoding(width * height);
    try {
      // All of it is decoded, averaged and dropped; its statistics would cost four times as much.
      await image.resize(16, 16, { fit: 'fill', fastShrinkOnLoad: false }).raw().toBuffer();
    } finally {
      done();
    }
    return { bytes, format, width, height };
  };
  return decode().catch((error) => {
    if (isR1RouterError(error)) throw error;
    throw userError('image-invalid', `${name}: not a readable image; give a PNG, JPEG or WebP file`, error);
  });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MB`;
}
