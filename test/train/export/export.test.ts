import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QuestionSchema } from '../../../src/eval/datasets/question.ts';
import { parseAnswer } from '../../../src/graph/chat-model/protocols/answer-tags.ts';
import { parseDecision } from '../../../src/graph/chat-model/protocols/decision-tags.ts';
import { ownNames } from '../../../src/graph/chat-model/protocols/naming.ts';
import { searchFor } from '../../../src/graph/decision.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  exportedRows,
  importedQuestion,
  questionsOfRows,
  REWARD_MODULE,
  type RolloutRow,
  rolloutRows,
  rowSchema,
  rowsOf,
  teacherTurns,
  trainerSettings,
} from '../../../src/train/export/index.ts';
import { type ReferenceRow, ReferenceRowSchema } from '../../../src/train/export/reference-rows.ts';
import type { EasyR1Row, VerlRow } from '../../../src/train/export/turn-rows.ts';
import { readRecordStore } from '../../../src/train/rollouts/record-store.ts';
import type { TrainingQuestion } from '../../../src/train/rollouts/roll-out.ts';
import { parseTrainConfig } from '../../../src/train/trainer/train-config.ts';
import { trainScorer } from '../../../src/train/trainer/train-scorer.ts';
import { smallData, smallWorld } from '../small-world.ts';

const { knowledgeBases } = smallWorld();
const options = { knowledgeBases, maxSteps: 3, readLimit: 5, image: async () => undefined };
const NAMES = new Map([
  ['Table Retriever', 'table'],
  ['Text Retriever', 'text'],
]);
const [capital] = smallData().train as [TrainingQuestion];

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const marks = (text: string): number => text.split('<image>').length - 1;

