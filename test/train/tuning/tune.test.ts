/** A scripted teacher: what it finds is kept where it helps, and refused where it harms or does nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyedRandom } from '../../../src/common/random.ts';
import { QuestionSchema } from '../../../src/eval/datasets/question.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import {
  fakeKnowledgeBase,
  fakeReader,
  policyOf,
  routerOptions,
  scriptedChatModel,
  search,
  stop,
} from '../../../src/test/index.ts';
import type { TrainingQuestion } from '../../../src/train/rollouts/roll-out.ts';
import type { Budget } from '../../../src/train/synthesis/spending.ts';
import { chatTuningTeacher } from '../../../src/train/tuning/chat-teacher.ts';
import { openTuneJournal } from '../../../src/train/tuning/journal.ts';
import { tuningReport } from '../../../src/train/tuning/report.ts';
import { type Guidance, type TuneOptions, type TuningTeacher, tune } from '../../../src/train/tuning/tune.ts';
import { temporaryDirectory } from '../../cli/run-cli.ts';

const THINGS = Array.from({ length: 60 }, (_, place) => `thing${place}`);
const NAMES = ['figures', 'notes'];

/** Prices stand in `figures`, rules in `notes`. */
const questions = THINGS.map((thing, place): TrainingQuestion => {
  const [topic, knowledgeBase] = place % 2 === 0 ? ['price', 'figures'] : ['rule', 'notes'];
  const question = `The ${topic} of ${thing}?`;
  const answer = `${topic} ${place}`;
  const document = `${knowledgeBase}-${question}-0`;
  return {
    question: QuestionSchema.parse({
      id: thing,
      question,
      answers: [answer],
      steps: [{ subQuestion: question, knowledgeBase, documents: [document], answer }],
    }),
  };
});

const bases = NAMES.map((name) =>
  fakeKnowledgeBase(
    name,
    Object.fromEntries(
      questions
        .filter(({ question }) => question.steps![0]!.knowledgeBase === name)
        .map(({ question }) => [question.question, [question.answers[0]!]]),
    ),
  ),
);

/** A model that goes by the descriptions: it asks what speaks of the topic, else one at random; told to hesitate, it asks nothing. */
const drive = ({ descriptions, instructions }: Guidance) =>
  driveRouter(
    routerOptions({
      knowledgeBases: bases.map((base) => ({ ...base, description: descriptions[base.name]! })),
      reader: fakeReader(),
      policy: policyOf(({ question, steps, knowledgeBases }, { seed }) => {
        if (steps.length > 0 || instructions.includes('ask nothing')) return { decision: stop };
        const [, topic = ''] = question.split(' ');
        const fitting = knowledgeBases.find(({ description }) => description.includes(topic));
        return { decision: search(question, (fitting ?? keyedRandom(seed, 'choice').pick(knowledgeBases)).name) };
      }),
    }),
  );

const START: Guidance = { descriptions: { figures: 'Some lists.', notes: 'Some texts.' }, instructions: '' };
const BETTER: Guidance = {
  descriptions: { figures: 'Lists with the price of each thing.', notes: 'Texts with the rule for each thing.' },
  instructions: '',
};
const SWAPPED: Guidance = {
  descriptions: { figures: 'Texts with the rule for each thing.', notes: 'Lists with the price of each thing.' },
  instructions: '',
};
const IDLE: Guidance = {
  descriptions: { figures: 'Some other lists.', notes: 'Some other texts.' },
  instructions: 'Be polite.',
};

const scripted = (proposals: readonly (Guidance | undefined)[]): TuningTeacher & { explained: number } => {
  const left = [...proposals];
  return {
    explained: 0,
    async explain() {
      this.explained++;
      return 'The better runs asked figures for prices.';
    },
    async propose() {
      return left.shift();
    },
  };
};

const run = (teacher: TuningTeacher, given: Partial<TuneOptions> = {}) =>
  tune({
    start: START,
    train: questions.slice(0, 20),
    heldOut: questions.slice(20),
    drive,
    teacher,
    reward: { weights: { 'evidence-gain': 1, 'answer-recall-rule': 1, 'search-cost': 0.05 }, failure: -1 },
    rounds: 1,
    candidates: 1,
    ...given,
  });

describe('tuning', () => {
  it('keeps a planted improvement, with its evidence', async () => {
    const teacher = scripted([BETTER]);
    const result = await run(teacher);
    expect(teacher.explained).toBeGreaterThan(0);
    expect(result.guidance).toEqual(BETTER);
    expect(result.trials[0]).toMatchObject({ verdict: 'better', test: { losses: 0 } });
    const page = tuningReport(START, result, { store: './store', file: 'x.txt' });
    expect(page).toContain('1 of 1 candidates won their test on 40 held-out questions');
    expect(page).toContain(
      'r1-router kb set "figures" --description "Lists with the price of each thing." --store ./store',
    );
    expect(page).toContain('- The better runs asked figures for prices.');
  });

  it('refuses a planted harm and what does nothing, and keeps what is better beside them', async () => {
    const result = await run(scripted([{ ...START, instructions: 'ask nothing' }, IDLE, BETTER, SWAPPED]), {
      rounds: 2,
      candidates: 2,
    });
    expect(result.trials.map(({ verdict }) => verdict)).toEqual(['not-better', 'not-better', 'better', 'not-better']);
    expect(result.guidance).toEqual(BETTER);
    expect(result.level).toBeCloseTo(0.0125);
    const page = tuningReport(START, result, { file: 'x.txt' });
    expect(page).toContain('refused: not better beyond doubt');
  });

  it('changes nothing where the teacher has nothing usable, and says so', async () => {
    const long = { ...START, instructions: 'x'.repeat(5000) };
    const unknown = { descriptions: { moon: 'Stones.' }, instructions: '' };
    const result = await run(scripted([undefined, START, long, unknown]), { rounds: 2, candidates: 2 });
    expect(result.trials.every(({ verdict }) => verdict === 'unusable')).toBe(true);
    expect(result.guidance).toEqual(START);
    expect(tuningReport(START, result, { file: 'x.txt' })).toContain('Nothing is to be changed.');
  });
});

