import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/common/content-hash.ts';
import { keyedRandom } from '../../../src/common/random.ts';
import { sampledTracing } from '../../../src/graph/tracing/sampled-tracer.ts';
import { type SunkRun, startLangSmithSink } from './langsmith-sink.ts';

const PIXELS = '\x89PNG the pixels that must not leave';
const IMAGE = sha256(Buffer.from(PIXELS, 'latin1'));

async function trace(what: 'graph' | 'driver' | 'sample', environment: NodeJS.ProcessEnv = {}) {
  const sink = await startLangSmithSink();
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'traced-run.ts'), what], {
      env: {
        ...process.env,
        LANGSMITH_TRACING: 'true',
        LANGSMITH_ENDPOINT: sink.url,
        LANGSMITH_API_KEY: 'none',
        LANGSMITH_PROJECT: 'router-test',
        ...environment,
      },
    });
    return { stdout: stdout.trim(), runs: sink.runs(), sent: sink.bodies.join('\n') };
  } finally {
    await sink.close();
  }
}

/** `parent > name (type)` of every run. */
function tree(runs: SunkRun[]): string[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  return runs
    .map((run) => `${byId.get(run.parent_run_id ?? '')?.name ?? ''} > ${run.name} (${run.run_type})`)
    .filter((line) => !line.includes('__start__'))
    .sort();
}

const TREE = [
  ' > r1-router (chain)',
  'decide > write decision (llm)',
  'decide > write decision (llm)',
  'r1-router > begin (chain)',
  'r1-router > conclude (chain)',
  'r1-router > decide (chain)',
  'r1-router > decide (chain)',
  'r1-router > read (chain)',
  'r1-router > retrieve (chain)',
  'read > write reading (llm)',
  'retrieve > Pictures (retriever)',
];

describe.each(['graph', 'driver'] as const)('LangSmith, by environment variables alone: the %s', (what) => {
  it('sends one tree with readable names, the documents of the search, and no pixels', async () => {
    const { stdout, runs, sent } = await trace(what);
    expect(stdout).toBe('a cat');
    expect(tree(runs)).toEqual(TREE);
    expect(runs.every(({ end_time, error }) => end_time && !error)).toBe(true);
    expect(new Set(runs.map(({ trace_id }) => trace_id)).size).toBe(1);
    expect(runs.every(({ session_name }) => session_name === 'router-test')).toBe(true);

    const root = runs.find(({ name }) => name === 'r1-router')!;
    expect(root.inputs).toEqual({ question: 'What is in the picture?', image: IMAGE });
    expect(root.outputs).toMatchObject({
      answer: 'a cat',
      stopReason: 'policy',
      usage: { searches: 1, modelCalls: 3 },
    });
    // Which policy it was stands with each step.
    const policy = { name: expect.stringMatching(/./), version: expect.stringMatching(/./) };
    const records = runs.flatMap(({ outputs }) => (outputs?.record ? [outputs.record] : []));
    expect(records).toMatchObject([{ policy }, { policy }]);

    const retriever = runs.find(({ run_type }) => run_type === 'retriever')!;
    expect(retriever.inputs).toEqual({ query: 'What is this?' });
    expect(retriever.outputs).toMatchObject({
      documents: [{ pageContent: 'a cat', metadata: { knowledgeBase: 'Pictures', rank: 0 } }, { pageContent: 'a dog' }],
    });
    expect(retriever.extra?.metadata).toMatchObject({
      ls_retriever_name: 'Pictures',
      knowledgeBase: 'Pictures',
      modality: 'text-image',
      image: IMAGE,
    });

    const model = runs.find(({ name }) => name === 'write reading')!;
    expect(JSON.stringify(model.inputs)).toContain(`r1-router-image:${IMAGE}`);

    // The image as base64, as its bytes, or as a list of numbers.
    expect(sent).not.toContain('base64,');
    expect(sent).not.toContain(Buffer.from(PIXELS, 'latin1').toString('base64').slice(8, -4));
    expect(sent).not.toContain('the pixels that must not leave');
    expect(sent).not.toContain('116,104,101,32,112,105,120,101,108');
  });

  it('does not send the passages again with every node', async () => {
    const { runs } = await trace(what);
    const nodes = runs.filter(({ name }) => ['begin', 'decide', 'retrieve', 'conclude'].includes(name));
    for (const { inputs } of nodes) expect(JSON.stringify(inputs)).not.toContain('a dog');
    for (const { inputs } of nodes) expect(JSON.stringify(inputs).length).toBeLessThan(600);
  });
});

it('sends no question, passage or answer where LANGSMITH_HIDE_INPUTS and _OUTPUTS say so', async () => {
  const { stdout, runs } = await trace('graph', {
    LANGSMITH_HIDE_INPUTS: 'true',
    LANGSMITH_HIDE_OUTPUTS: 'true',
  });
  expect(stdout).toBe('a cat');
  expect(tree(runs)).toEqual(TREE);
  // How a model was made is sent all the same, and the fake one is made of its replies.
  const sent = JSON.stringify(runs.map((run) => ({ ...run, serialized: undefined })));
  expect(sent).toContain('ls_retriever_name');
  for (const hidden of ['a cat', 'a dog', 'What is this?', 'What is in the picture?', 'See what it is.']) {
    expect(sent).not.toContain(hidden);
  }
});

describe('tracing a sample', () => {
  it('traces the runs of the sample whole, and of the others nothing, whatever the environment says', async () => {
    const { runs } = await trace('sample');
    const expected = Array.from({ length: 40 }, (_, index) => `question ${index}`).filter(
      (key) => keyedRandom(1, 'traced', key).next() < 0.25,
    );
    const roots = runs.filter(({ parent_run_id }) => !parent_run_id);
    expect(roots.map(({ inputs }) => inputs?.question)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
    expect(runs).toHaveLength(expected.length * tree(runs.filter(({ trace_id }) => trace_id === roots[0]?.id)).length);
    expect(runs.every(({ session_name }) => session_name === 'sampled')).toBe(true);
  });

  it('refuses a rate that is none', () => {
    expect(() => sampledTracing({ rate: 5 })).toThrow('rate is 5; give a share between 0 and 1');
  });
});
