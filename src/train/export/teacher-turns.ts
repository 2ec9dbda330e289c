/**
 * A gold trajectory as the turns of a chat model: what policy, reader and answerer would be shown at each step, and what the
 * teacher says there. The prompts are taken from the very calls that serve, made to a model that only repeats the teacher; so an
 * outside trainer sees what the graph will show its checkpoint.
 */

import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { promptsFor } from '../../graph/chat-model/prompts/reference-prompts.ts';
import { writeAnswer } from '../../graph/chat-model/protocols/answer-tags.ts';
import { writeDecision } from '../../graph/chat-model/protocols/decision-tags.ts';
import { labelPassages, type Naming, NONE, referenceNames } from '../../graph/chat-model/protocols/naming.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import type { StepContext } from '../../graph/policy.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { TrainingQuestion } from '../rollouts/roll-out.ts';
import { type TeacherOptions, teacherStates } from '../rollouts/teacher-forced.ts';
import { withoutMarks } from './image-marks.ts';
import { RepeatingModel } from './repeating-model.ts';
import type { Turn, TurnGold } from './turn.ts';

export interface TeacherTurnOptions extends TeacherOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  maxSteps: number;
  /** Default: the names that the released checkpoints know. */
  naming?: Naming;
  /** What the teacher thought at each gold step, and last before the answer. */
  thoughts?: (training: TrainingQuestion) => readonly (string | undefined)[];
}

export interface TeacherTurns {
  turns: Turn[];
  /** Turns that the tag protocol cannot say, because a question or an answer holds tags itself. */
  left: number;
}

/**
 * The turns of a question, in order; none without gold steps. Readings whose passages hold no gold document are left out: they
 * would teach to answer from nothing.
 */
export async function teacherTurns(
  training: TrainingQuestion,
  { naming = referenceNames, maxSteps, thoughts = () => [], ...options }: TeacherTurnOptions,
): Promise<TeacherTurns> {
  const { question, image } = training;
  const { knowledgeBases, readLimit } = options;
  const states = await teacherStates(training, options);
  if (states.length === 0) return { turns: [], left: 0 };
  const model = new RepeatingModel();
  const shared = { protocol: 'tags', model, ...promptsFor(naming) } as const;
  const policy = chatModelPolicy({ ...shared, naming });
  const reader = chatModelReader({ ...shared, limit: readLimit });
  const answerer = chatModelAnswerer(shared);
  // The released checkpoints name no labels, and are not asked for any.
  const cites = shared.prompts === undefined;
  const context: StepContext = {
    seed: 'teacher',
    config: {},
    signal: options.signal,
    image: async () => (image === undefined ? undefined : options.image(image)),
    search: async () => ({ outcome: 'unavailable', passages: [] }),
  };
  const asked = { question: question.question, image, conversation: [] };
  const turns: Turn[] = [];
  const thought = thoughts(training);
  let left = 0;
  const turn = async (write: () => string, gold: TurnGold, call: () => Promise<unknown>): Promise<void> => {
    const completion = written(write);
    if (completion === undefined) {
      left++;
      return;
    }
    const { system, user, image } = await model.hear(completion, call);
    turns.push({ index: turns.length, system, user: withoutMarks(user), image, completion, gold });
  };
  for (const { prefix, gold, index } of states) {
    const state = { ...asked, steps: prefix, knowledgeBases, maxSteps };
    const card = knowledgeBases.find(({ name }) => name === gold?.knowledgeBase);
    // At the last step there is no turn left to stop at.
    if (!gold) {
      if (index >= maxSteps) continue;
      const stop: TurnGold = { kind: 'decide', subQuestion: NONE, retriever: NONE };
      await turn(
        () => writeDecision({ type: 'stop' }, thought[index]),
        stop,
        () => policy.decide(state, context),
      );
      continue;
    }
    if (!card) continue;
    const { subQuestion } = gold;
    const retriever = naming(card);
    const search = () => writeDecision({ type: 'search', subQuestion, name: retriever }, thought[index]);
    await turn(search, { kind: 'decide', subQuestion, retriever }, () => policy.decide(state, context));
    const { passages } = states[index + 1]!.prefix[index]!;
    const labels = labelPassages(passages, card.modality)
      .filter(({ passage }) => gold.documents.includes(passage.documentId))
      .map(({ label }) => label);
    if (labels.length === 0) continue;
    const reading = { ...asked, subQuestion, knowledgeBases: [card], passages, steps: prefix };
    const read = () => writeAnswer({ answer: gold.answer, labels: cites ? labels : [] });
    await turn(read, { kind: 'read', answer: gold.answer }, () => reader.read(reading, context));
  }
  const answers = question.answerable ? [...question.answers] : [];
  const last = () => writeAnswer({ answer: answers[0] ?? null });
  const evidence = { ...asked, steps: states.at(-1)!.prefix };
  await turn(last, { kind: 'answer', answers }, () => answerer.answer(evidence, context));
  return { turns, left };
}

function written(write: () => string): string | undefined {
  try {
    return write();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
