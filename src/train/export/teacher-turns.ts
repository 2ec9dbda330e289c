/**
 * A gold trajectory as the turns of a chat model: what policy, reader and answerer would be shown at each step, and what the
 * teacher says there. The prompts are taken from the very calls that serve, made to a model that only repeats the teacher; so an
 * outside trainer sees what the graph will show its checkpoint.
 */

import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { writeAnswer } from '../../graph/chat-model/protocols/answer-tags.ts';
import { writeDecision } from '../../graph/chat-model/protocols/decision-tags.ts';
import { labelPassages, type Naming, NONE, referenceNames } from '../../graph/chat-model/protocols/naming.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import type { StepContext } from '../../graph/policy.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { type TeacherOptions, teacherStates } from '../rollouts/teacher-forced.ts';
import { RepeatingModel, type ShownPrompt } from './repeating-model.ts';

/** What the teacher's turn is judged by. `retriever` is the name shown to the model; both are `None` for a stop. */
export type TurnGold =
  | { kind: 'decide'; subQuestion: string; retriever: string }
  | { kind: 'read'; answer: string }
  | { kind: 'answer'; answers: string[] };

export interface TeacherTurn extends ShownPrompt {
  /** Place among the turns of the question. */
  index: number;
  /** In the tag protocol, thoughts left empty. */
  completion: string;
  gold: TurnGold;
}

export interface TeacherTurnOptions extends TeacherOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  maxSteps: number;
  /** Default: the names that the released checkpoints know. */
  naming?: Naming;
}

/**
 * The turns of a question, in order; none without gold steps. Readings whose passages hold no gold document are left out: they
 * would teach to answer from nothing.
 */
export async function teacherTurns(
  training: TrainingQuestion,
  { naming = referenceNames, maxSteps, ...options }: TeacherTurnOptions,
): Promise<TeacherTurn[]> {
  const { question, image } = training;
  const { knowledgeBases, readLimit } = options;
  const states = await teacherStates(training, options);
  if (states.length === 0) return [];
  const model = new RepeatingModel();
  const policy = chatModelPolicy({ protocol: 'tags', model, naming });
  const reader = chatModelReader({ protocol: 'tags', model, limit: readLimit });
  const answerer = chatModelAnswerer({ protocol: 'tags', model });
  const context: StepContext = {
    seed: 'teacher',
    config: {},
    signal: options.signal,
    image: async () => (image === undefined ? undefined : options.image(image)),
    search: async () => ({ outcome: 'unavailable', passages: [] }),
  };
  const asked = { question: question.question, image, conversation: [] };
  const turns: TeacherTurn[] = [];
  const turn = async (completion: string, gold: TurnGold, call: () => Promise<unknown>): Promise<void> => {
    turns.push({ index: turns.length, ...(await model.hear(completion, call)), completion, gold });
  };
  for (const { prefix, gold, index } of states) {
    const state = { ...asked, steps: prefix, knowledgeBases, maxSteps };
    const card = knowledgeBases.find(({ name }) => name === gold?.knowledgeBase);
    // At the last step there is no turn left to stop at.
    if (!gold) {
      if (index >= maxSteps) continue;
      const stop: TurnGold = { kind: 'decide', subQuestion: NONE, retriever: NONE };
      await turn(writeDecision({ type: 'stop' }), stop, () => policy.decide(state, context));
      continue;
    }
    if (!card) continue;
    const { subQuestion } = gold;
    const retriever = naming(card);
    const search = writeDecision({ type: 'search', subQuestion, name: retriever });
    await turn(search, { kind: 'decide', subQuestion, retriever }, () => policy.decide(state, context));
    const { passages } = states[index + 1]!.prefix[index]!;
    const labels = labelPassages(passages, card.modality)
      .filter(({ passage }) => gold.documents.includes(passage.documentId))
      .map(({ label }) => label);
    if (labels.length === 0) continue;
    const reading = { ...asked, subQuestion, knowledgeBases: [card], passages, steps: prefix };
    const read = writeAnswer({ answer: gold.answer, labels });
    await turn(read, { kind: 'read', answer: gold.answer }, () => reader.read(reading, context));
  }
  const answers = question.answerable ? [...question.answers] : [];
  const last = writeAnswer({ answer: answers[0] ?? null });
  const evidence = { ...asked, steps: states.at(-1)!.prefix };
  await turn(last, { kind: 'answer', answers }, () => answerer.answer(evidence, context));
  return turns;
}
