/**
 * Text from elsewhere, made safe for a terminal: passages, model outputs and file names may hold escape sequences that move
 * the cursor, change the title or hide what follows.
 */
import { stripVTControlCharacters } from 'node:util';

/** Control characters (line ends too) become spaces, runs of white space one space. */
export function plainLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
