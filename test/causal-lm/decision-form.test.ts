import { describe, expect, it } from 'vitest';
import { decisionForm, foregone, isCutShort, mayFollow } from '../../src/causal-lm/decision-form.ts';
import { DECISION_TOKENS, SPECIAL_TOKENS } from '../../src/causal-lm/decision-tokens.ts';
import { Sampler } from '../../src/causal-lm/sampler.ts';
import { makeSmallTokenizer, textTokenizer } from '../../src/causal-lm/tokenizer.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { parseDecision } from '../../src/graph/chat-model/protocols/decision-tags.ts';
import { TokenLogProbabilities } from '../../src/train/causal-lm/log-probabilities.ts';
import { microBatch } from '../../src/train/causal-lm/micro-batches.ts';
import { TokenGradients } from '../../src/train/causal-lm/token-gradients.ts';
import { initialCausalLm } from '../../src/train/causal-lm/training.ts';
import { textSequence, trajectoryTexts } from '../../src/train/causal-lm/trajectory-text.ts';
import { smallData } from '../train/small-world.ts';
import { smallLlama } from './small-llama.ts';

const NAMES = ['text', 'text-image', 'table'];
const KNOWN = new Map(NAMES.map((name) => [name, name]));
const questions = [...smallData().train, ...smallData().validation].map(({ question }) => question);
const texts = questions.flatMap((question) => trajectoryTexts(question, 'short-2'));
const VOCABULARY = 340;
/** Tags as one token each, or spelled out as a model that was released has them. */
const tokenizers = {
  whole: textTokenizer(
    makeSmallTokenizer(
      texts.map(({ completion }) => completion),
      { size: VOCABULARY, special: SPECIAL_TOKENS, whole: DECISION_TOKENS },
    ),
  ),
  spelled: textTokenizer(
    makeSmallTokenizer(
      texts.map(({ completion }) => completion),
      { size: VOCABULARY, special: SPECIAL_TOKENS },
    ),
  ),
};
const CONFIG = smallLlama({ vocabulary: VOCABULARY, endToken: 1 });

