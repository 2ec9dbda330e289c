/**
 * The paper's regime: every step of a gold trajectory is a group of its own. History and passages come from the teacher; only the
 * decision at that step, and what follows from it at once, is the policy's. The supervised warm start reads the same states.
 */
import { mapConcurrent } from '../../common/map-concurrent.ts';
import type { GoldStep, Question } from '../../eval/datasets/question.ts';
import type { RouterDriver } from '../../graph/driver.ts';
import type { EvidenceStep } from '../../graph/policy.ts';
import type { Candidate } from '../../offline/candidates/candidate.ts';
import type { KnowledgeBaseCard, QueryImage, SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { stemmedF1 } from '../rewards/index.ts';
import { type Group, groupIdOf } from './group.ts';
import type { TrainingQuestion } from './roll-out.ts';
import { runMember } from './run-member.ts';

/** A place in a gold trajectory: what has been found so far, and what the teacher does next. */
export interface TeacherState extends TrainingQuestion {
  /** Number of gold steps behind it; equal to their count where the teacher stops. */
  index: number;
  prefix: EvidenceStep[];
  /** Undefined where the teacher stops. */
  gold: GoldStep | undefined;
}

export interface TeacherOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  /** Passages of a step that the teacher has read. */
  readLimit: number;
  /** Bytes of a question's image. */
  image(hash: string): Promise<QueryImage | undefined>;
  signal?: AbortSignal;
}

/**
 * Every state of a question's gold trajectory, the stop included; none for a question without gold steps. The gold documents stand
 * among the passages where the search finds them, as they would for a policy that asks what the teacher asked.
 */
export async function teacherStates(
  { question, image }: TrainingQuestion,
  { knowledgeBases, readLimit, image: imageOf, signal }: TeacherOptions,
): Promise<TeacherState[]> {
  const steps = question.steps;
  if (!steps) return [];
  const prefix: EvidenceStep[] = [];
  const states: TeacherState[] = [];
  for (const [index, gold] of steps.entries()) {
    states.push({ question, image, index, prefix: [...prefix], gold });
    const knowledgeBase = knowledgeBases.find(({ name }) => name === gold.knowledgeBase);
    const picture = image === undefined ? undefined : await imageOf(image);
    const found = await knowledgeBase?.search(
      { text: gold.subQuestion, ...(picture ? { image: picture } : {}) },
      { limit: readLimit, signal },
    );
    const passages = found ?? [];
    const cited = passages.find(({ documentId }) => gold.documents.includes(documentId));
    prefix.push({
      subQuestion: gold.subQuestion,
      knowledgeBases: [gold.knowledgeBase],
      outcome: passages.length > 0 ? 'passages' : 'empty',
      answer: gold.answer,
      passages,
      reading: {
        answer: gold.answer,
        citations: cited ? [{ passageId: cited.id, knowledgeBase: cited.knowledgeBase, quote: gold.answer }] : [],
      },
    });
  }
  states.push({ question, image, index: steps.length, prefix, gold: undefined });
  return states;
}

/** Two wordings of the same sub-question share at least this much; below it the candidates do not hold the gold one. */
const SAME_SUB_QUESTION = 0.6;

/**
 * The action the teacher takes among `candidates` x `knowledgeBases` (then stop last), or undefined where no candidate says what
 * the gold sub-question says. What share of states has one is the oracle coverage of the candidates.
 */
export function goldAction(
  gold: GoldStep | undefined,
  candidates: readonly Pick<Candidate, 'subQuestion'>[],
  knowledgeBases: readonly Pick<KnowledgeBaseCard, 'name'>[],
): number | undefined {
  if (!gold) return candidates.length * knowledgeBases.length;
  const column = knowledgeBases.findIndex(({ name }) => name === gold.knowledgeBase);
  if (column < 0) return undefined;
  let best = -1;
  let bestScore = SAME_SUB_QUESTION;
  for (const [row, { subQuestion }] of candidates.entries()) {
    const score = stemmedF1(subQuestion, gold.subQuestion);
    if (score > bestScore || (score === bestScore && best < 0)) {
      best = row;
      bestScore = score;
    }
  }
  return best < 0 ? undefined : best * knowledgeBases.length + column;
}

export interface TeacherRollOutOptions {
  drive: RouterDriver;
  states: readonly TeacherState[];
  groupSize: number;
  seed: number | string;
  iteration: number;
  concurrency?: number;
  signal?: AbortSignal;
}

/**
 * G decisions at each state. A member is one step long; its question carries the gold from that state on, so that rewards compare
 * it with the teacher's next step.
 */
export async function rollOutTeacherForced({
  drive,
  states,
  groupSize,
  seed,
  iteration,
  concurrency = 8,
  signal,
}: TeacherRollOutOptions): Promise<Group[]> {
  const groups: Group[] = states.map(({ question, index }) => ({
    groupId: groupIdOf(seed, iteration, `${question.id}#${index}`),
    question: fromHere(question, index),
    members: [],
  }));
  const runs = states.flatMap((state, place) =>
    Array.from({ length: groupSize }, (_, member) => ({ state, place, member })),
  );
  const members = await mapConcurrent(runs, { concurrency, signal }, ({ state, place, member }) =>
    runMember({
      drive,
      question: state.question,
      image: state.image,
      groupId: groups[place]!.groupId,
      member,
      seed: `${seed}/${iteration}/${state.index}`,
      prefix: state.prefix,
      stopAfter: 1,
      signal,
    }),
  );
  for (const [index, { place }] of runs.entries()) groups[place]!.members.push(members[index]!);
  return groups;
}

/** A question whose first gold steps are behind it. */
function fromHere(question: Question, index: number): Question {
  return { ...question, steps: question.steps?.slice(index) };
}
