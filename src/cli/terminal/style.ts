/** Colours by what a text is, not by how it looks; none of them where the output is no terminal or NO_COLOR is set. */
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

const FORMATS = {
  label: 'dim',
  faint: 'dim',
  heading: 'bold',
  thought: ['italic', 'dim'],
  place: 'cyan',
  score: 'yellow',
  answer: 'green',
  finalAnswer: ['bold', 'green'],
  citation: 'magenta',
  warning: 'red',
} as const satisfies Record<string, Format>;

export type Style = keyof typeof FORMATS;
export type Paint = (style: Style, text: string) => string;

export function createPaint(colour: boolean): Paint {
  if (!colour) return (_style, text) => text;
  return (style, text) => styleText(FORMATS[style], text, { validateStream: false });
}

export function wantsColour(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): boolean {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR && environment.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && environment.TERM !== 'dumb';
}
