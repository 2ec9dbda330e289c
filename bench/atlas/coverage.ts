/**
 * Oracle coverage of the candidates: the share of gold sub-questions that the grammar proposes when the history is the gold
 * one. What is not proposed no policy over these candidates can choose.
 */
import type { GoldStep, Question } from '../../src/eval/datasets/question.ts';
import type { EvidenceStep, PolicyState } from '../../src/graph/policy.ts';
import { english } from '../../src/offline/english/english.ts';
import { englishMemory } from '../../src/offline/english/memory.ts';
import { likeness } from '../../src/offline/english/paraphrase.ts';

const language = english();
const memory = englishMemory();

/** Two questions of the same names whose other words are met to this share by the same or related words. */
const SAME = 0.55;

export interface CoverageRow {
  questionId: string;
  step: number;
  covered: boolean;
  /** Covered by the first candidate. */
  first: boolean;
}

export function candidateCoverage(question: Question): CoverageRow[] {
  const rows: CoverageRow[] = [];
  const done: EvidenceStep[] = [];
  const left: GoldStep[] = [...(question.steps ?? [])];
  for (let step = 0; left.length > 0; step++) {
    const state: PolicyState = {
      question: question.question,
      image: question.image,
      steps: done,
      knowledgeBases: [],
      maxSteps: 5,
      conversation: [],
    };
    const candidates = language.understand(state).candidates;
    // Independent sides of a comparison may come in any order.
    let match: { gold: number; candidate: number } | undefined;
    for (let candidate = 0; candidate < candidates.length && !match; candidate++) {
      const gold = left.findIndex(
        (item) => likeness(item.subQuestion, candidates[candidate]!.subQuestion, memory) >= SAME,
      );
      if (gold >= 0) match = { gold, candidate };
    }
    rows.push({ questionId: question.id, step, covered: match !== undefined, first: match?.candidate === 0 });
    const [gold] = left.splice(match?.gold ?? 0, 1);
    const { subQuestion } = match ? candidates[match.candidate]! : gold!;
    done.push({
      subQuestion,
      knowledgeBases: [gold!.knowledgeBase],
      outcome: 'passages',
      answer: gold!.answer,
      passages: [],
    });
  }
  return rows;
}
