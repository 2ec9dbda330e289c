import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { createImageDescriptor } from '../../../src/tools/encoders/image/descriptor.ts';

const encoder = createImageDescriptor();

const drawing = (body: string, { width = 160, height = 107, background = '' } = {}) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 160 107" preserveAspectRatio="none">${
        background ? `<rect width="160" height="107" fill="${background}"/>` : ''
      }${body}</svg>`,
    ),
  ).png();

const SHAPES: Record<string, string> = {
  stripes:
    '<rect width="160" height="107" fill="#fff"/><rect width="160" height="36" fill="#c00"/><rect y="71" width="160" height="36" fill="#00a"/>',
  pillars:
    '<rect width="160" height="107" fill="#fff"/><rect width="53" height="107" fill="#c00"/><rect x="107" width="53" height="107" fill="#00a"/>',
  cross: '<rect width="160" height="107" fill="#06c"/><path d="M0 44h160v20H0zM50 0h20v107H50z" fill="#fc0"/>',
  disc: '<rect width="160" height="107" fill="#fff"/><circle cx="80" cy="53" r="30" fill="#c00"/>',
  star: '<rect width="160" height="107" fill="#c00"/><path d="M80 15 92 92 40 40h80L68 92z" fill="#fc0"/>',
  green: '<rect width="160" height="107" fill="#080"/><circle cx="70" cy="53" r="30" fill="#c00"/>',
};
const FIGURES: Record<string, string> = {
  house: '<path d="M40 55 80 15l40 40v40H40z" fill="#e94" stroke="#000" stroke-width="4"/>',
  moon: '<path d="M95 15a40 40 0 1 0 0 78 50 50 0 0 1 0-78z" fill="#fd3" stroke="#000" stroke-width="4"/>',
  leaf: '<path d="M30 95Q40 20 130 12 120 90 30 95L90 45" fill="#4b5" stroke="#000" stroke-width="4"/>',
};

const stored = new Map<string, Float32Array>();
beforeAll(async () => {
  for (const [name, body] of Object.entries(SHAPES))
    stored.set(name, await encoder.encodeImage(await drawing(body).toBuffer()));
  for (const [name, body] of Object.entries(FIGURES)) {
    stored.set(name, await encoder.encodeImage(await drawing(body, { background: '#fff' }).toBuffer()));
  }
});

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

async function best(query: Sharp): Promise<string> {
  const views = await encoder.encodeQueryImage(await query.toBuffer());
  const scores = [...stored].map(
    ([name, vector]) => [name, Math.max(...views.map((view) => view.weight * cosine(view.vector, vector)))] as const,
  );
  return scores.sort((a, b) => b[1] - a[1])[0]![0];
}

const again = async (image: Sharp) => sharp(await image.toBuffer());

describe('the same picture, changed', () => {
  test.each(Object.keys(SHAPES))('%s: rescaled and recompressed', async (name) => {
    const image = await drawing(SHAPES[name]!, { width: 97, height: 71 }).toBuffer();
    expect(await best(sharp(image).jpeg({ quality: 50 }))).toBe(name);
  });

  test.each(Object.keys(SHAPES))('%s: with a border, then turned', async (name) => {
    const bordered = await again(
      drawing(SHAPES[name]!).extend({ top: 12, bottom: 6, left: 9, right: 14, background: '#f4e3c1' }),
    );
    expect(await best(bordered.clone().png())).toBe(name);
    expect(await best(bordered.clone().rotate(-9, { background: '#f4e3c1' }).png())).toBe(name);
  });

  test.each(Object.keys(SHAPES))('%s: cropped', async (name) => {
    expect(await best(drawing(SHAPES[name]!).extract({ left: 12, top: 6, width: 140, height: 94 }))).toBe(name);
  });

  test.each(Object.keys(FIGURES))('%s: on other backgrounds, as an outline', async (name) => {
    expect(await best(drawing(FIGURES[name]!, { background: '#2f3b4c' }))).toBe(name);
    expect(await best(drawing(FIGURES[name]!, { background: '#cfe3f5', width: 300, height: 200 }))).toBe(name);
    const outline = FIGURES[name]!.replace(/fill="#\w+"/, 'fill="none"');
    expect(await best(drawing(outline, { background: '#fbd9d3' }))).toBe(name);
  });
});

test('unit length, the declared dimension, the same numbers twice', async () => {
  const image = await drawing(FIGURES.house!, { background: '#fff' }).toBuffer();
  const vector = await encoder.encodeImage(image);
  expect(vector).toHaveLength(encoder.dimension);
  expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  expect(await encoder.encodeImage(image)).toEqual(vector);
});

test('a picture of one colour, of one pixel, and with transparency have a finite descriptor', async () => {
  const flat = (width: number, height: number, alpha: number) =>
    sharp({ create: { width, height, channels: 4, background: { r: 200, g: 30, b: 30, alpha } } })
      .png()
      .toBuffer();
  for (const image of [await flat(64, 64, 1), await flat(1, 1, 1), await flat(300, 2, 1), await flat(32, 32, 0)]) {
    const vectors = [
      await encoder.encodeImage(image),
      ...(await encoder.encodeQueryImage(image)).map(({ vector }) => vector),
    ];
    for (const vector of vectors) for (const value of vector) expect(Number.isFinite(value)).toBe(true);
  }
});

describe('what cannot be read is a user error', () => {
  test('empty, broken, truncated', async () => {
    const image = await drawing(SHAPES.cross!).toBuffer();
    for (const bytes of [new Uint8Array(0), Buffer.from('not an image'), image.subarray(0, 60)]) {
      await expect(encoder.encodeQueryImage(bytes)).rejects.toMatchObject({ code: 'image-unreadable', kind: 'user' });
    }
  });

  test('too many bytes, too many pixels', async () => {
    const small = createImageDescriptor({ limits: { bytes: 100, pixels: 1000 } });
    await expect(small.encodeImage(Buffer.alloc(101))).rejects.toMatchObject({ code: 'image-too-large' });
    const image = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    await expect(createImageDescriptor({ limits: { pixels: 1000 } }).encodeImage(image)).rejects.toMatchObject({
      code: 'image-too-large',
      message: expect.stringContaining('1000'),
    });
  });
});
