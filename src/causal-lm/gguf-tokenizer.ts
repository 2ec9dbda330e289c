/**
 * The tokenizer that a GGUF file carries, as the contents of a tokenizer.json: byte-level byte pairs (`gpt2`: Qwen2, SmolLM2, Llama 3)
 * and SentencePiece's with bytes to fall back on (`llama`: Llama 1 and 2). How words are told apart before is named there, not written
 * out; a name that is not known is refused, since a wrong one splits some texts wrongly in silence.
 */
import { z } from 'zod';
import { userError } from '../common/errors.ts';
import type { GgufMetadata } from './gguf-format.ts';
import { type TextTokenizer, textTokenizer } from './tokenizer.ts';

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const REST = '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|DIGITS| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const pattern = (digits: string): string => `${CONTRACTIONS}|${REST.replace('DIGITS', digits)}`;

const byteLevel = (useRegex: boolean) => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});
const split = (regex: string) => ({ type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false });

/** What tells words apart, by the name in `tokenizer.ggml.pre`. */
const PRE_TOKENIZERS: Readonly<Record<string, readonly object[]>> = {
  'gpt-2': [byteLevel(true)],
  smollm: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
  qwen2: [split(pattern('\\p{N}')), byteLevel(false)],
  'llama-bpe': [split(pattern('\\p{N}{1,3}')), byteLevel(false)],
};

const MetadataSchema = z.object({
  'tokenizer.ggml.model': z.string(),
  'tokenizer.ggml.pre': z.string().default('gpt-2'),
  'tokenizer.ggml.tokens': z.array(z.string()),
  'tokenizer.ggml.token_type': z.array(z.number()).optional(),
  'tokenizer.ggml.merges': z.array(z.string()).optional(),
  'tokenizer.ggml.scores': z.array(z.number()).optional(),
  'tokenizer.ggml.add_space_prefix': z.boolean().default(true),
});
type Metadata = z.infer<typeof MetadataSchema>;

/** Types of tokens: special ones are never part of a text, the user's own are found before all others. */
const CONTROL = 3;
const USER_DEFINED = 4;

/** The contents of a tokenizer.json; undefined where the file has no tokenizer. Throws `gguf-tokenizer` for one that is not known. */
export function ggufTokenizerJson(metadata: GgufMetadata): Record<string, unknown> | undefined {
  if (metadata['tokenizer.ggml.model'] === undefined) return undefined;
  const parsed = MetadataSchema.safeParse(metadata);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw userError('gguf-tokenizer', `gguf: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { data } = parsed;
  const kind = data['tokenizer.ggml.model'];
  if (kind === 'gpt2') return bytePairs(data);
  if (kind === 'llama') return sentencePieces(data);
  throw userError('gguf-tokenizer', `gguf: tokenizers of the kind ${kind} are not known; gpt2 and llama are`);
}

export function ggufTokenizer(metadata: GgufMetadata): TextTokenizer | undefined {
  const json = ggufTokenizerJson(metadata);
  return json && textTokenizer(json);
}

function bytePairs(data: Metadata): Record<string, unknown> {
  const pre = data['tokenizer.ggml.pre'];
  const pretokenizers = PRE_TOKENIZERS[pre === 'default' ? 'gpt-2' : pre];
  if (!pretokenizers) {
    const known = Object.keys(PRE_TOKENIZERS).join(', ');
    throw userError('gguf-tokenizer', `gguf: tokenizer.ggml.pre is ${pre}, known are ${known}; give a tokenizer.json`);
  }
  return {
    ...commonParts(data),
    normalizer: pre === 'qwen2' ? { type: 'NFC' } : null,
    pre_tokenizer: { type: 'Sequence', pretokenizers },
    decoder: byteLevel(true),
    model: {
      type: 'BPE',
      vocab: vocabularyOf(data),
      merges: data['tokenizer.ggml.merges'] ?? [],
      byte_fallback: false,
      ignore_merges: pre === 'llama-bpe',
    },
  };
}

/** Pieces merge in the order of their scores; every way to make a piece of two others is a merge. */
function sentencePieces(data: Metadata): Record<string, unknown> {
  const vocab = vocabularyOf(data);
  const tokens = data['tokenizer.ggml.tokens'];
  const scores = data['tokenizer.ggml.scores'] ?? [];
  const merges = tokens
    .flatMap((token, id) => {
      const letters = Array.from(token);
      return letters.slice(1).flatMap((_, place) => {
        const left = letters.slice(0, place + 1).join('');
        const right = letters.slice(place + 1).join('');
        const [first, second] = [vocab[left], vocab[right]];
        return first === undefined || second === undefined ? [] : [{ pair: [left, right], id, first, second }];
      });
    })
    .sort((a, b) => scores[b.id]! - scores[a.id]! || a.first - b.first || a.second - b.second);
  const space = data['tokenizer.ggml.add_space_prefix'] ? [{ type: 'Prepend', prepend: '▁' }] : [];
  return {
    ...commonParts(data),
    normalizer: {
      type: 'Sequence',
      normalizers: [...space, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }],
    },
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(space.length > 0 ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      type: 'BPE',
      vocab,
      merges: merges.map(({ pair }) => pair),
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
    },
  };
}

function vocabularyOf(data: Metadata): Record<string, number> {
  return Object.fromEntries(data['tokenizer.ggml.tokens'].map((token, id) => [token, id]));
}

function commonParts(data: Metadata): Record<string, unknown> {
  const types = data['tokenizer.ggml.token_type'] ?? [];
  const added = data['tokenizer.ggml.tokens'].flatMap((content, id) =>
    types[id] === CONTROL || types[id] === USER_DEFINED ? [{ content, id, special: types[id] === CONTROL }] : [],
  );
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return { version: '1.0', post_processor: null, added_tokens: added.map((token) => ({ ...token, ...plain })) };
}
