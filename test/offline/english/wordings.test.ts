/**
 * Questions in many wordings, written for this test, with the sub-questions they need: how many of those the candidates hold
 * when each step is answered. The floors are what was reached; a change of the grammar must not fall below them.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EvidenceStep, PolicyState } from '../../../src/graph/policy.ts';
import { english } from '../../../src/offline/english/english.ts';
import { englishMemory } from '../../../src/offline/english/memory.ts';
import { likeness } from '../../../src/offline/english/paraphrase.ts';

const language = english();
const memory = englishMemory();

interface Wording {
  question: string;
  picture?: boolean;
  steps: [subQuestion: string, answer: string][];
}

/** Two questions of the same names whose other words are met to this share by the same or related words. */
const SAME = 0.55;

const wordings = readFileSync(new URL('./wordings.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Wording);

/** For each step in turn: the place of a needed sub-question among the candidates, or -1. */
function places({ question, picture, steps }: Wording): number[] {
  const left = [...steps];
  const done: EvidenceStep[] = [];
  return steps.map(() => {
    const state: PolicyState = {
      question,
      ...(picture && { image: 'hash' }),
      steps: done,
      knowledgeBases: [],
      maxSteps: 5,
      conversation: [],
    };
    const candidates = language.understand(state).candidates.map(({ subQuestion }) => subQuestion);
    const place = candidates.findIndex((candidate) =>
      left.some(([needed]) => likeness(needed, candidate, memory) >= SAME),
    );
    const found = left.findIndex(([needed]) => place >= 0 && likeness(needed, candidates[place]!, memory) >= SAME);
    const [[needed, answer]] = left.splice(Math.max(0, found), 1) as [[string, string]];
    const subQuestion = candidates[place] ?? needed;
    done.push({ subQuestion, knowledgeBases: ['any'], outcome: 'passages', answer, passages: [] });
    return place;
  });
}

describe('wordings', () => {
  const found = wordings.flatMap(places);
  const share = (count: number): number => count / found.length;

  it('are many', () => {
    expect(wordings.length).toBeGreaterThan(500);
  });

  it('have their sub-questions among the candidates', () => {
    expect(share(found.filter((place) => place >= 0).length)).toBeGreaterThan(0.92);
  });

  it('have them first in most cases', () => {
    expect(share(found.filter((place) => place === 0).length)).toBeGreaterThan(0.91);
  });
});
