/**
 * Groups of runs of one question, the unit Step-GRPO compares within. A member that failed stays in its group, with the typed
 * reason; it is never re-run, left out or scored 0 in silence.
 */
import { v5 as uuidv5 } from 'uuid';
import type { Question } from '../../eval/datasets/question.ts';
import { type StepRecord, stepContentHash } from '../../graph/step-record.ts';
import { type RewardConfig, type RunRewards, type ScoredRun, scoreRun } from '../rewards/index.ts';

export interface Member {
  /** Place in the group, part of the key of its randomness. */
  member: number;
  runId: string;
  answer: string | null;
  steps: StepRecord[];
  /** Of the models of the run; left out where it failed, and by what makes up members without one. */
  tokens?: StepRecord['usage']['tokens'];
  /** Stable code of what went wrong, where the run failed. */
  failure?: string;
}

export interface Group {
  groupId: string;
  question: Question;
  members: Member[];
}

export interface ScoredGroup extends Group {
  /** In the order of `members`; also written into the records as `rewards`. */
  rewards: RunRewards[];
}

/** Any fixed UUID serves as the namespace of ours. */
const NAMESPACE = '6b1f0f2e-3f0c-5d0a-9c53-2d6a4f0b7f11';

/** The same training step and question have the same ids in every run of the same seed. */
export function groupIdOf(seed: number | string, iteration: number, questionId: string): string {
  return uuidv5(JSON.stringify([seed, iteration, questionId]), NAMESPACE);
}

export function runIdOf(groupId: string, member: number): string {
  return uuidv5(String(member), groupId);
}

export function asScoredRun(question: Question, { steps, answer, failure }: Member): ScoredRun {
  return { question, steps, answer, ...(failure === undefined ? {} : { failure }) };
}

/** Scores every member and writes each step's rewards into its record, unweighted, by name. */
export function scoreGroup(group: Group, config: RewardConfig): ScoredGroup {
  const rewards = group.members.map((member) => scoreRun(asScoredRun(group.question, member), config));
  const members = group.members.map((member, place) => ({
    ...member,
    steps: member.steps.map((step, index) => {
      const parts = Object.entries(rewards[place]!.parts).map(([name, values]) => [name, values[index]!] as const);
      const rewarded = { ...step, rewards: Object.fromEntries(parts) };
      return { ...rewarded, contentHash: stepContentHash(rewarded) };
    }),
  }));
  return { ...group, members, rewards };
}
