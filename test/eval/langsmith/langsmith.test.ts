/** Question sets and methods at a local LangSmith: what is made of them there, and what is said of each run and step. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'langsmith';
import { describe, expect, onTestFinished, test } from 'vitest';
import { questionOfExample, uploadDataset } from '../../../src/eval/langsmith/dataset.ts';
import { langsmithExperiment } from '../../../src/eval/langsmith/experiment.ts';
import { sendStepRewards } from '../../../src/eval/langsmith/step-rewards.ts';
import type { EvaluationMethod } from '../../../src/eval/runner/method.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { startLangSmithSink } from '../../graph/tracing/langsmith-sink.ts';
import { twoStepGraph } from '../../server/start.ts';
import { questions as all } from '../support/small-world.ts';

const questions = [...all.slice(0, 3), ...all.slice(40, 42), ...all.slice(80, 81)];
const dataset = { name: 'rivers', questions };

async function langsmith() {
  const sink = await startLangSmithSink();
  onTestFinished(() => sink.close());
  return { sink, client: new Client({ apiUrl: sink.url, apiKey: 'none' }) };
}

const graph = twoStepGraph();
const twoSteps: EvaluationMethod = {
  name: 'two-steps',
  fingerprint: 1,
  invoke: (input, config) => graph.invoke(input, config),
};

describe('a question set', () => {
  test('becomes a dataset once, whatever is asked of it again', async () => {
    const { sink, client } = await langsmith();
    const first = await uploadDataset({ dataset, name: 'Our rivers', client });
    expect(first).toMatchObject({ name: 'Our rivers', uploaded: 6 });
    expect(sink.datasets).toMatchObject([{ name: 'Our rivers', id: first.datasetId }]);
    expect(first.examples.map(({ inputs }) => inputs.question)).toEqual(questions.map(({ question }) => question));
    expect(first.examples.map((example) => questionOfExample(example))).toEqual(questions);

    const changed = { ...dataset, questions: [...questions.slice(0, 5), { ...questions[5]!, answers: ['none'] }] };
    const again = await uploadDataset({ dataset: changed, name: 'Our rivers', client });
    expect(again.uploaded).toBe(1);
    expect(again.examples).toHaveLength(6);
    expect(sink.examples).toHaveLength(7);
  });

  test('more than a page of it arrives whole', async () => {
    const { sink, client } = await langsmith();
    const many = Array.from({ length: 250 }, (_, index) => ({ ...questions[0]!, id: `q${index}` }));
    const { uploaded, examples } = await uploadDataset({ dataset: { name: 'many', questions: many }, client });
    expect({ uploaded, examples: examples.length, kept: sink.examples.length }).toEqual({
      uploaded: 250,
      examples: 250,
      kept: 250,
    });
    expect((await uploadDataset({ dataset: { name: 'many', questions: many }, client })).uploaded).toBe(0);
  });

  test('its pictures stay here, by their hash', async () => {
    const { sink, client } = await langsmith();
    const pictured = [{ ...questions[0]!, image: import.meta.filename }];
    await expect(uploadDataset({ dataset: { name: 'pictures', questions: pictured }, client })).rejects.toThrow(
      'no image store was given',
    );
    const images = memoryImageStore();
    await uploadDataset({ dataset: { name: 'pictures', questions: pictured }, images, client });
    expect(sink.examples[0]!.inputs.image).toMatch(/^[0-9a-f]{64}$/);
    expect(await images.get(String(sink.examples[0]!.inputs.image))).toBeDefined();
    expect(JSON.stringify(sink.examples)).not.toContain(import.meta.dirname);
  });

  test('a LangSmith that refuses is told of with what to check', async () => {
    const server = createServer((_request, response) => void response.writeHead(403).end('{"detail":"Forbidden"}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const client = new Client({ apiUrl: `http://127.0.0.1:${port}`, apiKey: 'none', callerOptions: { maxRetries: 0 } });
    await expect(uploadDataset({ dataset, client })).rejects.toMatchObject({
      code: 'langsmith-failed',
      message: expect.stringContaining('check LANGSMITH_API_KEY and LANGSMITH_ENDPOINT'),
    });
  });
});

describe('a method', () => {
  test('becomes an experiment: its runs as traces of the examples, our figures and the rewards of steps as feedback', async () => {
    const { sink, client } = await langsmith();
    const result = await langsmithExperiment({
      dataset,
      method: twoSteps,
      experiment: 'try',
      client,
      seed: 3,
      stepRewards: (_question, { steps }) => steps.map((_step, place) => place / 10),
    });
    expect(result).toMatchObject({ dataset: 'rivers', questions: 6 });
    expect(result.means).toMatchObject({ accuracy: expect.any(Number), searches: 2, failed: 0 });
    expect(result.means.step_reward).toBeCloseTo(0.1); // of three steps: 0, 0.1, 0.2
    const experiment = sink.projects.find(({ name }) => name.startsWith('try'))!;
    expect(experiment).toMatchObject({ name: result.experiment, reference_dataset_id: sink.datasets[0]!.id });
    expect(experiment.extra?.metadata).toMatchObject({ method: 'two-steps', seed: 3 });

    const runs = sink.runs();
    const roots = runs.filter(({ parent_run_id: parent }) => !parent);
    expect(roots).toHaveLength(6);
    const routers = runs.filter(({ name }) => name === 'r1-router');
    expect(new Set(routers.map(({ parent_run_id: parent }) => parent))).toEqual(new Set(roots.map(({ id }) => id)));
    expect(runs.filter(({ run_type: type }) => type === 'retriever')).toHaveLength(12);

    const accuracy = sink.feedback.filter(({ key }) => key === 'accuracy');
    expect(new Set(accuracy.map(({ run_id: run }) => run))).toEqual(new Set(roots.map(({ id }) => id)));
    expect(accuracy.every(({ session_id: session }) => session === experiment.id)).toBe(true);

    // What is said of a step stands on the run of the node that took it.
    const byId = new Map(runs.map((run) => [run.id, run]));
    const rewards = sink.feedback.filter(({ key }) => key === 'step_reward');
    expect(rewards).toHaveLength(18);
    expect(new Set(rewards.map(({ run_id: run }) => byId.get(String(run))?.name))).toEqual(new Set(['read', 'decide']));
    expect(rewards.map(({ score }) => score)).toEqual(expect.arrayContaining([0, 0.1, 0.2]));
  });

  test('that fails on a question is scored as wrong there, and goes on', async () => {
    const { client } = await langsmith();
    const failing: EvaluationMethod = {
      ...twoSteps,
      invoke: (input, config) =>
        input.question === questions[0]!.question ? Promise.reject(new Error('broken')) : graph.invoke(input, config),
    };
    const { means, questions: count } = await langsmithExperiment({ dataset, method: failing, client, concurrency: 2 });
    expect({ count, failed: means.failed }).toEqual({ count: 6, failed: 1 / 6 });
  });
});

test('rewards of a run that was traced before are sent to it, with the project that LangSmith wants to know', async () => {
  const { sink, client } = await langsmith();
  const { id: session } = await client.createProject({ projectName: 'rollouts' });
  const output = await graph.invoke({ question: 'x' });
  const sent = await sendStepRewards(output, { client, project: 'rollouts', rewards: [0.5, -1, 1] });
  expect(sent).toBe(3);
  expect(sink.feedback).toMatchObject([
    { run_id: output.runId, key: 'step_reward', score: 0.5, comment: 'step 1', session_id: session },
    { score: -1 },
    { score: 1, feedback_source: { metadata: { step: 2, stepId: output.steps[2]!.id } } },
  ]);

  const steps = output.steps.map((step) => ({ ...step, rewards: { format: 1, stopping: 0.25 } }));
  expect(await sendStepRewards({ ...output, steps }, { client, project: null })).toBe(6);
  expect(sink.feedback.slice(3).map(({ key }) => key)).toContain('step_stopping');
});
