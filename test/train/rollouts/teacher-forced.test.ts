import { describe, expect, it } from 'vitest';
import { QuestionSchema } from '../../../src/eval/datasets/question.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import type { PolicyState } from '../../../src/graph/policy.ts';
import {
  fakeAnswerer,
  fakeKnowledgeBase,
  fakeReader,
  passage,
  policyOf,
  routerOptions,
  search,
  stop,
} from '../../../src/test/fakes.ts';
import { REWARD_PRESETS } from '../../../src/train/rewards/index.ts';
import { scoreGroup } from '../../../src/train/rollouts/group.ts';
import { goldAction, rollOutTeacherForced, teacherStates } from '../../../src/train/rollouts/teacher-forced.ts';

const question = QuestionSchema.parse({
  id: 'q',
  question: 'What is the capital of the country that has this flag?',
  answers: ['Lima'],
  steps: [
    { subQuestion: 'Which country has this flag?', knowledgeBase: 'image', documents: ['flag-pe'], answer: 'Peru' },
    { subQuestion: 'What is the capital of Peru?', knowledgeBase: 'table', documents: ['peru'], answer: 'Lima' },
  ],
});

function world() {
  const image = fakeKnowledgeBase('image', async () => [passage('image', 'flag-pe', 'The flag of Peru')], {
    modality: 'text-image',
  });
  const table = fakeKnowledgeBase('table', async () => [passage('table', 'peru', 'Lima')], { modality: 'table' });
  return [image, table];
}

const states = () =>
  teacherStates({ question }, { knowledgeBases: world(), readLimit: 5, image: async () => undefined });

describe('teacher-forced states', () => {
  it('hold the teacher’s history before every step, and the stop', async () => {
    const found = await states();
    expect(found.map(({ index, gold, prefix }) => [index, gold?.answer, prefix.map((step) => step.answer)])).toEqual([
      [0, 'Peru', []],
      [1, 'Lima', ['Peru']],
      [2, undefined, ['Peru', 'Lima']],
    ]);
    expect(found[2]!.prefix[1]!.reading!.citations[0]!.passageId).toBe('peru');
    expect(
      await teacherStates(
        { question: { ...question, steps: undefined } },
        { knowledgeBases: [], readLimit: 5, image: async () => undefined },
      ),
    ).toEqual([]);
  });

  it('name the gold action among candidates, whatever the order of knowledge bases', () => {
    const candidates = [{ subQuestion: question.question }, { subQuestion: 'the capital of Peru' }];
    const gold = question.steps![1]!;
    expect(goldAction(gold, candidates, [{ name: 'image' }, { name: 'table' }])).toBe(3);
    expect(goldAction(gold, candidates, [{ name: 'table' }, { name: 'image' }])).toBe(2);
    expect(goldAction(gold, candidates, [{ name: 'image' }])).toBeUndefined();
    expect(goldAction(gold, [{ subQuestion: 'something else' }], [{ name: 'table' }])).toBeUndefined();
    expect(goldAction(undefined, candidates, [{ name: 'table' }])).toBe(2);
  });

  it('are groups of one decision each, on the teacher’s history, scored against its next step', async () => {
    const seen: PolicyState[] = [];
    const drive = driveRouter(
      routerOptions({
        knowledgeBases: world(),
        reader: fakeReader(),
        answerer: fakeAnswerer(),
        policy: policyOf((state) => {
          seen.push(state);
          if (state.steps.length === 2) return { decision: stop };
          return {
            decision: search(
              state.steps.length === 0 ? 'Which country has this flag?' : 'capital of Peru',
              state.steps.length === 0 ? 'image' : 'table',
            ),
          };
        }),
      }),
    );
    const groups = await rollOutTeacherForced({ drive, states: await states(), groupSize: 2, seed: 1, iteration: 0 });
    expect(groups).toHaveLength(3);
    expect(new Set(groups.map((group) => group.groupId)).size).toBe(3);
    for (const group of groups) for (const member of group.members) expect(member.steps).toHaveLength(1);
    expect(seen.map((state) => state.steps.map((step) => step.answer))).toContainEqual(['Peru']);
    expect(groups[1]!.members[0]!.steps[0]!.state.history[0]).toMatchObject({
      subQuestion: 'Which country has this flag?',
      answer: 'Peru',
    });
    const weights = { 'route-match': 1, 'evidence-gain': 1 };
    const totals = groups.map((group) => scoreGroup(group, { weights, failure: -1 }).rewards[0]!.total);
    expect(totals[0]).toEqual([1.5]);
    expect(totals[1]).toEqual([2]);
    expect(totals[2]).toEqual([1]);
    expect(groups[2]!.members[0]!.answer).toBe('Lima');
    expect(scoreGroup(groups[1]!, REWARD_PRESETS.paper).rewards[0]!.total[0]).toBeGreaterThan(1.5);
  });
});
