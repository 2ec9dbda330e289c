/**
 * What would come of every action: each candidate is asked of each knowledge base and read, for real, and what the run would earn
 * if it went on as well as it can is worked out backwards. The knowledge bases are at hand and remember their answers, so the truth
 * about an action costs one search, once; no gold wording is needed, and a candidate is good if it leads somewhere.
 *
 * Three short cuts keep the tree small. Steps taken in another order lead to the same place. Beyond an answer that is no gold answer of the question nothing but the end is looked at. A
 * search that yields no answer is followed by the best other action of the same state.
 */
import { needsOf } from '../../eval/datasets/golds.ts';
import { tokenF1 } from '../../eval/metrics/answer-match.ts';
import { foundIds } from '../../eval/metrics/found-ids.ts';
import { searchFor } from '../../graph/decision.ts';
import {
  type Answerer,
  askedOnly,
  type EvidenceStep,
  type PolicyState,
  type Reader,
  type StepContext,
} from '../../graph/policy.ts';
import { checkReading } from '../../graph/steps/closing.ts';
import type { Candidate } from '../../offline/candidates/candidate.ts';
import type { Language } from '../../offline/language.ts';
import type { QueryImage, SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import { asksForAnswers, type RewardConfig, type ScoredStep, scoreRun } from '../rewards/index.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';

export interface CounterfactualOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  reader: Reader;
  answerer: Answerer;
  reward: RewardConfig;
  /** What it understands is shared by the states of a question: give the trainer's own. */
  language: Language;
  maxSteps: number;
  /** Whether to ask the same again reads on where the first time stopped; otherwise it is never worth anything. Default true. */
  readsOn?: boolean;
  passageLimit: number;
  /** Bytes of a question's image. */
  image(hash: string): Promise<QueryImage | undefined>;
  signal?: AbortSignal;
}

export interface CounterfactualState {
  state: PolicyState;
  candidates: readonly Candidate[];
  /** Passages of candidate s at knowledge base k, at s * knowledgeBases + k. */
  passages: readonly (readonly Passage[])[];
  /** What the whole run earns if this action is taken and the best ones after it; to stop is last. */
  values: readonly number[];
  /** The state's evidence with the step of each action added. */
  after: readonly (readonly EvidenceStep[])[];
}

/** What came of asking one thing of one knowledge base. */
interface Looked {
  passages: Passage[];
  answer: string | null;
  step: EvidenceStep;
  /** Asked before, and nothing there is left to read. */
  repeated: boolean;
}

export interface Counterfactual {
  at(steps: readonly EvidenceStep[]): Promise<CounterfactualState>;
  /** What the run answers if it ends here. */
  answerAfter(steps: readonly EvidenceStep[]): Promise<string | null>;
}

/** The counterfactual truth about one question. */
export function counterfactual(asked: TrainingQuestion, options: CounterfactualOptions): Counterfactual {
  const { question, image } = asked;
  const { knowledgeBases, answerer, language, reward, maxSteps, signal } = options;
  const run = { question: question.question, image, conversation: [] };
  const found = new Map<string, Promise<Looked>>();
  const bests = new Map<string, Promise<number>>();
  const context = contextOf(async () => (image === undefined ? undefined : options.image(image)), signal);
  const golds = [...(question.steps ?? []).map(({ answer }) => answer), ...question.answers];
  const isGold = (answer: string): boolean => golds.some((gold) => tokenF1(answer, [gold]) === 1);

  // Where a reward asks for no answers, what leads on is what holds more of the evidence.
  const byEvidence = !asksForAnswers(reward);
  const needsMet = needCounter(question);

  const ask = (subQuestion: string, knowledgeBase: SearchableKnowledgeBase, steps: readonly EvidenceStep[]) => {
    const times = steps.filter((step) => asksTheSame(step, subQuestion, knowledgeBase.name)).length;
    const key = JSON.stringify([knowledgeBase.name, subQuestion, times]);
    const known = found.get(key) ?? look({ subQuestion, knowledgeBase, steps, times }, asked, { ...options, context });
    found.set(key, known);
    return known;
  };

  const answerAfter = async (steps: readonly EvidenceStep[]): Promise<string | null> =>
    (await answerer.answer({ ...run, steps }, context)).answer;

  /** What the run earns if it ends here with this answer. */
  function ended(steps: readonly EvidenceStep[], answer: string | null): number {
    const taken = steps.map((_, index) => countedStep(steps, index, knowledgeBases));
    const all = steps.length < maxSteps ? [...taken, STOP] : taken;
    return scoreRun({ question, steps: all, answer }, reward).total.reduce((a, b) => a + b, 0);
  }

  /** What the run earns at best from here on: the same whatever the order in which its steps were taken. */
  function bestFrom(steps: readonly EvidenceStep[]): Promise<number> {
    const taken = steps
      .map(({ subQuestion, knowledgeBases }) => JSON.stringify([knowledgeBases[0], subQuestion]))
      .sort();
    const key = taken.join('\n');
    const known = bests.get(key) ?? at(steps).then(({ values }) => Math.max(...values));
    bests.set(key, known);
    return known;
  }

  async function at(steps: readonly EvidenceStep[]): Promise<CounterfactualState> {
    const state: PolicyState = { ...run, steps, knowledgeBases, maxSteps };
    const candidates = steps.length < maxSteps ? language.understand(state).candidates : [];
    const actions = await Promise.all(
      candidates.flatMap(({ subQuestion }) =>
        knowledgeBases.map((knowledgeBase) => ask(subQuestion, knowledgeBase, steps)),
      ),
    );
    const after = actions.map(({ step }) => [...steps, step]);
    const standing = await answerAfter(steps);
    const stop = ended(steps, standing);
    const values: number[] = [];
    const met = needsMet(steps);
    const leads = actions.map(({ answer, step }) =>
      byEvidence ? needsMet([...steps, step]) > met : answer !== null && isGold(answer),
    );
    for (const [index, { answer, repeated }] of actions.entries()) {
      const next = after[index]!;
      if (repeated) values.push(stop - 1);
      else if (leads[index]) values.push(await bestFrom(next));
      // A step without an answer changes nothing of what the others amount to.
      else values.push(ended(next, answer === null ? standing : await answerAfter(next)));
    }
    // After a search without an answer the run may still do the next best, a search dearer.
    const goesOn = actions.map(({ answer }, index) => (byEvidence ? leads[index]! : answer !== null));
    const onward = Math.max(stop, ...values.filter((_, index) => goesOn[index] && !actions[index]!.repeated));
    for (const [index, { repeated }] of actions.entries()) {
      if (goesOn[index] || repeated || steps.length + 1 >= maxSteps) continue;
      const price = priceOf(countedStep(after[index]!, steps.length, knowledgeBases), reward);
      values[index] = Math.max(values[index]!, onward - price);
    }
    return { state, candidates, passages: actions.map(({ passages }) => passages), values: [...values, stop], after };
  }

  return { at, answerAfter };
}

