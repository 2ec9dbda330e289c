import { describe, expect, it } from 'vitest';
import type { EvidenceStep, PolicyState, StepContext } from '../../../src/graph/policy.ts';
import { extractiveAnswerer } from '../../../src/offline/answerer.ts';
import { isReserve } from '../../../src/offline/candidates/candidates.ts';
import { asksProperty, propertyCandidates } from '../../../src/offline/candidates/property-candidates.ts';
import { english } from '../../../src/offline/english/english.ts';
import { englishMemory } from '../../../src/offline/english/memory.ts';

const language = english();
const memory = englishMemory();

const LOOSE = 'currency of the country, capital is Oslo';

const step = (subQuestion: string, answer: string | null, knowledgeBase = 'table'): EvidenceStep => ({
  subQuestion,
  knowledgeBases: [knowledgeBase],
  outcome: 'passages',
  answer,
  passages: [],
});

const state = (question: string, steps: EvidenceStep[] = [], image?: string): PolicyState => ({
  question,
  image,
  steps,
  knowledgeBases: [],
  maxSteps: 5,
  conversation: [],
});

const asked = (question: string, steps: EvidenceStep[] = [], image?: string): string[] =>
  propertyCandidates(state(question, steps, image), memory).map(({ subQuestion }) => subQuestion);

describe('candidates from the properties a question mentions', () => {
  it('ask each of what the question names, whatever its sentence looks like', () => {
    expect(asked(LOOSE)).toContain('Which country has Oslo as its capital?');
    expect(asked(LOOSE)).toContain('What is the currency of Oslo?');
  });

  it('ask of what was found last before they ask of what is named', () => {
    const steps = [step('Which country has Oslo as its capital?', 'Norway')];
    const found = asked(LOOSE, steps);
    expect(found.find((subQuestion) => subQuestion.includes('currency'))).toBe('What is the currency of Norway?');
    expect(found).not.toContain('Which country has Oslo as its capital?');
  });

  it('know everyday words for a property, and mention nothing that is only part of a name', () => {
    expect(asked('how many people live there: Lima')).toContain('What is the population of Lima?');
    expect(asked('Who founded Capital Records?')).not.toContain('What is the capital of Capital Records?');
    expect(asked('Why is the sky blue?')).toEqual([]);
  });

  it('ask what a picture shows where there is one, of a flag by its country', () => {
    expect(asked('population country flag', [], 'hash')).toContain("Which country's flag is this?");
    expect(asked('genus animal shown', [], 'hash')).toContain('What is shown in the picture?');
    expect(asked('genus animal shown')).toEqual([]);
  });

  it('stand in reserve, and only where the grammar has no way on', () => {
    const plain = language.understand(state('What is the currency of the country whose capital is Oslo?')).candidates;
    expect(plain.some(({ provider }) => provider === 'property')).toBe(false);
    const loose = language.understand(state(LOOSE)).candidates.filter(({ provider }) => provider === 'property');
    expect(loose.length).toBeGreaterThan(0);
    expect(loose.every(isReserve)).toBe(true);
  });

  it('answer the question where a policy stops after one, with the step as its evidence', async () => {
    const steps = [
      step('Which country has Oslo as its capital?', 'Norway'),
      step('What is the currency of Norway?', 'Norwegian krone'),
    ];
    expect(asksProperty(state(LOOSE, steps.slice(0, 1)), steps[1]!.subQuestion, memory)).toBe(true);
    expect(language.understand(state(LOOSE, steps)).standing).toEqual({
      text: 'Norwegian krone',
      steps: [1],
      by: 'property',
    });
    const context = { seed: 's', config: {} } as StepContext;
    expect(await extractiveAnswerer().answer(state(LOOSE, steps), context)).toMatchObject({
      answer: 'Norwegian krone',
    });
  });

  it('leave what the grammar composes alone', () => {
    const question = 'What is the currency of the country whose capital is Oslo?';
    const [first] = language.understand(state(question)).candidates;
    const inner = step(first!.subQuestion, 'Norway');
    expect(language.understand(state(question, [inner])).standing).toBeUndefined();
    const done = [inner, step('What is the currency of Norway?', 'Norwegian krone')];
    expect(language.understand(state(question, done)).standing).toMatchObject({
      text: 'Norwegian krone',
      by: 'grammar',
    });
  });
});
