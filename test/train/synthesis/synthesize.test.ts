import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { scriptedChatModel } from '../../../src/test/index.ts';
import { acceptedQuestions } from '../../../src/train/synthesis/accepted.ts';
import type { Draft } from '../../../src/train/synthesis/draft.ts';
import { BATCH, openJournal } from '../../../src/train/synthesis/journal.ts';
import { synthesisCounts, synthesisReport } from '../../../src/train/synthesis/report.ts';
import { type SynthesisItem, type SynthesisOptions, synthesize } from '../../../src/train/synthesis/synthesize.ts';
import { goldTeacher, type Teacher } from '../../../src/train/synthesis/teacher.ts';
import { writeQuestions, writerTasks } from '../../../src/train/synthesis/writer.ts';
import { temporaryDirectory } from '../../cli/run-cli.ts';
import { NOTES, openWorkshop } from '../own/workshop.ts';

const draftOf = ([id, title]: (typeof NOTES)[number], question = `What about ${title}?`): Draft => ({
  question,
  answers: [`answer ${id}`],
  template: 'note',
  phrasing: '0',
  steps: [{ subQuestion: title, knowledgeBase: 'notes', documents: [id], answer: `answer ${id}` }],
  sources: [id],
});

const items = (drafts: readonly Draft[]) =>
  drafts.map((draft, place) => ({ key: `${place}`, drafts: async () => [draft] }));

async function workshop() {
  const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
  const teacher = goldTeacher({ knowledgeBases, images: memoryImageStore() });
  return { knowledgeBases, teacher, close };
}

async function run(
  given: Partial<SynthesisOptions> & Pick<SynthesisOptions, 'items' | 'teacher'>,
  file = join(temporaryDirectory(), 'log.jsonl'),
) {
  const journal = await openJournal(file, 'settings', given.items.length);
  const end = await synthesize({
    journal,
    limits: { questions: 100, perTemplate: 100 },
    samples: 2,
    seed: 1,
    retry: { firstPauseMs: 1, attempts: 3 },
    image: async () => 'none',
    judge: () => false,
    ...given,
  });
  await journal.close();
  return { end, lines: journal.lines, file };
}

