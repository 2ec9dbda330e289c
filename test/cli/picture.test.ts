/** Pictures in the terminal: which protocol, and that what is written is that picture. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { pictureBytes, pictureProtocol } from '../../src/cli/terminal/picture.ts';

const TERMINAL = { isTTY: true };

/** With signs for the two control characters that there are. */
const readable = (bytes: Buffer): string =>
  bytes.toString().replaceAll(String.fromCharCode(27), '␛').replaceAll(String.fromCharCode(7), '␇');
const image = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#ff0000' } })
  .jpeg()
  .toBuffer();

describe('the protocol follows from the environment', () => {
  test.each([
    [{ TERM: 'xterm-kitty' }, 'kitty'],
    [{ TERM_PROGRAM: 'ghostty' }, 'kitty'],
    [{ TERM_PROGRAM: 'iTerm.app' }, 'iterm'],
    [{ TERM_PROGRAM: 'WezTerm' }, 'iterm'],
    [{ TERM: 'foot' }, 'sixel'],
    [{ TERM: 'xterm-256color' }, undefined],
    [{ TERM: 'xterm-kitty', TMUX: '/tmp/tmux' }, undefined],
    [{ TERM: 'screen', R1_ROUTER_PICTURES: 'sixel' }, 'sixel'],
    [{ TERM: 'xterm-kitty', R1_ROUTER_PICTURES: 'none' }, undefined],
  ])('%j: %s', (environment, protocol) => {
    expect(pictureProtocol(TERMINAL, environment)).toBe(protocol);
  });

  test('none where the output is no terminal', () => {
    expect(pictureProtocol({}, { TERM: 'xterm-kitty' })).toBeUndefined();
  });
});

test('kitty gets a PNG in pieces of at most 4096, iTerm the whole of it', async () => {
  const noise = await sharp(
    Buffer.from(Array.from({ length: 120 * 120 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24)),
    {
      raw: { width: 120, height: 120, channels: 3 },
    },
  )
    .png()
    .toBuffer();
  const kitty = readable(await pictureBytes(noise, 'kitty'));
  const pieces = [...kitty.matchAll(/␛_G([^;]*);([^␛]*)␛\\/g)];
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.every(([, , data]) => data!.length <= 4096)).toBe(true);
  expect(pieces.map(([, keys]) => keys!.slice(-3))).toEqual([...pieces.slice(1).map(() => 'm=1'), 'm=0']);
  const sent = Buffer.from(pieces.map(([, , data]) => data).join(''), 'base64');
  expect(await sharp(sent).metadata()).toMatchObject({ format: 'png', width: 120, height: 120 });
  const iterm = readable(await pictureBytes(image, 'iterm'));
  const [, data = ''] = /^ {2}␛\]1337;File=inline=1;[^:]*:([^␇]*)␇\n$/.exec(iterm) ?? [];
  expect(await sharp(Buffer.from(data, 'base64')).metadata()).toMatchObject({ format: 'png', width: 20 });
});

test('sixels cover every pixel once, in the colours of the picture', async () => {
  const text = readable(await pictureBytes(image, 'sixel'));
  expect(text).toMatch(/^␛Pq"1;1;252;126#180;2;100;0;0/);
  const bands = text
    .replace(/^.*?;0;0(?=#)/s, '')
    .replace(/␛\\\n$/, '')
    .split('-');
  expect(bands).toHaveLength(21);
  // All six pixels of every column, in runs.
  expect(bands.every((band) => band === '#180!252~')).toBe(true);
});
