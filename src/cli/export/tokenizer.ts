/** Counts tokens as the model's own tokenizer does. */
import { loadTokenizer } from '../../causal-lm/tokenizer.ts';

/** Throws `tokenizer-invalid` where the folder holds none. */
export async function countTokensWith(folder: string): Promise<(text: string) => number> {
  const tokenizer = await loadTokenizer(folder, { vocabulary: Number.POSITIVE_INFINITY });
  return (text) => tokenizer.encode(text).length;
}
