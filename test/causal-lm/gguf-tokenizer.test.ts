import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openLlama } from '../../bench/engine/llama-agreement.ts';
import { smollm2Texts } from '../../bench/engine/smollm2-texts.ts';
import { loadGgufTokenizer } from '../../src/causal-lm/gguf.ts';
import { ggufTokenizer } from '../../src/causal-lm/gguf-tokenizer.ts';
import { makeSmallTokenizer } from '../../src/causal-lm/tokenizer.ts';

const HARD = [
  'What is 1234 + 56?\n\n  Two  spaces',
  "it's THEY'RE ångström 東京 🎉",
  '<|im_start|>user\nhello<|im_end|>\n',
  '\ttabs\r\nand more...!?',
];

/** What a GGUF file says of byte pairs made from a few texts. */
function bytePairs(pre: string) {
  const special = ['<|im_start|>', '<|im_end|>'];
  const made = makeSmallTokenizer(['the capital', 'the king', 'the capital', 'the king'], { size: 300, special });
  const { vocab, merges } = made.model as { vocab: Record<string, number>; merges: [string, string][] };
  // By id: an object puts names that look like numbers first.
  const tokens = Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token);
  return {
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': pre,
    'tokenizer.ggml.tokens': [...tokens, '12'],
    'tokenizer.ggml.token_type': tokens.map((token) => (special.includes(token) ? 3 : 1)),
    'tokenizer.ggml.merges': merges.map((pair) => pair.join(' ')),
  };
}

describe('the tokenizer of a GGUF file', () => {
  it.each(['gpt-2', 'smollm', 'qwen2', 'llama-bpe', 'default'])('%s gives every text back', (pre) => {
    const tokenizer = ggufTokenizer(bytePairs(pre))!;
    for (const text of HARD) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.replace(/<\|.*?\|>/g, ''));
    expect(tokenizer.encode('<|im_start|>the')[0]).toBe(0);
    expect(tokenizer.encode('the capital')).toHaveLength(2);
    expect(tokenizer.idOf('<|im_end|>')).toBe(1);
    expect(tokenizer.special).toEqual(['<|im_start|>', '<|im_end|>']);
  });

  it('tells digits apart as its model does', () => {
    const count = (pre: string) => ggufTokenizer({ ...bytePairs(pre), 'tokenizer.ggml.merges': ['1 2'] })!.encode('12');
    expect(count('smollm')).toHaveLength(2);
    expect(count('qwen2')).toHaveLength(2);
    expect(count('gpt-2')).toHaveLength(1);
    expect(count('llama-bpe')).toHaveLength(1);
  });

  it('merges the pieces of SentencePiece in the order of their scores, and falls back on bytes', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    const pieces = ['▁', 'a', 'b', 'c', 'd', 'ab', 'bc', '▁a', 'abc', 'cd', '▁abcd', 'abcd', '▁ab'];
    const scores = [-20, -21, -22, -23, -24, -3, -1, -4, -5, -2, -9, -8, -7];
    const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces];
    const tokenizer = ggufTokenizer({
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1)),
      'tokenizer.ggml.scores': tokens.map((_, id) => scores[id - 259] ?? 0),
    })!;
    /** Of all neighbours that make a piece, those of the highest score first, until none do. */
    const slow = (text: string): string[] => {
      const parts = Array.from(`▁${text.replaceAll(' ', '▁')}`);
      for (;;) {
        const made = parts.slice(1).map((right, at) => ({ at, score: scores[pieces.indexOf(parts[at] + right)] }));
        const best = made
          .filter(({ score }) => score !== undefined)
          .sort((a, b) => b.score! - a.score! || a.at - b.at)[0];
        if (!best) return parts;
        parts.splice(best.at, 2, parts[best.at]! + parts[best.at + 1]!);
      }
    };
    for (const text of ['abcd', 'ab cd', 'bcd a', 'dcba', 'abab bc', 'a', 'cdcd abcd']) {
      expect(tokenizer.encode(text).map((id) => tokens[id])).toEqual(slow(text));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
    expect(tokenizer.encode('aé').map((id) => tokens[id])).toEqual(['▁a', '<0xC3>', '<0xA9>']);
    expect(tokenizer.decode(tokenizer.encode('aé 東'))).toBe('aé 東');
  });

  it('is refused where it is of a kind that is not known, and is none where there is none', () => {
    expect(ggufTokenizer({})).toBeUndefined();
    expect(() => ggufTokenizer({ ...bytePairs('gpt-2'), 'tokenizer.ggml.model': 't5' })).toThrow(/kind t5/);
    expect(() => ggufTokenizer(bytePairs('chatglm-bpe'))).toThrow(/chatglm-bpe, known are gpt-2, smollm/);
  });
});

const gguf = process.env.R1_ROUTER_SMOLLM2_GGUF ?? '';
const folder = process.env.R1_ROUTER_NODE_LLAMA ?? '';
const llama = existsSync(gguf) && folder !== '' ? await openLlama(folder) : undefined;
if (!llama)
  console.log('skipped: tokens of a released model against llama.cpp (see smollm2.test.ts for what is needed)');

describe.skipIf(!llama)('the tokenizer of the file at R1_ROUTER_SMOLLM2_GGUF', () => {
  it('gives the tokens of llama.cpp', async () => {
    const model = await llama!.loadModel({ modelPath: gguf });
    const { tokenizer } = await loadGgufTokenizer(gguf);
    for (const text of [...HARD, ...smollm2Texts()])
      expect(tokenizer.encode(text)).toEqual([...model.tokenize(text, true)]);
    await model.dispose();
  });
});