describe('a tuning that was killed', () => {
  /** A teacher that proposes by what it was told, so that the same state gets the same proposal; it counts what it is asked. */
  const steady = () => {
    const asked = { explain: 0, propose: 0 };
    const teacher: TuningTeacher = {
      async explain(_group, _current, { spend } = {}) {
        asked.explain++;
        spend?.({ input: 100, output: 10 });
        return 'The better runs asked figures for prices.';
      },
      async propose(_lessons, _current, turn, { spend } = {}) {
        asked.propose++;
        spend?.({ input: 300, output: 50 });
        return turn === 0 ? IDLE : BETTER;
      },
    };
    return { asked, teacher };
  };
  const tuned = async (file: string, teacher: TuningTeacher, budget: Budget = {}) => {
    const journal = await openTuneJournal(file, 'settings', budget);
    const given = { rounds: 2, candidates: 2, questions: 8, journal };
    const result = await run(teacher, given).finally(() => journal.close());
    return tuningReport(START, result, { file: 'x.txt', prices: { input: 1, output: 10 } });
  };

  it('goes on to the same report and the same journal, and asks nothing twice', async () => {
    const whole = join(temporaryDirectory(), 'log.jsonl');
    const first = steady();
    const expected = await tuned(whole, first.teacher);
    expect(expected).toContain('Ended because: every round was gone through.');
    expect(expected).toContain('kept');
    expect(expected).toMatch(/Tokens of models: [1-9]\d* read, [1-9]\d* written/);
    const bytes = readFileSync(whole);
    for (const share of [0, 0.05, 0.3, 0.5, 0.8, 0.97, 1]) {
      const file = join(temporaryDirectory(), 'log.jsonl');
      writeFileSync(file, bytes.subarray(0, Math.floor(share * bytes.length)));
      const again = steady();
      expect(await tuned(file, again.teacher)).toBe(expected);
      expect(readFileSync(file).equals(bytes)).toBe(true);
      if (share === 0.5) expect(again.asked.explain).toBeLessThan(first.asked.explain);
      if (share === 1) expect(again.asked).toEqual({ explain: 0, propose: 0 });
    }
  });

  it('ends where its budget is used up, at the same place however often it was killed', async () => {
    const file = join(temporaryDirectory(), 'log.jsonl');
    const ended = await tuned(file, steady().teacher, { tokens: 1000 });
    expect(ended).toContain('the budget of tokens was used up');
    expect(await tuned(file, steady().teacher, { tokens: 1000 })).toBe(ended);
    const dear = await tuned(file, steady().teacher, { price: { most: 0.0012, input: 1, output: 10 } });
    expect(dear).toContain('the budget of money was used up');
    expect(await tuned(file, steady().teacher)).toContain('every round was gone through');
  });

  it('is not gone on with under other settings, nor from a file that is none', async () => {
    const file = join(temporaryDirectory(), 'log.jsonl');
    await (await openTuneJournal(file, 'settings')).close();
    await expect(openTuneJournal(file, 'others')).rejects.toMatchObject({ code: 'tuning-settings' });
    writeFileSync(file, 'a shopping list\n');
    await expect(openTuneJournal(file, 'settings')).rejects.toMatchObject({ code: 'tuning-file' });
    writeFileSync(file, '{"format":"r1-router-tuning","version":1,"settings":"settings"}\n{"key":7}\n');
    await expect(openTuneJournal(file, 'settings')).rejects.toMatchObject({ code: 'tuning-damaged' });
  });
});

describe('a chat model as teacher', () => {
  it('is asked again for what is no JSON, and given up in the end', async () => {
    const model = scriptedChatModel([
      'I think that',
      '{"descriptions": {"figures": "Prices."}, "instructions": "Ask once."}',
      'no',
      'no',
    ]);
    const teacher = chatTuningTeacher(model, { firstPauseMs: 1, attempts: 2 });
    expect(await teacher.propose(['a lesson'], START, 0)).toEqual({
      descriptions: { figures: 'Prices.' },
      instructions: 'Ask once.',
    });
    expect(await teacher.propose([], START, 1)).toBeUndefined();
    expect(model.calls[0]!.messages[1]!.text).toContain('a lesson');
  });

  it('shows the runs of a group with what they earned, and hears NOTHING', async () => {
    const model = scriptedChatModel(['NOTHING', 'Ask figures first.']);
    const teacher = chatTuningTeacher(model);
    const group = {
      groupId: 'g',
      question: questions[0]!.question,
      members: [
        { member: 0, runId: 'a', answer: 'price 0', steps: [] },
        { member: 1, runId: 'b', answer: null, steps: [], failure: 'timeout' },
      ],
      rewards: [
        { total: [0.2], parts: {} },
        { total: [-1], parts: {} },
      ],
    };
    expect(await teacher.explain(group, START)).toBeUndefined();
    expect(await teacher.explain(group, START)).toBe('Ask figures first.');
    const said = model.calls[0]!.messages[1]!.text;
    expect(said).toContain('Run 1, score 0.20: answered "price 0"');
    expect(said).toContain('Run 2, score -1.00: failed: timeout');
  });
});
