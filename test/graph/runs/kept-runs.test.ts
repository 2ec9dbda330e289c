import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { appendFeedback, openRunKeeper, readKeptRuns, rewardOf } from '../../../src/graph/runs/kept-runs.ts';
import { streamRouter } from '../../../src/graph/stream.ts';
import { fakeKnowledgeBase, policyOf, routerOptions, search, stop } from '../../../src/test/index.ts';
import { temporaryDirectory } from '../../cli/run-cli.ts';

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const graph = () =>
  createRouterGraph(
    routerOptions({
      knowledgeBases: [
        fakeKnowledgeBase('Texts', { 'Who wrote Emma?': ['Jane Austen wrote Emma, and this text is long.'] }),
      ],
      policy: policyOf(({ steps, question }) => ({
        decision: steps.length === 0 ? search(question, 'Texts') : stop,
        logProbabilities: [-0.5],
        temperature: 1,
        trace: { version: 1, secret: 'seen' },
      })),
    }),
  );

async function served(directory: string, options?: { image?: string; showTrace?: boolean }) {
  const keeper = await openRunKeeper(directory);
  const run = streamRouter(graph(), { question: 'Who wrote Emma?' }, { context: { seed: 1, includeTrace: true } });
  return collected(keeper.keep(run, options));
}

describe('runs that are kept', () => {
  it('hold their records with passages by reference, and what was sampled', async () => {
    const directory = join(temporaryDirectory(), 'kept');
    const events = await served(directory, { image: 'ab12' });
    const [run] = await readKeptRuns(directory);
    expect(run).toMatchObject({
      question: 'Who wrote Emma?',
      image: 'ab12',
      answer: 'Jane Austen wrote Emma, and this text is long.',
    });
    expect(run!.steps[0]).toMatchObject({
      passages: [{ id: 'Texts-Who wrote Emma?-0' }],
      attempts: [{ logProbabilities: [-0.5], temperature: 1 }],
    });
    expect(run!.steps[0]!.policy.trace).toMatchObject({ secret: 'seen' });
    expect(run!.steps[0]!.passages[0]).not.toHaveProperty('text');
    // Who listens is not shown the trace.
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(events.at(-1)!.type).toBe('answer-end');
    expect(JSON.stringify(await served(directory, { showTrace: true }))).toContain('secret');
  });

  it('are joined by what people thought of them, the last word under a key', async () => {
    const directory = join(temporaryDirectory(), 'kept');
    await served(directory);
    await served(directory);
    const [first, second] = await readKeptRuns(directory);
    await appendFeedback(directory, first!.runId, { key: 'helpful', score: false });
    await appendFeedback(directory, first!.runId, { key: 'helpful', score: true });
    await appendFeedback(directory, first!.runId, { key: 'speed', score: 0.5, comment: 'slow' });
    await appendFeedback(directory, second!.runId, { key: 'note', correction: { answer: 'Austen' } });
    const [judged, corrected] = await readKeptRuns(directory);
    expect(judged!.reward).toBe(0.75);
    expect(corrected!.reward).toBeUndefined();
    expect(corrected!.feedback[0]!.correction).toEqual({ answer: 'Austen' });
    expect(rewardOf([{ key: 'k', score: null }])).toBeUndefined();
  });

  it('survive a torn line, and name a damaged one', async () => {
    const directory = join(temporaryDirectory(), 'kept');
    await served(directory);
    const file = join(directory, 'runs.jsonl');
    appendFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    expect(await readKeptRuns(directory)).toHaveLength(1);
    appendFileSync(file, '\n');
    await expect(readKeptRuns(directory)).rejects.toThrow('runs.jsonl:2: damaged');
    await expect(readKeptRuns(join(directory, 'none'))).rejects.toMatchObject({ code: 'runs-missing' });
  });

  it('are answered though they cannot be written', async () => {
    const directory = join(temporaryDirectory(), 'kept');
    const errors: unknown[] = [];
    const keeper = await openRunKeeper(directory, { onError: (error) => errors.push(error) });
    const { rmSync } = await import('node:fs');
    rmSync(directory, { recursive: true });
    const events = await collected(keeper.keep(streamRouter(graph(), { question: 'Who wrote Emma?' })));
    expect(events.at(-1)!.type).toBe('answer-end');
    expect(errors).toHaveLength(1);
  });
});
