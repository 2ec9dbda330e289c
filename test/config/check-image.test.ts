import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { checkImage, readDataUrl, readImageFile } from '../../src/config/check-image.ts';

const directory = mkdtempSync(join(tmpdir(), 'r1-image-'));
const square = sharp({ create: { width: 20, height: 10, channels: 3, background: '#0a0' } });
const png = await square.clone().png().toBuffer();

function file(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

describe('an image of a question', () => {
  test.each(['png', 'jpeg', 'webp'] as const)('%s is taken', async (format) => {
    const path = file(`a.${format}`, await square.clone().toFormat(format).toBuffer());
    expect(await readImageFile(path)).toMatchObject({ format, width: 20, height: 10 });
  });

  test.each<[string, () => Promise<string>, string]>([
    ['not there', async () => join(directory, 'none.png'), 'image-missing'],
    ['a directory', async () => directory, 'image-missing'],
    ['empty', async () => file('empty.png', new Uint8Array()), 'image-invalid'],
    ['text', async () => file('text.png', Buffer.from('no image')), 'image-invalid'],
    ['cut off', async () => file('cut.png', png.subarray(0, png.length - 30)), 'image-invalid'],
    ['another format', async () => file('a.gif', await square.clone().gif().toBuffer()), 'image-invalid'],
    [
      'an SVG, which could name other files',
      async () => file('a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')),
      'image-invalid',
    ],
    ['more bytes than allowed', async () => file('big.png', new Uint8Array(11 * 1024 * 1024)), 'image-too-large'],
  ])('%s', async (_name, path, code) => {
    const error = await readImageFile(await path()).catch((reason) => reason);
    expect(error).toMatchObject({ kind: 'user', code, message: expect.stringMatching(/^image .*; [a-z].*$/) });
  });

  test('few bytes of many pixels are refused before they are decoded', async () => {
    const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    const before = process.memoryUsage.rss();
    await expect(checkImage(bomb)).rejects.toMatchObject({ code: 'image-too-large' });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
  });

  test('a data URL', async () => {
    expect(await readDataUrl(`data:image/png;base64,${png.toString('base64')}`)).toMatchObject({ format: 'png' });
    for (const url of ['', 'data:,x', 'data:text/html;base64,AAAA', 'data:image/png;base64,**', 'file:///etc/passwd']) {
      await expect(readDataUrl(url)).rejects.toMatchObject({ code: 'image-invalid', kind: 'user' });
    }
  });
});
