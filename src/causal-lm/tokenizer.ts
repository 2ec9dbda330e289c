/**
 * Tokenizers of Hugging Face models (tokenizer.json, by @huggingface/tokenizers), and a small byte-pair tokenizer made from a
 * handful of texts for models trained from scratch, in the same file format.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { messageOf, userError } from '../common/errors.ts';

export interface TextTokenizer {
  /** Ids of a text, without any token added at either end. Special tokens written out are recognised. */
  encode(text: string): number[];
  /** The text of ids, special tokens left out. */
  decode(ids: readonly number[]): string;
  /** The id of a token as it stands in the vocabulary, e.g. `<|im_end|>`. */
  idOf(token: string): number | undefined;
  /** Tokens that mean something to the model itself, such as the ends of turns; `encode` recognises them wherever they stand. */
  special?: readonly string[];
}

type TokenizerJson = ConstructorParameters<typeof Tokenizer>[0];

/** From the contents of tokenizer.json and tokenizer_config.json. */
export function textTokenizer(json: unknown, config: unknown = {}): TextTokenizer {
  const tokenizer = new Tokenizer(json as TokenizerJson, config as object);
  const { added_tokens: added = [] } = json as { added_tokens?: { content: string; special?: boolean }[] };
  return {
    special: added.filter(({ special, content }) => special || isTag(content)).map(({ content }) => content),
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) =>
      ids.length === 0
        ? ''
        : tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
    idOf: (token) => tokenizer.token_to_id(token),
  };
}

/** Tags are told from added words and white space: what a question says must not be one. */
const isTag = (token: string): boolean => /^<.*>$/.test(token);

/**
 * Reads the tokenizer of a model directory. Throws `tokenizer-invalid` where it is missing or malformed, and `tokenizer-wrong`
 * where it knows tokens that the model does not.
 */
export async function loadTokenizer(directory: string, { vocabulary }: { vocabulary: number }): Promise<TextTokenizer> {
  const file = path.join(directory, 'tokenizer.json');
  let json: { model?: { vocab?: Record<string, number> }; added_tokens?: { id: number }[] };
  let tokenizer: TextTokenizer;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
    const config = await readFile(path.join(directory, 'tokenizer_config.json'), 'utf8').catch(() => '{}');
    tokenizer = textTokenizer(json, JSON.parse(config));
  } catch (cause) {
    throw userError('tokenizer-invalid', `${file} cannot be used: ${messageOf(cause)}`, cause);
  }
  const ids = [...Object.values(json.model?.vocab ?? {}), ...(json.added_tokens ?? []).map(({ id }) => id)];
  const highest = ids.reduce((a, b) => Math.max(a, b), 0);
  if (highest >= vocabulary) {
    throw userError(
      'tokenizer-wrong',
      `${file} holds the token ${highest}, the model knows ${vocabulary}: this is the tokenizer of another model`,
    );
  }
  return tokenizer;
}

/** GPT-2's printable stand-ins for the 256 bytes. */
function byteCharacters(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

interface SmallTokenizerOptions {
  /** Tokens in all, special and whole ones included; at least 256 and these. */
  size: number;
  special: readonly string[];
  /** Written tokens that are one token each wherever they stand, such as tags. */
  whole?: readonly string[];
}

/**
 * A byte-level byte-pair tokenizer made from texts, as the contents of a tokenizer.json. Every text can be encoded and comes
 * back exactly. Sennrich et al., arXiv 1508.07909.
 */
export function makeSmallTokenizer(
  texts: readonly string[],
  { size, special, whole = [] }: SmallTokenizerOptions,
): Record<string, unknown> {
  const characters = byteCharacters();
  const counts = new Map<string, number>();
  const added = [...special, ...whole];
  for (const text of texts) {
    const rest = whole.reduce((left, token) => left.replaceAll(token, '\n'), text);
    for (const word of rest.match(/ ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+/gu) ?? []) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const words = [...counts].map(([word, count]) => ({
    parts: Array.from(Buffer.from(word), (byte) => characters[byte]!),
    count,
  }));
  const vocabulary = [...added, ...characters];
  const merges: [string, string][] = [];
  while (vocabulary.length < size) {
    const pairs = new Map<string, number>();
    for (const { parts, count } of words) {
      for (let i = 1; i < parts.length; i++) {
        const pair = `${parts[i - 1]} ${parts[i]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + count);
      }
    }
    const best = [...pairs].reduce<[string, number] | undefined>(
      (most, pair) => (!most || pair[1] > most[1] || (pair[1] === most[1] && pair[0] < most[0]) ? pair : most),
      undefined,
    );
    if (!best || best[1] < 2) break;
    const [left, right] = best[0].split(' ') as [string, string];
    merges.push([left, right]);
    vocabulary.push(left + right);
    for (const word of words) {
      for (let i = word.parts.length - 1; i > 0; i--) {
        if (word.parts[i - 1] === left && word.parts[i] === right) word.parts.splice(i - 1, 2, left + right);
      }
    }
  }
  return {
    version: '1.0',
    added_tokens: added.map((content, id) => ({
      id,
      content,
      special: special.includes(content),
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: { Regex: ' ?\\p{L}+| ?\\p{N}| ?[^\\s\\p{L}\\p{N}]+|\\s+' },
          behavior: 'Isolated',
          invert: false,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      merges,
      byte_fallback: false,
    },
  };
}
