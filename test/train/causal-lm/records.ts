/** Step records with outputs of a language model, as a run of the graph leaves them. */
import { searchFor } from '../../../src/graph/decision.ts';
import { type StepRecord, StepRecordSchema } from '../../../src/graph/step-record.ts';

export function recordOf({
  knowledgeBase,
  outputs,
}: {
  knowledgeBase: string;
  outputs: readonly { invalid?: boolean; tokenIds: number[] }[];
}): StepRecord {
  const subQuestion = 'What is the capital of Arland?';
  return StepRecordSchema.parse({
    schemaVersion: 2,
    id: 'step',
    runId: 'run',
    index: 0,
    contentHash: '',
    state: { question: subQuestion, history: [] },
    decision: searchFor(subQuestion, knowledgeBase),
    attempts: outputs.map(({ invalid, tokenIds }) => ({
      ...(invalid && { invalid: 'missing-tag' }),
      raw: '',
      promptTokenIds: [7, 8],
      tokenIds,
      logProbabilities: tokenIds.map(() => -1),
    })),
    policy: { name: 'causal-lm', version: '1' },
    searches: [{ subQuestion, knowledgeBase, outcome: 'empty' }],
    outcome: 'empty',
    passages: [],
    probes: [],
    usage: { searches: 1, reads: 0, cost: 1, modelCalls: 1, tokens: { input: 0, output: 0 } },
    timings: { startedAt: '', decide: 0, retrieve: 0, read: 0 },
  });
}