describe.each(Object.entries(tokenizers))('the form of a decision, tags %s', (_, tokenizer) => {
  const maxTokens = 90;
  const form = decisionForm({ tokenizer, vocabulary: VOCABULARY, names: NAMES, maxTokens });

  /** Draws evenly from what may follow. */
  function drawn(seed: number): number[] {
    const random = keyedRandom('form', seed);
    const said: number[] = [];
    for (;;) {
      const may = mayFollow(form, said);
      const able = 'only' in may ? may.only : [...Array(VOCABULARY).keys()].filter((id) => !may.not.includes(id));
      if (able.length === 0) return said;
      said.push(random.pick(able));
    }
  }

  it('leaves nothing but usable decisions, of no more tokens than allowed, whatever is drawn', () => {
    const decisions = Array.from({ length: 300 }, (_, seed) => {
      const said = drawn(seed);
      expect(said.length).toBeLessThanOrEqual(maxTokens);
      return parseDecision(tokenizer.decode(said), KNOWN).decision;
    });
    expect(decisions.filter(({ type }) => type === 'invalid')).toEqual([]);
    const asked = decisions.flatMap((decision) => (decision.type === 'search' ? decision.searches : []));
    expect(new Set(asked.map(({ knowledgeBase }) => knowledgeBase))).toEqual(new Set(NAMES));
  });

  it('allows every gold decision, the stop among them, and foresees how it ends', () => {
    for (const text of texts) {
      const { ids, mask } = textSequence(tokenizer, {
        ...text,
        completion: text.completion.replace('<ret>image<', '<ret>text-image<'),
      });
      const gold = ids.filter((_, place) => mask[place] === 1);
      for (const [place, token] of gold.entries()) {
        const may = mayFollow(form, gold.slice(0, place));
        expect('only' in may ? may.only.includes(token) : !may.not.includes(token)).toBe(true);
      }
      expect(mayFollow(form, gold)).toEqual({ only: [] });
      expect(foregone(form, gold.slice(0, -1))).toEqual(gold.slice(-1));
      expect(isCutShort(form, gold)).toBe(false);
    }
  });

  it('ends a sub-question for which there is no more room, and bars a phrase that would come a third time', () => {
    const word = tokenizer.encode(' capital city');
    const twice = [...form.open, ...word, ...word];
    const may = (said: readonly number[]) => mayFollow(form, said);
    expect(may([...twice, ...word.slice(0, -1)])).toMatchObject({ not: expect.arrayContaining(word.slice(-1)) });
    const once = may([...form.open, ...word, ...word.slice(0, -1)]);
    expect('not' in once && once.not.includes(word.at(-1)!)).toBe(false);
    const long = [...form.open, ...Array.from({ length: form.room }, (_, place) => form.names.flat()[place % 2]!)];
    expect(may(long)).toEqual({ only: [form.close[0]] });
    const ended = [...long, ...form.close, ...form.names[0]!, ...form.end];
    expect(isCutShort(form, ended)).toBe(true);
  });

  it('is the policy whose probabilities the trainer works out, and whose gradient it follows', async () => {
    const parameters = initialCausalLm(CONFIG, 5);
    for (const { name } of parameters.specs)
      if (!name.includes('norm')) parameters.fillNormal(name, 0.2, keyedRandom(name));
    const temperature = 0.8;
    const sampler = new Sampler({ config: CONFIG, parameters: [parameters] });
    const prompts = texts.slice(0, 6).map(({ prompt }) => tokenizer.encode(prompt));
    const rows = await sampler.sample(prompts, { maxTokens, temperature, form, seed: 'held', endTokens: [1] });
    await sampler.release();
    const samples = rows.map(({ tokenIds, logProbabilities }, row) => ({
      promptTokenIds: prompts[row]!,
      tokenIds,
      oldLogProbabilities: logProbabilities,
      advantage: row % 2 ? 1 : -0.5,
      weight: 0.1,
    }));
    for (const row of rows) expect(row.ended).toBe(true);
    const part = microBatch(samples, { form, vocabulary: VOCABULARY });
    const forward = new TokenLogProbabilities({ config: CONFIG, parameters: [parameters] }, { temperature });
    const lossNow = async () => {
      const now = await forward.of(part.bucket, part.feeds);
      return part.places.reduce((sum, { sample, token }, place) => {
        const { oldLogProbabilities, advantage, weight } = samples[sample]!;
        return sum - weight * advantage * Math.exp(now[place]! - oldLogProbabilities[token]!);
      }, 0);
    };
    const now = await forward.of(part.bucket, part.feeds);
    const told = new Map(part.places.map(({ sample, token }, place) => [`${sample}/${token}`, now[place]!]));
    for (const [sample, { logProbabilities }] of rows.entries())
      for (const [token, value] of logProbabilities.entries())
        expect(Math.abs((told.get(`${sample}/${token}`) ?? 0) - value)).toBeLessThan(1e-4);

    const gradients = new TokenGradients(
      { config: CONFIG, parameters },
      { temperature, form, clipLow: 1, clipHigh: 100 },
    );
    await gradients.of([samples]);
    const { gradient } = gradients;
    const steepest = [...gradient.keys()].sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!)).slice(0, 4);
    for (const place of steepest) {
      const [value, step] = [parameters.flat[place]!, 1e-2];
      parameters.flat[place] = value + step;
      const above = await lossNow();
      parameters.flat[place] = value - step;
      const below = await lossNow();
      parameters.flat[place] = value;
      expect((above - below) / (2 * step) / gradient[place]!).toBeCloseTo(1, 1);
    }
    await gradients.release();
    await forward.release();
  });
});

describe('a form without room', () => {
  it('says how many tokens more there must be', () => {
    const opened = () =>
      decisionForm({ tokenizer: tokenizers.whole, vocabulary: VOCABULARY, names: NAMES, maxTokens: 10 });
    expect(opened).toThrow(/policy\.maxTokens 10 leaves \d+ tokens for a sub-question; raise it by \d+/);
  });
});
