import { describe, expect, test } from 'vitest';
import { contentOf, verifyQuestions } from '../../../scripts/atlas/verify.ts';
import type { Question } from '../../../src/eval/datasets/question.ts';
import { documents, inSplit, questions } from './shipped.ts';

const train = inSplit('train');
const validation = inSplit('validation');
const testSplit = inSplit('test');
const partsOf = ({ phrasing = '' }: Question) => phrasing.split('+');
const share = (all: ReadonlySet<string>, known: ReadonlySet<string>) =>
  [...all].filter((one) => !known.has(one)).length / all.size;

describe('gold', () => {
  test('documents exist, hold the answer, and no bridge is named', () => {
    expect(verifyQuestions({ documents, questions })).toEqual([]);
  });

  test('the verifier notices a wrong document, a wrong answer and a leak', () => {
    const [question] = questions.filter(({ steps, route }) => steps?.length === 2 && route === 'image>table');
    const broken = (change: (copy: Question) => void) => {
      const copy = structuredClone(question!);
      change(copy);
      return verifyQuestions({ documents, questions: [copy] }).join();
    };
    expect(broken(() => undefined)).toBe('');
    expect(broken((copy) => copy.steps![0]!.documents.push('nowhere'))).toContain('no document nowhere');
    expect(broken((copy) => Object.assign(copy.steps![1]!, { answer: 'xyzzy' }))).toContain('does not contain');
    expect(
      broken((copy) => Object.assign(copy, { question: `Of ${copy.steps![0]!.answer}: ${copy.question}` })),
    ).toContain('stands in');
    expect(broken((copy) => Object.assign(copy, { answerable: false }))).toContain('answerable');
  });

  test('an answer is the last step’s, or yes, no or one of the things compared', () => {
    for (const { id, answers, steps = [], relations = [] } of questions) {
      if (steps.length === 0) continue;
      const derived = relations.some((relation) => /^(compare|check)-/.test(relation));
      if (!derived) expect(answers, id).toContain(steps.at(-1)!.answer);
      else if (relations.some((relation) => relation.startsWith('check-')))
        expect(['yes', 'no'], id).toContain(answers[0]);
    }
  });

  test('comparisons follow from the figures of their steps', () => {
    const number = (text: string) => Number(text.replaceAll(',', ''));
    const compared = questions.filter(({ relations }) =>
      relations?.some((relation) => relation.startsWith('compare-')),
    );
    expect(compared.length).toBeGreaterThan(500);
    for (const { id, answers, steps = [], relations = [] } of compared) {
      const figures = steps.filter((step) => /^-?[\d,.]+$/.test(step.answer)).map((step) => number(step.answer));
      expect(figures, id).toHaveLength(2);
      const earlier = relations.some((relation) => /^compare-(birth|death)-year$/.test(relation));
      const firstWins = earlier ? figures[0]! < figures[1]! : figures[0]! > figures[1]!;
      if (answers[0] === 'yes' || answers[0] === 'no') expect(answers[0], id).toBe(firstWins ? 'yes' : 'no');
    }
  });

  test('yes and no are about equally frequent', () => {
    const count = (answer: string) => questions.filter(({ answers }) => answers[0] === answer).length;
    expect(count('yes') / (count('yes') + count('no'))).toBeCloseTo(0.5, 1);
  });

  test('invented names are in no document', () => {
    const world = documents.map(contentOf).join('\n').toLowerCase();
    const invented = questions.filter(({ relations }) => relations?.includes('invented'));
    expect(invented.length).toBeGreaterThan(40);
    for (const { question } of invented) {
      const name = /(\S+)\?$/.exec(question)?.[1] ?? /(?:of|in|is) (\S+)/.exec(question)?.[1];
      expect(world.includes((name ?? '').replace(/\W/g, '').toLowerCase()), question).toBe(false);
    }
  });
});

