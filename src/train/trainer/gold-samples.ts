/**
 * Gold trajectories as decisions to imitate: at every teacher state the scorer's own candidates and features, with the action the
 * teacher takes. Where no candidate says what the gold sub-question says there is nothing to imitate; how often there is one is
 * the oracle coverage of the candidates.
 */

import { messageOf } from '../../common/errors.ts';
import { mapConcurrent } from '../../common/map-concurrent.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { PolicyState, StepContext } from '../../graph/policy.ts';
import type { Candidate } from '../../offline/candidates/candidate.ts';
import { english } from '../../offline/english/english.ts';
import type { LoadedScorer } from '../../offline/policies/scorer/directory.ts';
import { type ScorerChoice, ScorerTraceSchema, scorerChoices } from '../../offline/policies/scorer/trace.ts';
import { type ScorerPolicyOptions, scorerPolicy } from '../../offline/policies/scorer.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { goldAction, type TeacherState, teacherStates } from '../rollouts/teacher-forced.ts';
import type { ImitationSample } from './warm-start.ts';

interface GoldSample extends ImitationSample {
  state: TeacherState;
}

export interface GoldSamples {
  samples: GoldSample[];
  /** States that ask the teacher's sub-question of some candidate, among those where the teacher searches. */
  coverage: { covered: number; states: number };
}

export interface GoldSampleOptions {
  scorer: LoadedScorer;
  knowledgeBases: readonly SearchableKnowledgeBase[];
  images: ImageStore;
  maxSteps: number;
  readLimit: number;
  passageLimit?: number;
  policy?: Omit<ScorerPolicyOptions, 'trace' | 'temperature'>;
  concurrency?: number;
  signal?: AbortSignal;
}

export async function goldSamples(
  questions: readonly TrainingQuestion[],
  {
    scorer,
    knowledgeBases,
    images,
    maxSteps,
    readLimit,
    passageLimit = 10,
    policy,
    concurrency = 8,
    signal,
  }: GoldSampleOptions,
): Promise<GoldSamples> {
  const language = policy?.language ?? english();
  const teacher = { knowledgeBases, readLimit, image: (hash: string) => images.get(hash), signal };
  const perQuestion = await mapConcurrent(questions, { concurrency, signal }, async (question) => {
    const found: { state: TeacherState; choice: ScorerChoice; candidates: readonly Candidate[] }[] = [];
    const watched = scorerPolicy(scorer, { ...policy, language, looks: 0, trace: 'features' });
    for (const state of await teacherStates(question, teacher)) {
      const policyState: PolicyState = {
        question: question.question.question,
        image: question.image,
        steps: state.prefix,
        knowledgeBases,
        maxSteps,
        conversation: [],
      };
      const context = contextOf(question, { knowledgeBases, images, passageLimit, signal });
      const { trace } = await watched.decide(policyState, context);
      const { candidates } = ScorerTraceSchema.parse(trace);
      found.push({ state, choice: scorerChoices(trace)[0]!, candidates });
    }
    return found;
  });
  const samples: GoldSample[] = [];
  const coverage = { covered: 0, states: 0 };
  for (const { state, choice, candidates } of perQuestion.flat()) {
    const actionId = goldAction(state.gold, candidates, knowledgeBases);
    if (state.gold) coverage.states++;
    if (actionId === undefined) continue;
    if (state.gold) coverage.covered++;
    const actions = candidates.length * knowledgeBases.length + 1;
    const good = Array.from({ length: actions }, (_, action) => action === actionId);
    samples.push({ input: choice.input, good, state });
  }
  return { samples, coverage };
}

function contextOf(
  { image }: TrainingQuestion,
  {
    knowledgeBases,
    images,
    passageLimit,
    signal,
  }: Pick<GoldSampleOptions, 'knowledgeBases' | 'images' | 'signal'> & { passageLimit: number },
): StepContext {
  const picture = async () => (image === undefined ? undefined : images.get(image));
  return {
    seed: 'gold',
    signal,
    config: {},
    image: picture,
    async search(name, subQuestion) {
      const knowledgeBase = knowledgeBases.find((candidate) => candidate.name === name);
      if (!knowledgeBase) return { outcome: 'unknown-knowledge-base', passages: [] };
      try {
        const queryImage = await picture();
        const passages = await knowledgeBase.search(
          { text: subQuestion, ...(queryImage ? { image: queryImage } : {}) },
          { limit: passageLimit },
        );
        return { outcome: passages.length > 0 ? 'passages' : 'empty', passages };
      } catch (error) {
        return { outcome: 'unavailable', passages: [], error: messageOf(error) };
      }
    },
  };
}