async function* parsed(format: ExportFormat, lines: readonly string[]) {
  for (const line of lines) yield rowSchema(format).parse(JSON.parse(line));
}

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const list: Row[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

describe('a gold trajectory as turns', () => {
  it('decides, reads, stops and answers, each turn readable as the teacher meant it', async () => {
    const { turns } = await teacherTurns(capital, options);
    expect(turns.map(({ gold }) => gold.kind)).toEqual(['decide', 'read', 'decide', 'answer']);
    const [search, read, stop, answer] = turns;
    const asked = searchFor('What is the capital of Arland?', 'table');
    expect(parseDecision(search!.completion, NAMES).decision).toEqual(asked);
    expect(parseAnswer(read!.completion)).toMatchObject({ answer: 'Arland City', labels: [] });
    expect(parseDecision(stop!.completion, NAMES).decision).toEqual({ type: 'stop' });
    expect(parseAnswer(answer!.completion)).toMatchObject({ answer: 'Arland City' });
    expect(search!.system).toContain('Table Retriever: Tables of capitals and figures');
    expect(read!.user).toContain('tar-0: Capitals.');
    expect(stop!.user).toContain('Answer1: Arland City');
  });

  it('names what a reading rests on, where the model is one of our own', async () => {
    const { turns } = await teacherTurns(capital, { ...options, naming: ownNames });
    expect(parseAnswer(turns[1]!.completion)).toMatchObject({ answer: 'Arland City', labels: ['tar-0'] });
    expect(turns[0]!.completion).toContain('<ret>table</ret>');
  });

  it('leaves out readings that would teach to answer from nothing, and questions without gold', async () => {
    const astray = { ...capital.question, steps: [{ ...capital.question.steps![0]!, documents: ['elsewhere'] }] };
    const { turns } = await teacherTurns({ question: astray }, options);
    expect(turns.map(({ gold }) => gold.kind)).toEqual(['decide', 'decide', 'answer']);
    const bare = QuestionSchema.parse({ id: 'bare', question: 'Who?', answers: ['me'] });
    expect((await teacherTurns({ question: bare }, options)).turns).toEqual([]);
  });

  it('has no turn left to stop at where the gold steps fill the run', async () => {
    const { turns } = await teacherTurns(capital, { ...options, maxSteps: 1 });
    expect(turns.map(({ gold }) => gold.kind)).toEqual(['decide', 'read', 'answer']);
  });
});

describe('rows', () => {
  const exported = (format: ExportFormat, questions = smallData().train.slice(0, 3)) =>
    all(exportedRows(format, questions, { ...options, split: 'train', images: false }));
  const columns = (rows: object[]) => new Set(rows.map((row) => Object.keys(row).sort().join()));

  it('of the reference have golds in lower case, as its reward compares them', async () => {
    const rows = (await exported('reference')).map((row) => ReferenceRowSchema.parse(row));
    expect(rows).toHaveLength(3);
    expect(rows[0]!.steps.map(({ answer }) => answer)).toEqual([
      { query: 'what is the capital of arland?', retriever: ['table retriever'] },
      'Arland City',
      { query: 'none', retriever: ['none'] },
      ['Arland City'],
    ]);
  });

  it('of one turn have the gold as text and the same columns throughout, and none for images that are not there', async () => {
    const verl = await exported('verl');
    expect(verl).toHaveLength(12);
    for (const format of ['easyr1', 'verl', 'trl', 'sft'] as const) {
      const [names, ...others] = columns(await exported(format));
      expect(others).toEqual([]);
      expect(names).not.toContain('images');
    }
    expect(verl[5]).toMatchObject({
      data_source: 'r1-router',
      prompt: [{ role: 'system' }, { role: 'user' }],
      ability: 'read',
      reward_model: { style: 'rule', ground_truth: JSON.stringify({ kind: 'read', answer: 'King Arlus' }) },
      extra_info: { split: 'train', index: 5, turn: 1 },
    });
    const [trl] = await exported('trl');
    expect(trl).toMatchObject({ prompt: [{ role: 'system' }, { role: 'user' }], completion: [{ role: 'assistant' }] });
  });

  it('mark a picture in the text exactly where the row carries it', async () => {
    const images = memoryImageStore();
    const image = await images.put(PIXEL);
    const question = { question: { ...capital.question, image: '/pictures/arland.png' }, image };
    const shared = { ...options, split: 'train', images: true, image: (hash: string) => images.get(hash) };
    const verl = (await all(exportedRows('verl', [question, capital], shared))) as VerlRow[];
    expect(verl.some((row) => row.images!.length > 0)).toBe(true);
    for (const { prompt, images } of verl) expect(marks(prompt[1]!.content)).toBe(images!.length);
    const easy = (await all(exportedRows('easyr1', [question, capital], shared))) as EasyR1Row[];
    for (const { problem, images } of easy) expect(marks(problem)).toBe(images!.length);
    const [forked] = (await all(exportedRows('reference', [question], shared))) as ReferenceRow[];
    expect(forked!.steps.map(({ problem }) => marks(problem))).toEqual(forked!.steps.map(() => 1));
  });

  it('take a mark in a text for what it is', async () => {
    const odd = { ...capital.question, question: 'What is the capital of Arland, and what is <image>?' };
    const rows = (await exported('verl', [{ question: odd }])) as VerlRow[];
    expect(rows.map(({ prompt }) => marks(prompt[1]!.content))).toEqual(rows.map(() => 0));
  });

  it('keep what the teacher thought', async () => {
    const thoughts = () => ['the table knows', 'that is all'];
    const { turns } = await teacherTurns(capital, { ...options, thoughts });
    expect(turns[0]!.completion).toContain('<think>the table knows</think>');
    expect(turns[2]!.completion).toContain('<think>that is all</think>');
  });

  it('leave out what the protocol cannot say', async () => {
    const step = { ...capital.question.steps![0]!, subQuestion: 'What is <ret> of Arland?' };
    const { turns, left } = await teacherTurns({ question: { ...capital.question, steps: [step] } }, options);
    expect(left).toBe(1);
    expect(turns.map(({ gold }) => gold.kind)).not.toContain('undefined');
  });

  it.each(EXPORT_FORMATS)('of %s come back as they were', async (format) => {
    const images = memoryImageStore();
    const image = await images.put(PIXEL);
    const pictured = { question: { ...capital.question, id: 'pictured', image: '/pictures/a.png' }, image };
    const questions = [...smallData().train.slice(0, 4), pictured];
    const shared = { ...options, split: 'train', images: true, image: (hash: string) => images.get(hash) };
    const rows = await all(exportedRows(format, questions, shared));
    const lines = rows.map((row) => JSON.stringify(row));
    const read = await all(questionsOfRows(parsed(format, lines)));
    expect(read).toHaveLength(questions.length);
    let first = 0;
    const again = read.flatMap((question) => {
      const own = rowsOf(format, question, { first, images: true });
      first += question.turns.length;
      return own;
    });
    expect(again.map((row) => JSON.stringify(row))).toEqual(lines);
    const imported = read.map((question) => importedQuestion(question)!);
    expect(imported.map(({ question, answers }) => ({ question, answers }))).toEqual(
      questions.map(({ question }) => ({ question: question.question, answers: question.answers })),
    );
    expect(imported[1]!.steps.map(({ knowledgeBase }) => knowledgeBase)).toEqual(['text']);
  });
});

describe('sampled rollouts', () => {
  it('are rows that say what was shown, decided and earned', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'r1-export-'));
    const config = parseTrainConfig({
      policy: { probes: false },
      warmStart: { epochs: 0, fromRule: false },
      grpo: { iterations: 2, questions: 2, groupSize: 3 },
    });
    await trainScorer({ config, world: smallWorld(), data: smallData(), folder });
    const store = await readRecordStore(join(folder, 'records'));
    const rows: RolloutRow[] = await all(rolloutRows(store, { knowledgeBases, maxSteps: 5 }));
    expect(rows).toHaveLength(store.groups.flatMap(({ members }) => members.flatMap(({ records }) => records)).length);
    const own = new Map(knowledgeBases.map((card) => [ownNames(card), card.name]));
    for (const { completion, prompt, step } of rows) {
      expect(parseDecision(completion[0]!.content, own).decision.type).not.toBe('invalid');
      expect(/^Sub-question1 \(.+\): /m.test(prompt[1]!.content)).toBe(step > 0);
    }
    const last = rows.filter(({ group, member }) => group === rows[0]!.group && member === 0);
    expect(rows[0]!.reward_to_go).toBeCloseTo(last.reduce((sum, { reward }) => sum + reward, 0));
    await rm(folder, { recursive: true });
  });
});