describe('splits', () => {
  test('are large enough', () => {
    expect(train.length).toBeGreaterThanOrEqual(1_500);
    expect(validation.length).toBeGreaterThanOrEqual(300);
    expect(testSplit.filter(({ unseen }) => unseen?.template).length).toBeGreaterThanOrEqual(400);
  });

  test('at least 30% of templates, relations and wordings are held out', () => {
    const templates = (of: Question[]) => new Set(of.map(({ template }) => template!));
    // Attributes that nothing in the world has are no relations of it.
    const relations = (of: Question[]) =>
      new Set(of.flatMap(({ relations: own = [] }) => own.filter((one) => !one.startsWith('missing:'))));
    const wordings = (of: Question[]) => new Set(of.flatMap(partsOf));
    expect(share(templates(questions), templates(train))).toBeGreaterThanOrEqual(0.3);
    expect(share(relations(questions), relations(train))).toBeGreaterThanOrEqual(0.3);
    expect(share(wordings(questions), wordings(train))).toBeGreaterThanOrEqual(0.3);
    // Also within the lists that train uses, so that a seen template has unseen wordings.
    const list = (wording: string) => wording.replace(/\/\d+$/, '');
    const lists = new Set([...wordings(train)].map(list));
    const shared = new Set([...wordings(questions)].filter((wording) => lists.has(list(wording))));
    expect(share(shared, wordings(train))).toBeGreaterThanOrEqual(0.3);
  });

  test('unseen is what train indeed never shows', () => {
    const templates = new Set(train.map(({ template }) => template));
    const relations = new Set(train.flatMap(({ relations: own = [] }) => own));
    const wordings = new Set(train.flatMap(partsOf));
    for (const question of questions) {
      const { id, unseen, template, relations: own = [] } = question;
      expect(unseen?.template, id).toBe(!templates.has(template));
      expect(unseen?.relation, id).toBe(own.some((relation) => !relations.has(relation)));
      expect(unseen?.phrasing, id).toBe(partsOf(question).some((part) => !wordings.has(part)));
    }
  });

  test('validation, like train, shows nothing that is held out', () => {
    expect(validation.filter(({ unseen }) => unseen?.template || unseen?.relation || unseen?.phrasing)).toEqual([]);
  });

  test('no bridge or pictured thing of a test question is one of train', () => {
    // Bridges are named in the sub-questions of the later steps; a language or genus is an attribute, not an entity.
    const bridges = (of: Question[]) =>
      new Set(
        of.flatMap(({ steps = [] }) =>
          steps
            .filter((step) =>
              /^(Which country|In which country|What is the capital|Which element has|What is shown)/.test(
                step.subQuestion,
              ),
            )
            .map((step) => step.answer),
        ),
      );
    const trained = bridges(train);
    expect([...bridges(testSplit)].filter((bridge) => trained.has(bridge))).toEqual([]);
  });

  test('the same query image never serves two splits', () => {
    const splitOf = new Map<string, string>();
    for (const { id, image, split } of questions) {
      if (image === undefined) continue;
      expect(splitOf.get(image) ?? split, id).toBe(split);
      splitOf.set(image, split!);
    }
  });
});

describe('shapes', () => {
  test.each([
    'text',
    'table',
    'image',
    'image>table',
    'image>text',
    'text>table',
    'table>text',
    'table>table',
    'image>table>text',
    'image>table>table',
    'text>table>table',
    'text>table>text',
    '',
  ])('there are questions of route “%s”', (route) => {
    expect(questions.filter((question) => question.route === route).length).toBeGreaterThanOrEqual(10);
  });

  test('no question has more than five hops, and many have three', () => {
    expect(Math.max(...questions.map(({ steps = [] }) => steps.length))).toBeLessThanOrEqual(5);
    expect(train.filter(({ steps = [] }) => steps.length >= 3).length).toBeGreaterThan(300);
  });

  test('unanswerable questions are in every split', () => {
    for (const split of [train, validation, testSplit]) {
      expect(split.filter(({ answerable }) => !answerable).length / split.length).toBeGreaterThan(0.03);
    }
  });
});
