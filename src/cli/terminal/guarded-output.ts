/**
 * The one way out to the terminal: whatever a command writes, control characters of file names, ids, error texts and passages do not
 * get through. Only what this program draws itself does (its colours, the wiping of a line), and only where it draws at all.
 */
import { wantsColour } from './style.ts';

const ESC = '\u001b';
/** Colours and weights, without those that hide text; wiping a line. */
const OWN = new RegExp(`^${ESC}\\[(?:(?:0|1|2|3|4|22|23|24|3[0-7]|39|9[0-7])?m|2?K)$`);
/** Line ends, tabs and returns are none. */
const CONTROL = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/gu;
/** Whole escape sequences (of a terminator that never comes, the start), and any other control character. */
const SUSPECT = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|[\\]P^_X][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\)?|[ -~])?|${CONTROL.source}`,
  'gu',
);

/** The text without control characters; `drawn` keeps the sequences of this program. */
export function printable(text: string, drawn: boolean): string {
  const plain = text.replace(SUSPECT, (sequence) => (drawn && OWN.test(sequence) ? sequence : ''));
  return drawn ? plain : plain.replace(/\r(?!\n)/g, '');
}

/** As `JSON.stringify`, with the characters escaped that a terminal would act on. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    CONTROL,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}

/** From now on, what is written to the stream is printable. Bytes (a picture, an archive) pass as they are. */
export function guardOutput(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  const drawn = stream.isTTY === true || wantsColour(stream);
  stream.write = ((chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? printable(chunk, drawn) : chunk, ...rest)) as typeof stream.write;
}
