/**
 * The reader of people's own files on a folder of a small museum (ours, made for this): 27 questions in everyday words and three that the
 * folder does not answer. What counts first is that nothing is invented.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kitQuestions, verdictOf } from '../../../bench/models/kit.ts';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { english } from '../../../src/offline/english/english.ts';
import { filesAnswerer } from '../../../src/offline/files/answerer.ts';
import { askedOf } from '../../../src/offline/files/asked.ts';
import { filesEvidence } from '../../../src/offline/files/evidence.ts';
import { filesPolicy } from '../../../src/offline/files/policy.ts';
import { filesReader, readFiles } from '../../../src/offline/files/reader.ts';
import { spansOf } from '../../../src/offline/files/typed-spans.ts';
import { widerQuestion } from '../../../src/offline/files/wider-search.ts';
import type { Modality } from '../../../src/tools/knowledge-base.ts';
import type { Passage } from '../../../src/tools/passage.ts';
import { runCliHere } from '../../cli/run-cli.ts';

const FOLDER = join(import.meta.dirname, 'fixtures', 'museum');
const questions = kitQuestions(FOLDER);

describe('a museum’s own files', () => {
  let store: string;
  beforeAll(async () => {
    store = await mkdtemp(join(tmpdir(), 'museum-'));
    const sources: [string, Modality, string[]][] = [
      ['documents', 'text', [join(FOLDER, 'notes')]],
      ['figures', 'table', [join(FOLDER, 'objects.csv'), join(FOLDER, 'volunteers.csv')]],
      ['pictures', 'text-image', [join(FOLDER, 'pictures')]],
    ];
    const { createKnowledgeBase, ingestSources, openSources, openStore } = await import('../../../src/tools/index.ts');
    const { store: opened, close } = await openStore(store, { readOnly: false });
    for (const [name, modality, paths] of sources) {
      const card = { name, modality, description: `Our ${name}`, cost: 1 };
      const knowledgeBase = await createKnowledgeBase({ store: opened, card });
      const { errors } = await ingestSources({ knowledgeBase, sources: await openSources(paths, { modality }) });
      expect(errors).toEqual([]);
    }
    await close();
  });
  afterAll(() => rm(store, { recursive: true, force: true }));

  it('answers what is plain, shows the rest, and invents nothing', async () => {
    const { openKnowledgeBases } = await import('../../../src/tools/index.ts');
    const { knowledgeBases, close } = await openKnowledgeBases({ store });
    const images = memoryImageStore();
    const graph = createRouterGraph({
      knowledgeBases,
      policy: filesPolicy(),
      reader: filesReader(),
      answerer: filesAnswerer(),
      evidence: filesEvidence,
      images,
    });
    const count = { right: 0, shown: 0, abstained: 0, refused: 0 };
    const faults: string[] = [];
    for (const question of questions) {
      const image = question.image && (await images.put(readFileSync(join(FOLDER, question.image))));
      const { answer, evidence } = await graph.invoke({ question: question.question, ...(image && { image }) });
      const verdict = verdictOf(question, { answer, evidence });
      if (verdict === 'wrong' || verdict === 'invented') faults.push(`${verdict}: ${question.question} -> ${answer}`);
      else count[verdict]++;
    }
    await close();
    expect(faults).toEqual([]);
    expect(count.right).toBeGreaterThanOrEqual(6);
    expect(count.right + count.shown).toBeGreaterThanOrEqual(20);
  });

  it('is asked by the files policy where nothing else is said', async () => {
    const { exitCode, stdout } = await runCliHere([
      'ask',
      'how',
      'often',
      'do',
      'we',
      'empty',
      'the',
      'bug',
      'traps',
      '--store',
      store,
      '--json',
    ]);
    expect(exitCode).toBe(0);
    const { answer, steps, evidence } = JSON.parse(stdout);
    expect(answer).toBe('every six weeks');
    expect(steps[0].policy.name).toBe('files');
    expect(evidence[0].text).toContain('every six weeks');
  });
});

const language = english();

const passage = (text: string, title?: string): Passage => ({
  id: text,
  documentId: text,
  knowledgeBase: 'notes',
  score: 1,
  rank: 0,
  text,
  ...(title && { title }),
});
const read = (question: string, ...texts: string[]) =>
  readFiles({ question, passages: texts.map((text) => passage(text)), steps: [] }, language)?.answer;

describe('readFiles', () => {
  it('takes the one span of the kind that is asked for', () => {
    expect(read('How long is the boat trip?', 'The boat trip takes 40 minutes.')).toBe('40 minutes');
    expect(read('How often is the lamp cleaned?', 'The lamp is cleaned twice a week.')).toBe('twice a week');
  });

  it('says nothing where two places say different things', () => {
    expect(
      read('How long is the boat trip?', 'The boat trip takes 40 minutes.', 'The boat trip takes two hours.'),
    ).toBeUndefined();
  });

  it('says nothing of a thing that only nearly exists', () => {
    const table = {
      header: ['Boat', 'Price (NOK)'],
      rows: [
        ['Terna 200', '900'],
        ['Terna 300', '1200'],
      ],
    };
    const passages = [{ ...passage('boats'), table }];
    expect(readFiles({ question: 'What does the Terna 200 cost?', passages, steps: [] }, language)?.answer).toBe(
      '900 NOK',
    );
    expect(readFiles({ question: 'What does the Terna 400 cost?', passages, steps: [] }, language)).toBeUndefined();
  });

  it('never answers with a title', () => {
    const titled = passage('The bell hangs in the tower.', 'House rules - Bell');
    expect(readFiles({ question: 'What is the bell?', passages: [titled], steps: [] }, language)?.answer).not.toBe(
      'House rules - Bell',
    );
  });
});

describe('kinds of questions', () => {
  it.each([
    ['How many days of leave are there?', 'count'],
    ['how long does it take', 'time-span'],
    ['When does the shop close?', 'clock'],
    ['When was it built?', 'date'],
    ['Where do we meet when it burns?', 'place'],
    ['Who keeps the key?', 'person'],
    ['How much is a ticket?', 'money'],
    ['What colour is the door?', 'colour'],
    ['Why is it closed?', 'reason'],
    ["what's Ann Berg's e-mail address?", 'email'],
    ['whats the phone number of the boatyard', 'phone'],
    ['which number do I call at night?', 'phone'],
    ['whats the email of the boatyard', 'email'],
    ['Who do I email about the mooring?', 'person'],
    ['what is the phone allowance?', 'value'],
    ['How old must a skipper be?', 'time-span'],
    ['how much earlier should we come?', 'time-span'],
    ['colour of the buoys?', 'colour'],
  ])('%s asks for a %s', (question, kind) => {
    expect(askedOf(question).kind).toBe(kind);
  });

  it('takes the side of a span of time that is asked for', () => {
    const closing = askedOf('When do you close?');
    expect(spansOf('Open from 9:00 to 17:00.', closing).map(({ text }) => text)).toEqual(['17:00']);
  });

  it('widens a question with words of like meaning', () => {
    expect(widerQuestion('Who set up the club?')).toMatch(/found|establish/);
  });
});
