/**
 * Sub-questions from the properties that a question mentions, whatever its sentence looks like: each is asked of what was found
 * last and of what the question names, each word once along a chain of steps. Where the grammar takes a sentence apart wrongly, or not
 * at all, the steps of the right reading are among these; whether to take them is for a policy that has learnt it.
 */

import type { EvidenceStep } from '../../graph/policy.ts';
import type { EnglishMemory } from '../english/memory.ts';
import { stem } from '../english/stem.ts';
import { relatedness } from '../english/synonyms.ts';
import type { Mentions } from '../language.ts';
import type { Candidate } from './candidate.ts';
import { MENTIONED } from './mentions.ts';

const CHEMISTRY = /element|atom|symbol|chemi|periodic|heav|weigh|mass|series/i;

/** What a name's own spelling asks for: a code, a symbol, a number, a Latin name, a description in quotation marks. */
const SPELLINGS: readonly [spelt: RegExp, subQuestion: string, about?: RegExp][] = [
  [/^[A-Z]{3}$/, 'Which country has the three-letter ISO code N?'],
  [/^\.[a-z]{2}$/, 'Which country has the internet domain N?'],
  [/^\+\d{1,4}$/, 'Which country has the calling code N?'],
  [/^[A-Z][a-z]?$/, 'Which element has the symbol N?', CHEMISTRY],
  [/^\d{1,3}$/, 'Which element has the atomic number N?', CHEMISTRY],
  [/^\p{Lu}\p{Ll}+ \p{Ll}+(?: \p{Ll}+)?$/u, 'Which living thing has the scientific name N?'],
  [/^(?:\S+ ){4,}\S+$/u, 'Which thing is described as “N”?'],
];

const FLAG = ['flag', 'country', 'nation', 'banner'].map(stem);

/** A question whose words mostly speak of something else mentions a property by chance: `the last name of the player who ended ...`. */
const LEAST_EXPLAINED = 1 / 3;
const MOST_PROPERTIES = 7;
const MOST_ANSWERS = 2;
const MOST_NAMES = 3;
const LONGEST_ENTITY = 300;
/** What was found last comes first, then what the question names. */
const LATER = 0.25;

interface AskedQuestion {
  question: string;
  image?: string;
  steps: readonly Pick<EvidenceStep, 'subQuestion' | 'answer'>[];
}

/** The likeliest first. */
export function propertyCandidates({ question, image, steps }: AskedQuestion, memory: EnglishMemory): Candidate[] {
  const mention = memory.mentions(question);
  const { words, names, properties: mentioned, explained } = mention;
  if (explained < LEAST_EXPLAINED) return [];
  const asked = new Set(steps.map(({ subQuestion }) => subQuestion));
  const found: { subQuestion: string; score: number }[] = [];
  for (const { entity, later, said } of entitiesOf(mention, steps, memory)) {
    const spelt = names.includes(entity)
      ? SPELLINGS.find(([spelling, , about]) => spelling.test(entity) && (about?.test(question) ?? true))
      : undefined;
    const asks = spelt ? [{ subQuestion: spelt[1], score: 1.5, words: [] }] : mentioned;
    for (const { subQuestion, score, words: by } of asks) {
      const text = subQuestion.replace('N', () => entity);
      // Each word of the question is explained once along a chain of steps.
      if (asked.has(text) || (by.length > 0 && by.every((word) => said.includes(word)))) continue;
      found.push({ subQuestion: text, score: score - later });
    }
  }
  const properties = found.toSorted((a, b) => b.score - a.score).slice(0, MOST_PROPERTIES);
  const shown = steps.some(({ answer, subQuestion }) => answer !== null && ABOUT_PICTURE.test(subQuestion));
  return [
    ...(shown ? [] : pictures(image, words))
      .filter((subQuestion) => !asked.has(subQuestion))
      .map((subQuestion) => candidate(subQuestion, 'picture')),
    ...properties.map(({ subQuestion }) => candidate(subQuestion, 'property')),
  ];
}

