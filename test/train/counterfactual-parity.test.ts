/**
 * The counterfactual truth is worked out beside the graph, because it looks at every action of a state and remembers what it
 * has seen. Here it is held to the graph: a run that takes the same actions has the same evidence, answer and reward.
 */
import { describe, expect, it } from 'vitest';
import { keyedRandom, type Random } from '../../src/common/random.ts';
import { searchFor } from '../../src/graph/decision.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import type { Answerer, EvidenceStep } from '../../src/graph/policy.ts';
import { english } from '../../src/offline/english/english.ts';
import { extractiveReader } from '../../src/offline/reader/reader.ts';
import type { SearchableKnowledgeBase } from '../../src/tools/knowledge-base.ts';
import { REWARD_PRESETS, scoreRun } from '../../src/train/rewards/index.ts';
import { counterfactual } from '../../src/train/trainer/counterfactual.ts';
import { smallData, smallWorld } from './small-world.ts';

const MOST_STEPS = 4;
const LIMIT = 10;

/** What the small world knows stands below what it does not: a reader has to read on. */
function deep(knowledgeBase: SearchableKnowledgeBase): SearchableKnowledgeBase {
  const { name, description, modality, cost } = knowledgeBase;
  return {
    ...{ name, description, modality, cost: name === 'text' ? 2 : cost },
    async search(query, options) {
      const known = await knowledgeBase.search(query, options);
      if (known.length === 0) return [];
      const fillers = [0, 1, 2].map((rank) => {
        const id = `${name}-filler-${rank}`;
        return { id, documentId: id, knowledgeBase: name, score: 9 - rank, rank, text: 'Nothing of the kind.' };
      });
      return [...fillers, ...known.map((passage) => ({ ...passage, rank: 3 }))];
    },
  };
}

/** An action that does more than repeat, or undefined for the stop. */
function draw(after: readonly (readonly EvidenceStep[])[], random: Random): readonly EvidenceStep[] | undefined {
  const useful = after.filter((steps) => {
    const last = steps.at(-1)!;
    const before = steps.slice(0, -1);
    const again = before.some(
      (step) => step.subQuestion === last.subQuestion && step.knowledgeBases[0] === last.knowledgeBases[0],
    );
    return !again || last.passages.length > 0;
  });
  return useful.length === 0 || random.next() < 0.15 ? undefined : random.pick(useful);
}

describe('the counterfactual truth', () => {
  it('is what the graph would have done, action by action', async () => {
    const world = smallWorld();
    const knowledgeBases = world.knowledgeBases.map(deep);
    const reader = extractiveReader({ limit: 2 });
    const reward = REWARD_PRESETS.evidence;
    const { answerer, images } = world;
    const truths = {
      knowledgeBases,
      reader,
      answerer,
      language: english(),
      reward,
      maxSteps: MOST_STEPS,
      passageLimit: LIMIT,
    };
    let readOn = 0;
    let compared = 0;
    for (const asked of smallData().train) {
      const random = keyedRandom('counterfactual-parity', asked.question.id);
      const truth = counterfactual(asked, { ...truths, image: (hash) => images.get(hash) });
      let steps: readonly EvidenceStep[] = [];
      let here = await truth.at(steps);
      while (steps.length < MOST_STEPS) {
        const next = draw(here.after, random);
        if (!next) break;
        steps = next;
        here = await truth.at(steps);
      }
      const taken = steps;
      let evidence: readonly EvidenceStep[] = [];
      const watching: Answerer = {
        name: 'watching',
        answer(input, context) {
          evidence = input.steps;
          return answerer.answer(input, context);
        },
      };
      const drive = driveRouter({
        ...{ knowledgeBases, reader, images, maxSteps: MOST_STEPS, passageLimit: LIMIT, answerer: watching },
        policy: {
          name: 'same actions',
          version: '1',
          async decide({ steps: done }) {
            const step = taken[done.length];
            return { decision: step ? searchFor(step.subQuestion, ...step.knowledgeBases) : { type: 'stop' } };
          },
        },
      });
      const run = await drive({ question: asked.question.question, image: asked.image });
      expect(evidence).toEqual(taken);
      expect(run.answer).toBe(await truth.answerAfter(taken));
      const earned = scoreRun({ question: asked.question, steps: run.steps, answer: run.answer }, reward).total;
      expect(earned.reduce((a, b) => a + b, 0)).toBeCloseTo(here.values.at(-1)!, 9);
      compared += taken.length;
      readOn += taken.filter(({ passages }) => passages.some(({ rank }) => rank === 3)).length;
    }
    // The runs must be long enough to tell something, and some must have read on.
    expect(compared).toBeGreaterThan(20);
    expect(readOn).toBeGreaterThan(3);
  });
});
