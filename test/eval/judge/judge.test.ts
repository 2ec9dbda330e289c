import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimpleChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeEvaluation } from '../../../src/eval/judge/judge.ts';
import { scoreEvaluation } from '../../../src/eval/report/report.ts';
import { ResponseCache } from '../../../src/eval/runner/response-cache.ts';
import { runEvaluation } from '../../../src/eval/runner/run-evaluation.ts';
import { images, methods, questions } from '../support/small-world.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-router-judge-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Says right where an accepted answer is the given one, and counts what it is asked. */
class Judge extends SimpleChatModel {
  asked: unknown[] = [];
  constructor() {
    super({});
  }
  _llmType(): string {
    return 'judge';
  }
  async _call(messages: BaseMessage[]): Promise<string> {
    const { question, accepted, given } = JSON.parse(String(messages.at(-1)!.content)) as Record<string, string>;
    this.asked.push(question);
    if (question!.includes('river0 ')) return 'I cannot say.';
    return accepted!.includes(given!) ? 'Right.' : 'wrong';
  }
}

test('each different answer is judged once, in the report, and a torn verdict is judged again', async () => {
  const evaluation = join(folder, 'evaluation');
  const two = methods().filter(({ name }) => name === 'good' || name === 'fails-sometimes');
  await runEvaluation({ folder: evaluation, dataset: { name: 'w', questions }, methods: two, images });
  expect((await scoreEvaluation(evaluation)).report.content.methods[0]!.figures.judged).toBeUndefined();

  const model = new Judge();
  const first = await judgeEvaluation({ folder: evaluation, model, judge: 'fake' });
  // 80 answers; both methods give the same ones, and abstentions need no judge.
  expect(first).toEqual({ judged: 78, unclear: 2 });
  expect(model.asked).toHaveLength(80);
  const [good, failing] = (await scoreEvaluation(evaluation)).report.content.methods;
  expect(good!.figures.judged).toMatchObject({ mean: 1, n: 78 });
  expect(failing!.figures.judged).toMatchObject({ mean: 70 / 78, n: 78 });

  await appendFile(join(evaluation, 'verdicts.jsonl'), '{"schemaVersion":1,"key":"ab');
  const again = new Judge();
  expect(await judgeEvaluation({ folder: evaluation, model: again, judge: 'fake' })).toEqual({ judged: 0, unclear: 2 });
});

test('the response cache answers the same request from the disk, and only the same', async () => {
  const cached = join(folder, 'cache');
  const model = () =>
    new FakeListChatModel({ responses: ['one', 'two'], cache: new ResponseCache({ folder: cached }) });
  expect((await model().invoke('a question')).content).toBe('one');
  const second = model();
  expect((await second.invoke('a question')).content).toBe('one');
  expect(second.cache).toMatchObject({ hits: 1, misses: 0 });
  expect((await second.invoke('another question')).content).toBe('one');
  expect((await second.invoke('a third one')).content).toBe('two');
  const other = new FakeListChatModel({
    responses: ['fresh'],
    cache: new ResponseCache({ folder: cached, namespace: 'seed 1' }),
  });
  expect((await other.invoke('a question')).content).toBe('fresh');
});
