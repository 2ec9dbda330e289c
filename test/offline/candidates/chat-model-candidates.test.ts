/** A chat model proposes what to ask; the scorer chooses among that, and where to ask it (docs/how-to/chat-models.md). */

import { expect, test } from 'vitest';
import { driveRouter } from '../../../src/graph/driver.ts';
import type { StepRecord } from '../../../src/graph/step-record.ts';
import type { Candidate } from '../../../src/offline/candidates/candidate.ts';
import { chatModelCandidates } from '../../../src/offline/candidates/chat-model-candidates.ts';
import { scorerPolicy } from '../../../src/offline/policies/scorer.ts';
import { fakeAnswerer, fakeKnowledgeBase, fakeReader } from '../../../src/test/fakes.ts';
import { scriptedChatModel } from '../../../src/test/scripted-chat-model.ts';
import { randomScorer } from '../policies/scorer-fixtures.ts';

const QUESTION = 'What is the population of the capital of Peru?';

function drive(replies: Parameters<typeof scriptedChatModel>[0], withGrammar: boolean) {
  const model = scriptedChatModel(replies);
  const policy = scorerPolicy(randomScorer(), {
    candidates: chatModelCandidates({ model, limit: 3, withGrammar }),
    // So that an untrained scorer does not stop at once.
    thoroughness: 20,
    looks: 0,
  });
  const run = driveRouter({
    knowledgeBases: [fakeKnowledgeBase('Texts'), fakeKnowledgeBase('Tables', {}, { modality: 'table' })],
    policy,
    reader: fakeReader(),
    answerer: fakeAnswerer(),
  });
  return { model, run: () => run({ question: QUESTION }, { context: { seed: 1, maxSteps: 2, includeTrace: true } }) };
}

const candidatesOf = ({ policy }: StepRecord): Candidate[] =>
  (policy.trace as { candidates?: Candidate[] }).candidates ?? [];

test('the scorer asks what the model proposed, at a knowledge base of its own choice', async () => {
  const { model, run } = drive(['What is the capital of Peru?\nFINAL: What is the population of Lima?', 'DONE'], false);
  const { steps } = await run();
  expect(candidatesOf(steps[0]!)).toMatchObject([
    { subQuestion: 'What is the capital of Peru?', provider: 'chat-model', completes: false },
    { subQuestion: 'What is the population of Lima?', provider: 'chat-model', completes: true },
  ]);
  expect(steps[0]!.decision.type).toBe('search');
  expect(JSON.stringify(steps[0]!.decision)).toMatch(/What is the (capital of Peru|population of Lima)\?/);
  // DONE proposes nothing, and the run ends.
  expect(steps.at(-1)!.decision).toEqual({ type: 'stop' });
  expect(model.calls[1]!.messages.at(-1)!.text).toContain('Known: What is the ');
});

test('an unreadable reply leaves the grammar’s candidates, or the whole question where they are left out', async () => {
  const withGrammar = await drive(['no question here', 'DONE'], true).run();
  expect(new Set(candidatesOf(withGrammar.steps[0]!).map(({ provider }) => provider))).toEqual(new Set(['grammar']));
  const alone = await drive(['no question here', 'DONE'], false).run();
  expect(candidatesOf(alone.steps[0]!).map(({ subQuestion }) => subQuestion)).toEqual([QUESTION]);
});
