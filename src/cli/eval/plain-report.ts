/** Several lines of text that may hold words from elsewhere, safe for a terminal. */
import { plainLine } from '../terminal/plain-text.ts';

/** Keeps line ends and leading or repeated spaces; drops everything that moves a cursor. */
export function plainText(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split(/( +)/)
        .map((part) => (part.trim() === '' ? part : plainLine(part)))
        .join(''),
    )
    .join('\n');
}
