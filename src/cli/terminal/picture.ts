/**
 * A picture in the terminal, where it can show one: by kitty's graphics protocol, iTerm's inline images, or sixels. Which of them is told by
 * the environment alone; asking the terminal would need its answers on standard input. `R1_ROUTER_PICTURES` says it by hand.
 */
import { importSharp } from '../../common/native-packages.ts';

const PROTOCOLS = ['kitty', 'iterm', 'sixel'] as const;
export type PictureProtocol = (typeof PROTOCOLS)[number];

/** Lines of text that a picture is high, and pixels where the protocol has no lines. */
const ROWS = 7;
const PIXELS = 126;

export function pictureProtocol(
  stream: { isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): PictureProtocol | undefined {
  const chosen = environment.R1_ROUTER_PICTURES;
  if (chosen !== undefined) return PROTOCOLS.find((protocol) => protocol === chosen);
  const { TERM = '', TERM_PROGRAM = '' } = environment;
  // Between us and the terminal stands a program that swallows pictures.
  if (stream.isTTY !== true || environment.TMUX || /^(screen|tmux)/.test(TERM)) return undefined;
  if (environment.KITTY_WINDOW_ID || TERM === 'xterm-kitty' || /ghostty/i.test(`${TERM} ${TERM_PROGRAM}`))
    return 'kitty';
  if (['iTerm.app', 'WezTerm', 'mintty'].includes(TERM_PROGRAM)) return 'iterm';
  if (/^(foot|mlterm|contour|yaft)/.test(TERM) || /sixel/.test(TERM)) return 'sixel';
  return undefined;
}

/** What to write, as bytes: text with such sequences does not get through (`guarded-output.ts`). Ends at the start of a line. */
export async function pictureBytes(image: Uint8Array, protocol: PictureProtocol): Promise<Buffer> {
  switch (protocol) {
    case 'kitty':
      return kitty(await png(image));
    case 'iterm':
      return iterm(await png(image));
    case 'sixel':
      return sixels(image);
    default:
      return protocol satisfies never;
  }
}

async function png(image: Uint8Array): Promise<Buffer> {
  const sharp = await importSharp();
  return sharp(image).png().toBuffer();
}

/** https://sw.kovidgoyal.net/kitty/graphics-protocol: base64 in pieces of 4096, all but the last with m=1. */
function kitty(bytes: Buffer): Buffer {
  const pieces = bytes.toString('base64').match(/.{1,4096}/g) ?? [];
  const sequences = pieces.map((piece, index) => {
    const more = index < pieces.length - 1 ? 1 : 0;
    const keys = index === 0 ? `f=100,a=T,q=2,r=${ROWS},m=${more}` : `m=${more}`;
    return `\u001b_G${keys};${piece}\u001b\\`;
  });
  return Buffer.from(`  ${sequences.join('')}\n`);
}

/** https://iterm2.com/documentation-images.html */
function iterm(bytes: Buffer): Buffer {
  const keys = `inline=1;size=${bytes.length};height=${ROWS};preserveAspectRatio=1`;
  return Buffer.from(`  \u001b]1337;File=${keys}:${bytes.toString('base64')}\u0007\n`);
}

/** Six rows of pixels at a time, a colour after the other; 216 colours, six levels of each part. */
async function sixels(image: Uint8Array): Promise<Buffer> {
  const sharp = await importSharp();
  const { data, info } = await sharp(image)
    .flatten({ background: '#fff' })
    .resize({ height: PIXELS, fit: 'inside' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const level = (value: number) => Math.round(value / 51);
  const colourAt = (x: number, y: number) => {
    const at = (y * width + x) * channels;
    const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? data[at] ?? 0, data[at + 2] ?? data[at] ?? 0];
    return level(red) * 36 + level(green) * 6 + level(blue);
  };
  const used = new Set<number>();
  const bands: string[] = [];
  for (let top = 0; top < height; top += 6) {
    const columns = new Map<number, number[]>();
    for (let y = top; y < Math.min(top + 6, height); y++) {
      for (let x = 0; x < width; x++) {
        const colour = colourAt(x, y);
        used.add(colour);
        const bits = columns.get(colour) ?? new Array<number>(width).fill(0);
        bits[x]! |= 1 << (y - top);
        columns.set(colour, bits);
      }
    }
    bands.push([...columns].map(([colour, bits]) => `#${colour}${runs(bits)}`).join('$'));
  }
  const share = (colour: number, part: number) => (Math.floor(colour / part) % 6) * 20;
  const palette = [...used].map(
    (colour) => `#${colour};2;${share(colour, 36)};${share(colour, 6)};${share(colour, 1)}`,
  );
  return Buffer.from(`\u001bPq"1;1;${width};${height}${palette.join('')}${bands.join('-')}\u001b\\\n`);
}

/** `!5~` for five equal columns. */
function runs(bits: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bits.length; ) {
    let end = at;
    while (bits[end + 1] === bits[at]) end++;
    const length = end - at + 1;
    const sign = String.fromCharCode(63 + bits[at]!);
    text += length > 3 ? `!${length}${sign}` : sign.repeat(length);
    at = end + 1;
  }
  return text;
}
