/**
 * How long the turns of an export are, in tokens. Without a tokenizer an upper bound that holds for the usual ones: they make no more
 * than a token of two bytes of text in Latin letters, and what is longer all the same is filtered by the trainer, not an error.
 */
import type { RowLengths } from './trainer-settings.ts';
import type { Turn } from './turn.ts';

export interface LengthMeter {
  add(turn: Turn): void;
  lengths(): RowLengths;
}

const BYTES_PER_TOKEN = 2;
/** The words of a chat template around two or three messages. */
const TEMPLATE = 64;
/** Of the largest picture that the settings let through, 1,280 patches of 28 x 28 pixels and what stands around them. */
const PICTURE = 1290;

/** `tokens` counts a text exactly, where a tokenizer is at hand. */
export function lengthMeter(tokens: (text: string) => number = upperBound): LengthMeter {
  const longest = { prompt: 0, completion: 0, images: false };
  return {
    add({ system, user, image, completion }) {
      const prompt = tokens(system) + tokens(user) + TEMPLATE + (image ? PICTURE : 0);
      longest.prompt = Math.max(longest.prompt, prompt);
      longest.completion = Math.max(longest.completion, tokens(completion));
      longest.images ||= image;
    },
    lengths: () => ({ ...longest }),
  };
}

const upperBound = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