/** How many of the documents that a question needs, or of those that do in their place, some steps found. */
function needCounter(question: TrainingQuestion['question']): (steps: readonly EvidenceStep[]) => number {
  const needs = needsOf(question);
  const named = new Set(needs.flat());
  return (steps) => {
    const found = new Set(steps.flatMap(({ passages }) => foundIds(passages, named)));
    return needs.filter((need) => need.some((id) => found.has(id))).length;
  };
}

/** What a step takes from the reward. */
function priceOf({ usage: { reads, cost } }: ScoredStep, { weights }: RewardConfig): number {
  return (weights['read-cost'] ?? 0) * reads + (weights['search-cost'] ?? 0) * cost;
}

/** Where nothing but what the question asks is known. */
function contextOf(image: StepContext['image'], signal: AbortSignal | undefined): StepContext {
  return {
    seed: 'counterfactual',
    signal,
    config: {},
    image,
    search: async () => ({ outcome: 'unavailable', passages: [] }),
  };
}

const asksTheSame = (step: EvidenceStep, subQuestion: string, knowledgeBase: string): boolean =>
  step.subQuestion === subQuestion && askedOnly(step, knowledgeBase);

const STOP: ScoredStep = { decision: { type: 'stop' }, passages: [], usage: { reads: 0, cost: 0 } };

/** Asked again (`times` above 0), a step reads on where the one before it stopped. */
async function look(
  {
    subQuestion,
    knowledgeBase,
    steps,
    times,
  }: { subQuestion: string; knowledgeBase: SearchableKnowledgeBase; steps: readonly EvidenceStep[]; times: number },
  { question, image }: TrainingQuestion,
  { reader, passageLimit, readsOn = true, signal, context }: CounterfactualOptions & { context: StepContext },
): Promise<Looked> {
  signal?.throwIfAborted();
  const picture = knowledgeBase.modality === 'text-image' ? await context.image() : undefined;
  const passages = await knowledgeBase.search(
    { text: subQuestion, ...(picture ? { image: picture } : {}) },
    { limit: passageLimit },
  );
  const shown = passages.slice(times * reader.limit, (times + 1) * reader.limit);
  const task = {
    question: question.question,
    subQuestion,
    knowledgeBases: [knowledgeBase],
    passages: shown,
    image,
    steps,
  };
  const reading = shown.length === 0 ? undefined : checkReading(await reader.read(task, context), shown);
  const answer = reading?.answer ?? null;
  const step: EvidenceStep = {
    subQuestion,
    knowledgeBases: [knowledgeBase.name],
    outcome: passages.length > 0 ? 'passages' : 'empty',
    answer,
    passages: shown,
    ...(reading && { reading }),
  };
  return { passages, answer, step, repeated: times > 0 && (shown.length === 0 || !readsOn) };
}

/** A step as the graph would have counted it: what was asked before is answered from the run's record. */
function countedStep(
  steps: readonly EvidenceStep[],
  index: number,
  knowledgeBases: readonly SearchableKnowledgeBase[],
): ScoredStep {
  const { subQuestion, passages, knowledgeBases: names } = steps[index]!;
  const knowledgeBase = names[0]!;
  const again = steps.slice(0, index).some((earlier) => asksTheSame(earlier, subQuestion, knowledgeBase));
  return {
    decision: searchFor(subQuestion, knowledgeBase),
    passages,
    usage: {
      reads: passages.length,
      cost: again ? 0 : (knowledgeBases.find(({ name }) => name === knowledgeBase)?.cost ?? 1),
    },
  };
}
