/**
 * Text as a bag of hashed features: words, neighbouring words, beginnings of words, and the sentence's frame (its function
 * words with everything between them left open). Case and punctuation play no part, so that they cannot become a shortcut; a
 * number is a number, whichever. Nothing here is learnt.
 */

/** Feature ids in [0, buckets) with their weights; the squared weights of a text sum to 1. */
export interface FeatureBag {
  ids: Int32Array;
  weights: Float32Array;
}

/** Longer texts are cut: the first tokens carry the question. */
const MOST_TOKENS = 96;

const FUNCTION_WORDS = new Set(
  `a an the of in on at by for with from to and or than as is are was were be been do does did has have had can could will
  would who whom whose which what when where why how many much more less most least first last same both each every either
  before after between among under over during per no not only all any some there that this these those it its they their he
  she his her him we our you your i my me into out up down about if then while until since because`
    .split(/\s+/)
    .filter(Boolean),
);

const TOKEN = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|(?:(?!\p{Script=Han})[\p{L}\p{M}])+|\p{N}+/gu;
const DIGIT = /^\p{N}/u;

/** Lower-case words, single Han and Kana characters, and `#` for a number. */
export function featureTokens(text: string): string[] {
  const tokens = text.normalize('NFKC').toLowerCase().match(TOKEN) ?? [];
  return tokens.slice(0, MOST_TOKENS).map((token) => (DIGIT.test(token) ? '#' : token));
}

/** The features of a question by name, before hashing. `extras` are added with weight 1 each (e.g. `image:yes`). */
export function questionFeatures(text: string, extras: readonly string[] = []): Map<string, number> {
  const tokens = featureTokens(text);
  const features = new Map<string, number>();
  const put = (name: string, weight: number): void => {
    features.set(name, Math.max(weight, features.get(name) ?? 0));
  };
  const bounded = ['^', ...tokens, '$'];
  for (let i = 1; i < bounded.length; i++) {
    const token = bounded[i]!;
    if (token !== '$') {
      put(`w ${token}`, 1);
      if (token.length > 4) put(`p ${token.slice(0, 4)}`, 0.5);
    }
    put(`b ${bounded[i - 1]} ${token}`, 1);
  }
  const frame = ['^'];
  for (const token of tokens) {
    const slot = FUNCTION_WORDS.has(token) || token === '#' ? token : '*';
    if (slot !== '*' || frame.at(-1) !== '*') frame.push(slot);
  }
  frame.push('$');
  for (let size = 2; size <= 3; size++) {
    for (let i = 0; i + size <= frame.length; i++) put(`f ${frame.slice(i, i + size).join(' ')}`, 0.5);
  }
  put(`1 ${tokens[0] ?? ''}`, 1);
  put(`2 ${tokens[0] ?? ''} ${tokens[1] ?? ''}`, 1);
  for (const extra of extras) put(`x ${extra}`, 1);
  return features;
}

/** The features of a knowledge base's description and modality. Its name is not among them. */
export function descriptionFeatures(description: string, modality: string): Map<string, number> {
  const tokens = featureTokens(description);
  const features = new Map<string, number>([[`m ${modality}`, 3]]);
  for (const token of tokens) if (!FUNCTION_WORDS.has(token)) features.set(`d ${token}`, 1);
  return features;
}

/** Hashes named features into buckets and scales the bag to length 1. */
export function hashFeatures(features: ReadonlyMap<string, number>, buckets: number): FeatureBag {
  const ids = new Int32Array(features.size);
  const weights = new Float32Array(features.size);
  let total = 0;
  for (const weight of features.values()) total += weight * weight;
  const scale = 1 / Math.sqrt(total || 1);
  let i = 0;
  for (const [name, weight] of features) {
    ids[i] = hash(name) % buckets;
    weights[i] = weight * scale;
    i++;
  }
  return { ids, weights };
}

/** FNV-1a over UTF-16 code units, with the last mixing step of MurmurHash3 so that the low bits are good. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
