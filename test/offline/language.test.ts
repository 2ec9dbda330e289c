/** The seam of a language: a policy belongs to the one it was trained with, and another can be brought. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyState, StepContext } from '../../src/graph/policy.ts';
import { extractiveAnswerer } from '../../src/offline/answerer.ts';
import { ENGLISH, english } from '../../src/offline/english/english.ts';
import type { Inquiry, Language } from '../../src/offline/language.ts';
import { coverPolicy, openCoverPolicy } from '../../src/offline/policies/cover.ts';
import { probePolicy } from '../../src/offline/policies/probe.ts';
import {
  assembleScorer,
  loadScorer,
  ScorerConfigSchema,
  ScorerLanguageError,
  saveScorer,
} from '../../src/offline/policies/scorer/directory.ts';
import { routeQuestions } from '../../src/offline/policies/scorer/route.ts';
import { openScorerPolicy, scorerPolicy } from '../../src/offline/policies/scorer.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import type { Passage } from '../../src/tools/passage.ts';
import { CARDS, randomScorer } from './policies/scorer-fixtures.ts';

const ARLANDIC = { name: 'arlandic', version: 3 } as const;

/** A language of one form: `X o?` asks for what stands behind `X o`. It finds names by capitals, and takes nothing apart. */
function arlandic(): Language {
  const own = english();
  const inquire = (text: string): Inquiry => ({
    text,
    form: 'attribute',
    expected: 'thing',
    attribute: ['o'],
    attributeText: 'o',
    subject: text.split(' ')[0]!,
    asked: [],
    verbs: [],
    subjectStems: [text.split(' ')[0]!.toLowerCase()],
    names: [text.split(' ')[0]!],
  });
  return {
    ...ARLANDIC,
    words: { ...own.words, stem: (word) => word, contentStems: wordsOf, allStems: wordsOf, vocabulary: wordsOf },
    inquire,
    read({ names: [name] }, passages) {
      for (const passage of passages) {
        const answer = new RegExp(`${name} o (\\p{L}+)`, 'u').exec(passage.text)?.[1];
        if (answer) return { answer, confidence: 0.9, passage, quote: passage.text };
      }
      return undefined;
    },
    confirms: () => false,
    understand({ question, steps }) {
      const at = steps.findIndex(({ answer }) => answer !== null);
      const found = at < 0 ? undefined : { text: steps[at]!.answer!, steps: [at] };
      return {
        remaining: question,
        answer: found,
        standing: found && { ...found, by: 'grammar' },
        candidates: found ? [] : [{ subQuestion: question, provider: 'grammar', kind: 'whole', completes: true }],
        mentions: { words: [], names: [], properties: [], explained: 1 },
      };
    },
  };
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];

const passage: Passage = {
  id: 'p1',
  documentId: 'd1',
  knowledgeBase: CARDS[0]!.name,
  text: 'Bor o gran, e Bor o.',
  score: 4,
  rank: 0,
};

const state = (steps: PolicyState['steps'] = []): PolicyState => ({
  question: 'Bor o?',
  steps,
  knowledgeBases: CARDS,
  maxSteps: 3,
  conversation: [],
});

const context: StepContext = {
  seed: 's',
  config: {},
  image: async () => undefined,
  search: async () => ({ outcome: 'passages', passages: [passage] }),
};

describe('another language', () => {
  const language = arlandic();
  const trained = assembleScorer({ ...randomScorer().config, language: ARLANDIC }, randomScorer().weights);

  it('takes the place of English in every policy, in the reader and in the answerer', async () => {
    for (const policy of [
      probePolicy({ language }),
      scorerPolicy(trained, { language, thoroughness: -20 }),
      scorerPolicy(trained, { language, thoroughness: 20 }),
      coverPolicy(trained, { language }),
    ]) {
      expect((await policy.decide(state(), context)).decision.type).toMatch(/search|stop/);
    }
    const { decision } = await probePolicy({ language }).decide(state(), context);
    expect(decision).toMatchObject({ type: 'search', searches: [{ subQuestion: 'Bor o?' }] });
    const reading = await extractiveReader({ language }).read(
      { question: 'Bor o?', subQuestion: 'Bor o?', knowledgeBases: [CARDS[0]!], passages: [passage], steps: [] },
      context,
    );
    expect(reading).toMatchObject({ answer: 'gran', citations: [{ passageId: 'p1' }] });
    const step = {
      subQuestion: 'Bor o?',
      knowledgeBases: ['x'],
      outcome: 'passages',
      answer: 'gran',
      passages: [passage],
    };
    const done = state([{ ...step, outcome: 'passages' }]);
    expect((await probePolicy({ language }).decide(done, context)).decision).toEqual({ type: 'stop' });
    expect(await extractiveAnswerer({ language }).answer(done, context)).toMatchObject({ answer: 'gran' });
  });

  it('goes with a scorer that was trained with it, and with no other', () => {
    expect(() => scorerPolicy(trained)).toThrowError(ScorerLanguageError);
    expect(() => scorerPolicy(randomScorer(), { language })).toThrowError(
      /trained with the language english version 1/,
    );
    expect(() => coverPolicy(randomScorer(), { language })).toThrowError(ScorerLanguageError);
    expect(() => routeQuestions([{ id: 1, question: 'Bor o?' }], trained)).toThrowError(ScorerLanguageError);
    expect(routeQuestions([{ id: 1, question: 'Bor o?' }], trained, { language })).toHaveLength(1);
  });
});

describe('a policy directory', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'r1-language-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('names its language, and loads with no other and no other version', async () => {
    await saveScorer(directory, randomScorer());
    expect((await loadScorer(directory)).config.language).toEqual(ENGLISH);
    const later = { ...english(), version: ENGLISH.version + 1 };
    for (const open of [loadScorer, openScorerPolicy, openCoverPolicy]) {
      await expect(open(directory, { language: later })).rejects.toMatchObject({
        code: 'policy-language',
        trained: ENGLISH,
        given: { name: 'english', version: ENGLISH.version + 1 },
        message: expect.stringContaining('train it again'),
      });
      await expect(open(directory, { language: arlandic() })).rejects.toThrowError(ScorerLanguageError);
    }
  });

  it('of version 1 is one of English, version 1', async () => {
    await saveScorer(directory, randomScorer());
    const file = path.join(directory, 'config.json');
    const { language: _, ...config } = ScorerConfigSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    await writeFile(file, JSON.stringify({ ...config, version: 1 }));
    expect((await loadScorer(directory, { language: { name: 'english', version: 1 } })).config).toMatchObject({
      version: 2,
      language: { name: 'english', version: 1 },
    });
    await expect(loadScorer(directory, { language: ARLANDIC })).rejects.toThrowError(ScorerLanguageError);
  });

  it('that ships names the commit of its sources', async () => {
    await cp('models/scorer', directory, { recursive: true });
    const { config } = await loadScorer(directory);
    expect(config.training.gitHash).toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('an instance of English', () => {
  it('understands a state once', () => {
    const language = english();
    const asked = state();
    expect(language.understand(asked)).toBe(language.understand(asked));
    expect(language.understand({ ...asked })).not.toBe(language.understand(asked));
  });
});