describe('settings', () => {
  const ours = parseTrainConfig({});
  const paper = parseTrainConfig({ grpo: { estimator: 'paper', klWeight: 0 } });
  const lengths = { prompt: 700, completion: 90, images: false };

  it('name the estimator in the words of each trainer', () => {
    expect(trainerSettings('verl', ours, lengths)).toMatchObject({ 'algorithm.adv_estimator': 'rloo' });
    expect(trainerSettings('verl', paper, lengths)).toMatchObject({
      'algorithm.adv_estimator': 'grpo',
      'algorithm.norm_adv_by_std_in_grpo': true,
      'actor_rollout_ref.actor.use_kl_loss': false,
      'actor_rollout_ref.actor.loss_agg_mode': 'seq-mean-token-mean',
    });
    expect(trainerSettings('easyr1', paper, lengths)).toMatchObject({
      'algorithm.disable_kl': true,
      'worker.rollout.n': 6,
      'worker.actor.loss_avg_mode': 'seq',
      'worker.actor.clip_ratio_high': 0.28,
    });
    expect(trainerSettings('trl', ours, lengths)).toMatchObject({
      scale_rewards: 'none',
      epsilon: 0.2,
      epsilon_high: 0.28,
    });
  });

  it.each([
    [16, 6],
    [12, 5],
    [7, 3],
    [32, 8],
  ])('divide for %i questions of %i runs each, and hold the rows', (questions, groupSize) => {
    const config = parseTrainConfig({ grpo: { questions, groupSize } });
    const easy = trainerSettings('easyr1', config, lengths) as Record<string, number>;
    const gpus = easy['trainer.n_gpus_per_node']!;
    expect(easy['data.rollout_batch_size']! % easy['worker.actor.global_batch_size']!).toBe(0);
    expect((questions * groupSize) % gpus).toBe(0);
    expect(easy['data.max_prompt_length']).toBe(768);
    const verl = trainerSettings('verl', config, lengths) as Record<string, number>;
    expect(verl['data.train_batch_size']).toBeGreaterThanOrEqual(verl['actor_rollout_ref.actor.ppo_mini_batch_size']!);
    expect(verl['data.max_prompt_length']).toBeGreaterThanOrEqual(700);
    const trl = trainerSettings('trl', config, lengths) as Record<string, number>;
    const batch = trl.per_device_train_batch_size! * trl.gradient_accumulation_steps!;
    expect(batch % trl.num_generations!).toBe(0);
  });
});

