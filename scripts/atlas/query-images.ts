/**
 * Pictures that come with a question. None is a stored file: each is drawn anew from the vector source through a seeded chain of
 * changes (another size or aspect, background, border, rotation, crop, outline drawing, lossy encoding). The builder asserts that
 * neither its bytes nor its pixels at the stored size equal a stored image's.
 */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { keyedRandom, type Random } from '../../src/common/random.ts';
import { rasterise, type StoredImage } from './images.ts';

export interface QueryImage {
  /** Says nothing of what is shown. */
  name: string;
  bytes: Buffer;
  /** The changes in order, e.g. `rescale+rotate+jpeg`. */
  transform: string;
}

const BACKGROUNDS = ['#f4e3c1', '#cfe3f5', '#d9d9d9', '#e6d4ee', '#d7ecd2', '#fbd9d3', '#2f3b4c', '#5b4636'];
const LIGHT = BACKGROUNDS.slice(0, 6);

type Encoding = 'png' | 'jpeg' | 'webp';
const EXTENSION: Record<Encoding, string> = { png: 'png', jpeg: 'jpg', webp: 'webp' };

export async function queryImage(source: StoredImage, key: readonly (string | number)[]): Promise<QueryImage> {
  const random = keyedRandom('query-image', ...key);
  const changes: string[] = [];
  const outline = source.outline !== undefined && random.next() < 0.2;
  if (outline) changes.push('outline');
  const scale = 0.72 + 0.45 * random.next();
  const aspect = source.outline === undefined ? 0.88 + 0.24 * random.next() : 1;
  const width = Math.round(source.width * scale);
  const height = Math.round(source.height * scale * aspect);
  changes.push('rescale');
  const background = source.outline === undefined || outline ? random.pick(LIGHT) : random.pick(BACKGROUNDS);
  let image = await rasterise(outline ? source.outline! : source.vector, { width, height });
  image = await sharp(image).flatten({ background }).png().toBuffer();
  if (source.outline !== undefined) changes.push('background');
  for (const change of random.shuffle(['border', 'rotate', 'crop']).slice(0, 1 + random.below(2))) {
    changes.push(change);
    image = await apply(change, image, { random, background });
  }
  const encoding = random.pick<Encoding>(['png', 'jpeg', 'jpeg', 'webp']);
  if (encoding !== 'png') changes.push(encoding);
  const bytes = await encode(image, encoding, random);
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 12);
  return { name: `${name}.${EXTENSION[encoding]}`, bytes, transform: changes.join('+') };
}

async function apply(change: string, image: Buffer, options: { random: Random; background: string }): Promise<Buffer> {
  const { random, background } = options;
  if (change === 'border') {
    const pixels = () => 4 + random.below(14);
    return await sharp(image)
      .extend({ top: pixels(), bottom: pixels(), left: pixels(), right: pixels(), background })
      .png()
      .toBuffer();
  }
  if (change === 'rotate') {
    const degrees = (4 + 10 * random.next()) * (random.below(2) === 0 ? 1 : -1);
    return await sharp(image).rotate(degrees, { background }).png().toBuffer();
  }
  const { width, height } = await sharp(image).metadata();
  const kept = 0.84 + 0.1 * random.next();
  const size = { width: Math.round(width * kept), height: Math.round(height * kept) };
  const left = random.below(width - size.width + 1);
  const top = random.below(height - size.height + 1);
  return await sharp(image)
    .extract({ left, top, ...size })
    .png()
    .toBuffer();
}

async function encode(image: Buffer, encoding: Encoding, random: Random): Promise<Buffer> {
  if (encoding === 'jpeg')
    return await sharp(image)
      .jpeg({ quality: 55 + random.below(30) })
      .toBuffer();
  if (encoding === 'webp')
    return await sharp(image)
      .webp({ quality: 50 + random.below(35) })
      .toBuffer();
  return await sharp(image).png({ palette: true, colours: 48, effort: 10 }).toBuffer();
}

/** Throws where a query image is, or decodes to, a stored image. */
export async function assertNotStored(
  query: QueryImage,
  stored: StoredImage,
  storedHashes: ReadonlySet<string>,
): Promise<void> {
  const hash = createHash('sha256').update(query.bytes).digest('hex');
  if (storedHashes.has(hash)) throw new Error(`atlas: query image ${query.name} is a stored file`);
  const pixels = (bytes: Buffer) =>
    sharp(bytes)
      .resize(stored.width, stored.height, { fit: 'fill' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  if ((await pixels(query.bytes)).equals(await pixels(stored.png)))
    throw new Error(`atlas: query image ${query.name} has the pixels of ${stored.document.id}`);
}