describe('a synthesis', () => {
  it('keeps what the gold steps reach, and says of the rest why not', async () => {
    const { teacher, close } = await workshop();
    const drafts = [
      ...NOTES.map((note) => draftOf(note)),
      draftOf(NOTES[0]),
      { ...draftOf(NOTES[1]), question: 'Another?' },
    ];
    const lost = {
      ...draftOf(NOTES[2], 'Where are the whales?'),
      steps: [{ ...draftOf(NOTES[2]).steps[0]!, subQuestion: 'whales' }],
    };
    const { end, lines } = await run({ items: items([...drafts, lost]), teacher });
    await close();
    const accepted = acceptedQuestions(
      lines.flatMap(({ trials }) => trials),
      { seed: 1, validation: 0.3 },
    );
    const counts = synthesisCounts(lines, accepted);
    expect(end).toBe('all-items');
    expect(counts.rejected).toEqual({ duplicate: 1, length: 1, 'no-answer': 1 });
    expect(accepted).toHaveLength(8);
    expect(accepted[0]).toMatchObject({ route: 'notes', trajectory: { teacher: 'gold-steps', searches: 1 } });
    const page = synthesisReport(lines, accepted, { teacher: 'gold-steps', end });
    expect(page).toContain('| duplicate | 1 | the same question was kept before |');
    expect(page).toContain('Where are the whales?');
  });

  it('goes on to the same bytes from whatever a kill has left', async () => {
    const { teacher, close } = await workshop();
    const drafts = Array.from({ length: 3 }, (_, turn) =>
      NOTES.map((note) => draftOf(note, `What about ${note[1]} ${turn}?`)),
    ).flat();
    const whole = await run({ items: items(drafts.slice(0, 21)), teacher });
    const expected = readFileSync(whole.file);
    for (const share of [0, 0.1, 0.33, 0.5, 0.77, 0.99, 1]) {
      const file = join(temporaryDirectory(), 'log.jsonl');
      writeFileSync(file, expected.subarray(0, Math.floor(share * expected.length)));
      await run({ items: items(drafts.slice(0, 21)), teacher }, file);
      expect(readFileSync(file).equals(expected)).toBe(true);
    }
    await close();
  });

  it('stops at its budgets, asked between batches', async () => {
    const { teacher, close } = await workshop();
    const drafts = Array.from({ length: 4 }, (_, turn) =>
      NOTES.map((note) => draftOf(note, `What about ${note[1]} ${turn}?`)),
    ).flat();
    const limits = { questions: 100, perTemplate: 100 };
    const costly = drafts.map(
      (draft, place): SynthesisItem => ({
        key: `${place}`,
        drafts: async (_signal, spend) => {
          spend({ input: 8, output: 2 });
          return [draft];
        },
      }),
    );
    expect(await run({ items: costly, teacher, limits: { ...limits, tokens: 100 } })).toMatchObject({
      end: 'tokens',
      lines: { length: 2 * BATCH },
    });
    // A batch reads 64 and writes 16, which costs 1.12e-4.
    const price = { most: 2e-4, input: 1, output: 3 };
    const dear = await run({ items: costly, teacher, limits: { ...limits, price } });
    expect(dear).toMatchObject({ end: 'price', lines: { length: 2 * BATCH } });
    const counts = synthesisCounts(dear.lines, [], price);
    expect(counts.tokens).toEqual({ input: 128, output: 32 });
    expect(counts.price).toBeCloseTo(2.24e-4);
    expect(synthesisReport(dear.lines, [], { teacher: 'gold-steps', end: dear.end, prices: price })).toContain(
      'Tokens of models: 128 read, 32 written, for 0.0002.',
    );
    const few = await run({ items: items(drafts), teacher, limits: { ...limits, questions: 5 } });
    expect(few.end).toBe('questions');
    expect(synthesisCounts(few.lines, []).rejected).toEqual({ cap: 3 });
    expect((await run({ items: items(drafts), teacher, limits: { ...limits, milliseconds: 0 } })).end).toBe('time');
    await close();
  });

  it('survives a teacher that fails, and keeps the run with the fewest searches', async () => {
    const { teacher, close } = await workshop();
    let calls = 0;
    const moody: Teacher = {
      name: 'moody',
      varies: true,
      async run(task) {
        calls++;
        if (task.draft.question.includes('Keys')) throw Object.assign(new Error('overloaded'), { status: 529 });
        if (calls === 1) throw Object.assign(new Error('slow down'), { status: 429, headers: { 'retry-after': '0' } });
        const output = await teacher.run(task);
        return task.sample === 0 ? { ...output, usage: { ...output.usage, searches: 9 } } : output;
      },
    };
    const { lines } = await run({ items: items([draftOf(NOTES[0]), draftOf(NOTES[5])]), teacher: moody });
    await close();
    expect(lines[0]!.trials[0]).toMatchObject({ verdict: 'accepted', trajectory: { sample: 1, searches: 1 } });
    expect(lines[0]!.troubles['rate-limit'] + lines[1]!.troubles['rate-limit']).toBe(1);
    expect(lines[1]!.trials[0]).toMatchObject({ verdict: 'teacher', detail: 'failure: overloaded' });
    expect(lines[1]!.troubles.failure).toBeGreaterThanOrEqual(5);
  });

  it('refuses to go on with other settings, and says which line is damaged', async () => {
    const { teacher, close } = await workshop();
    const { file } = await run({ items: items(NOTES.map((note) => draftOf(note))), teacher });
    await close();
    await expect(openJournal(file, 'other', 8)).rejects.toMatchObject({ code: 'synthesis-settings' });
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"item":3', '"item":"x"'));
    await expect(openJournal(file, 'settings', 8)).rejects.toThrow(':5: damaged');
  });
});

describe('a chat model that writes questions', () => {
  const task = {
    key: 'k',
    passages: [
      { id: 'a', documentId: 'a', knowledgeBase: 'notes', score: 0, rank: 0, text: 'A repair takes three days.' },
    ],
  };
  const options = { wordings: 3, seed: '1' };

  it('gives wordings of one question with the answer as it stands', async () => {
    const model = scriptedChatModel([
      'Here: {"questions": ["how long?", "How long is a repair?", "how long?"], "answer": "three days"}',
    ]);
    const drafts = await writeQuestions(model, task, options);
    expect(drafts.map(({ question }) => question)).toEqual(['how long?', 'How long is a repair?']);
    expect(drafts[0]).toMatchObject({ answers: ['three days'], steps: [{ documents: ['a'], knowledgeBase: 'notes' }] });
  });

  it.each(['no JSON', '{"questions": ["a?"', '{"questions": []}', '{"questions": ["a?"], "answer": "five weeks"}'])(
    'calls %s garbage',
    async (reply) => {
      await expect(writeQuestions(scriptedChatModel([reply]), task, options)).rejects.toMatchObject({
        code: 'teacher-garbage',
      });
    },
  );

  it('is given single passages and pairs that share a name', async () => {
    const passage = (id: string, text: string) => ({ ...task.passages[0]!, id, documentId: id, text });
    const passages = [
      passage('a', 'Marta Lund founded it.'),
      passage('b', 'Call Marta Lund.'),
      passage('c', 'Nobody.'),
    ];
    const tasks = writerTasks([{ name: 'notes', modality: 'text', passages }], 1);
    expect(tasks).toHaveLength(4);
    expect(tasks.find(({ link }) => link)).toMatchObject({ link: 'Marta Lund', passages: [{ id: 'a' }, { id: 'b' }] });
  });
});