const python = spawnSync('python3', ['--version']).status === 0;
if (!python) console.log('skipped: the reward module in Python (no python3 on this machine)');

describe.skipIf(!python)('the reward module', () => {
  const cases: [string, object, number][] = [];
  const gold = { kind: 'decide', subQuestion: 'What is the capital of Peru?', retriever: 'Table Retriever' };
  const ask = (question: string, name: string) =>
    `<think>so</think><sub-question>${question}</sub-question><ret>${name}</ret>`;
  cases.push(
    [ask('What is the capital of Peru?', 'Table Retriever'), gold, 1],
    [ask('What is the capital of Peru?', 'Text Retriever'), gold, 0.5],
    [ask('Peru capital', 'Table Retriever'), gold, 0.5 + 0.5 * 0.5],
    [ask('None', 'Table Retriever'), gold, 0],
    [ask('None', 'None'), gold, 0],
    [ask('None', 'None'), { kind: 'decide', subQuestion: 'None', retriever: 'None' }, 1],
    ['I would ask the table', gold, 0],
    ['<think>the <answer>Rome</answer> is wrong</think><answer>Lima</answer>', { kind: 'read', answer: 'Lima' }, 1],
    ['<answer>the city of Lima</answer>', { kind: 'answer', answers: ['Lima', 'Ciudad de los Reyes'] }, 1],
    ['<answer>Reyes</answer>', { kind: 'answer', answers: ['Lima', 'Ciudad de los Reyes'] }, 0],
    ['<answer>None</answer>', { kind: 'answer', answers: [] }, 1],
    ['<answer>Lima</answer>', { kind: 'answer', answers: [] }, 0],
    ['Lima', { kind: 'read', answer: 'Lima' }, 0],
  );

  it('scores turns as the paper does, and a teacher 1', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'r1-reward-'));
    await writeFile(join(folder, 'reward.py'), REWARD_MODULE);
    const { turns } = await teacherTurns(capital, options);
    const asked = [
      ...cases.map(([text, truth]) => [text, JSON.stringify(truth)]),
      ...turns.map(({ completion, gold: truth }) => [completion, JSON.stringify(truth)]),
    ];
    const program = [
      'import json, sys',
      'from reward import compute_score, reward',
      'rows = json.load(sys.stdin)',
      'print(json.dumps([compute_score("r1-router", text, gold) for text, gold in rows]))',
      'texts, golds = zip(*rows)',
      'print(json.dumps(reward([[{"role": "assistant", "content": t}] for t in texts], golds)))',
    ].join('\n');
    const run = spawnSync('python3', ['-B', '-c', program], { cwd: folder, input: JSON.stringify(asked) });
    expect(run.stderr.toString()).toBe('');
    const [scores, again] = run.stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as number[]);
    cases.forEach(([text, , expected], index) => {
      expect(scores![index], text).toBeCloseTo(expected, 6);
    });
    expect(scores!.slice(cases.length)).toEqual(turns.map(() => 1));
    expect(again).toEqual(scores);
    await rm(folder, { recursive: true });
  });
});
