/**
 * Tokens of a full-text payload index: the `word`, `whitespace` and `prefix` tokenizers of the server with lower-casing and length
 * bounds. Stemming, stop words and the multilingual tokenizer belong to the server.
 */
import { z } from 'zod';
import { badRequest, unsupported } from '../errors.ts';

const TextIndexParams = z.object({
  type: z.literal('text'),
  tokenizer: z.enum(['prefix', 'whitespace', 'word', 'multilingual']).nullish(),
  lowercase: z.boolean().nullish(),
  min_token_len: z.int().nullish(),
  max_token_len: z.int().nullish(),
  phrase_matching: z.boolean().nullish(),
  ascii_folding: z.boolean().nullish(),
  stopwords: z.unknown().optional(),
  stemmer: z.unknown().optional(),
  on_disk: z.boolean().nullish(),
  memory: z.string().nullish(),
  enable_hnsw: z.boolean().nullish(),
});

/** Throws where the index asks for what only the server does. */
export function checkTextIndex(params: Record<string, unknown>): void {
  const parsed = TextIndexParams.safeParse(params);
  if (!parsed.success) throw badRequest(`field_schema: ${parsed.error.issues[0]?.message ?? 'not a text index'}`);
  if (parsed.data.tokenizer === 'multilingual')
    throw unsupported('the multilingual tokenizer of text indexes', 'use word');
  for (const name of ['stopwords', 'stemmer'] as const) {
    if (parsed.data[name] != null)
      throw unsupported(`${name} of text indexes`, 'leave it out, or search a sparse vector instead');
  }
}

export function tokenize(text: string, params: Record<string, unknown>, side: 'query' | 'document'): string[] {
  let source = params.lowercase === false ? text : text.toLowerCase();
  if (params.ascii_folding === true) source = source.normalize('NFD').replace(/\p{M}+/gu, '');
  const least = typeof params.min_token_len === 'number' ? params.min_token_len : 0;
  const most = typeof params.max_token_len === 'number' ? params.max_token_len : Infinity;
  const words = params.tokenizer === 'whitespace' ? source.split(/\s+/) : source.split(/[^\p{L}\p{N}]+/u);
  const out: string[] = [];
  for (const word of words) {
    const length = [...word].length;
    if (word === '' || length < least) continue;
    if (params.tokenizer !== 'prefix') {
      if (length <= most) out.push(word);
      continue;
    }
    const letters = [...word];
    const longest = Math.min(length, most);
    // A query is one prefix; a document holds all of its words' prefixes.
    for (let size = side === 'query' ? longest : Math.max(1, least); size <= longest; size++) {
      out.push(letters.slice(0, size).join(''));
    }
  }
  return out;
}