const ABOUT_PICTURE = /\b(?:flag|image|picture|photo|shown)\b/i;

interface Entity {
  entity: string;
  /** How much less it is asked about than what was found last. */
  later: number;
  /** Places of the question's words that the steps which led to it have asked for. */
  said: number[];
}

/** What can be asked about: what was found last, unless it is a figure; then what the question names. */
function entitiesOf(mention: Mentions, steps: AskedQuestion['steps'], memory: EnglishMemory): Entity[] {
  const saidBefore = whatWasSaid(mention, steps, memory);
  const found: Entity[] = [];
  const answered = steps.flatMap(({ answer }, index) => (answer ? [{ answer, index }] : []));
  for (const { answer, index } of answered.toReversed()) {
    if (found.length >= MOST_ANSWERS) break;
    if (FIGURE.test(answer) || isKnown(mention, answer) || found.some(({ entity }) => entity === answer)) continue;
    found.push({ entity: answer, later: found.length === 0 ? 0 : LATER, said: saidBefore(index) });
  }
  const later = found.length === 0 ? 0 : 2 * LATER;
  // What a name has led on from is asked about no more: the rest of the question is about where it led.
  const named = mention.names
    .filter(
      (name) => !answered.some(({ answer, index }) => answer === name || steps[index]!.subQuestion.includes(name)),
    )
    .slice(0, MOST_NAMES)
    .map((entity) => ({ entity, later, said: [] }));
  return [...found, ...named].filter(({ entity }) => entity.length <= LONGEST_ENTITY);
}

/** Named by the question: nothing new. */
const isKnown = ({ names }: Mentions, answer: string): boolean =>
  names.some((name) => name.toLowerCase() === answer.toLowerCase());

const FIGURE = /^[\d.,\s+%-]+$/;

/** Whether the question still asks for something of what was found last. */
export function leavesToAsk(asked: AskedQuestion, memory: EnglishMemory): boolean {
  const last = asked.steps.findLast(({ answer }) => answer !== null)?.answer;
  return !!last && propertyCandidates(asked, memory).some(({ subQuestion }) => subQuestion.includes(last));
}

/** Whether a step asked what only these propose, for a policy that went on without the grammar. */
export function asksProperty(asked: AskedQuestion, subQuestion: string, memory: EnglishMemory): boolean {
  return propertyCandidates(asked, memory).some((candidate) => candidate.subQuestion === subQuestion);
}

/** Places of the question's words that the steps up to an index have asked for, back along what each was asked about. */
function whatWasSaid(mention: Mentions, steps: AskedQuestion['steps'], memory: EnglishMemory) {
  return function saidBefore(index: number): number[] {
    const { subQuestion } = steps[index]!;
    const before = steps.findLastIndex(
      ({ answer }, at) => at < index && answer !== null && subQuestion.includes(answer),
    );
    const earlier = before < 0 ? [] : saidBefore(before);
    return [...new Set([...earlier, ...saidIn(mention, memory.words.contentStems(subQuestion), subQuestion)])];
  };
}

/** Which of the question's words a sub-question asks for: its own, and those by which its property was mentioned. */
function saidIn({ words, properties }: Mentions, stems: readonly string[], subQuestion: string): number[] {
  const own = words.flatMap((word, place) =>
    stems.some((asked) => relatedness(asked, word) >= MENTIONED) ? [place] : [],
  );
  const rule = properties.find(({ subQuestion: plain }) => {
    const [before, after] = plain.split('N') as [string, string];
    return subQuestion.startsWith(before) && subQuestion.endsWith(after);
  });
  return [...own, ...(rule?.words ?? [])];
}

const candidate = (subQuestion: string, kind: 'property' | 'picture'): Candidate => ({
  subQuestion,
  provider: 'property',
  kind,
  completes: true,
});

function pictures(image: string | undefined, words: readonly string[]): string[] {
  if (image === undefined) return [];
  const flag = words.some((word) => FLAG.includes(word));
  return flag ? ["Which country's flag is this?"] : ['What is shown in the picture?'];
}
