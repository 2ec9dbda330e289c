/**
 * Sub-questions from the properties that a question mentions, whatever its sentence looks like: each is asked of what was found
 * last and of what the question names. Where the grammar takes a sentence apart wrongly, or not at all, the steps of the right
 * reading are still among these; which of them to take, and when, is for a policy that has learnt it.
 */
import { remembered } from '../common/remembered.ts';
import { inquire } from './grammar/inquiry.ts';
import { relatedness } from './grammar/synonyms.ts';
import { contentStems, stem } from './grammar/words.ts';
import type { EvidenceStep } from './policy.ts';
import type { Candidate } from './step-record.ts';

/**
 * N is what is asked about. A question mentions a property where it has a word for each of the first column; `a|b` are
 * alternatives. Words of everyday reference works, as in the grammar's wordings.
 */
const PROPERTIES: readonly [said: string, subQuestion: string][] = [
  ['capital', 'What is the capital of N?'],
  ['currency', 'What is the currency of N?'],
  ['unit|subunit|divided|coin|split', 'What smaller unit is N divided into?'],
  ['language', 'What is the official language of N?'],
  ['language family|kind|group|branch', 'Which family of languages does N belong to?'],
  ['population|people|inhabitants', 'What is the population of N?'],
  ['area|size|large|big|territory', 'What is the area of N?'],
  ['largest|biggest city', 'What is the largest city of N?'],
  ['world|continent|region|corner', 'In which part of the world is N?'],
  ['independent|independence|sovereign', 'In which year did N become independent?'],
  ['border|neighbour|adjoin', 'How many countries border N?'],
  ['neighbour|border largest|biggest', 'What is the largest neighbour of N?'],
  ['domain|tld|internet|web', 'What is the internet domain of N?'],
  ['calling|dial|phone|telephone', 'What is the calling code of N?'],
  ['iso|letter|code', 'What is the three-letter ISO code of N?'],
  ['inhabitants|people|citizen|natives|demonym called|name|known|demonym', 'What is the demonym of N?'],
  ['country|nation|land|state', 'In which country is N?'],
  ['country|nation|land|state capital|seat', 'Which country has N as its capital?'],
  ['country|nation|land|state code|iso|abbreviated|letter', 'Which country has the three-letter ISO code N?'],
  ['country|nation|land|state domain|internet|web', 'Which country has the internet domain N?'],
  ['born|birth', 'In which year was N born?'],
  ['die|death|dead', 'In which year did N die?'],
  ['genus', 'To which genus does N belong?'],
  ['family', 'To which family does N belong?'],
  ['order', 'To which order does N belong?'],
  ['scientific|latin|binomial|taxonomic', 'What is the scientific name of N?'],
  ['scientific|latin|binomial|taxonomic', 'Which living thing has the scientific name N?'],
  ['name|called|known|synonym|term', 'What is another name for N?'],
  ['kind|type|sort|category', 'What is N a kind of?'],
  ['symbol', 'What is the chemical symbol of N?'],
  ['symbol|element', 'Which element has the symbol N?'],
  ['atomic|proton number|proton', 'What is the atomic number of N?'],
  ['atomic|heavy|weight|mass mass|weight|heavy', 'What is the atomic mass of N?'],
  ['period|row', 'In which period of the periodic table is N?'],
  ['group|column', 'In which group of the periodic table is N?'],
  ['block', 'In which block of the periodic table is N?'],
  ['series|category|kind', 'To which series of elements does N belong?'],
];

const RULES = PROPERTIES.map(([said, subQuestion]) => ({
  said: said.split(' ').map((words) => words.split('|').map(stem)),
  subQuestion,
}));

const FLAG = ['flag', 'country', 'nation', 'banner'].map(stem);

const MOST_PROPERTIES = 5;
const MOST_ANSWERS = 2;
const MOST_NAMES = 2;
const LONGEST_ENTITY = 80;
/** A related word is enough (`relatedness`). */
const MENTIONED = 0.6;

export interface AskedQuestion {
  question: string;
  image?: string;
  steps: readonly Pick<EvidenceStep, 'subQuestion' | 'answer'>[];
}

export function propertyCandidates({ question, image, steps }: AskedQuestion): Candidate[] {
  const { words, names, properties: mentioned } = mentions(question);
  const asked = new Set(steps.map(({ subQuestion }) => subQuestion));
  const answers = steps.map(({ answer }) => answer).filter((answer) => answer !== null);
  const entities = [
    ...[...new Set(answers.toReversed())].slice(0, MOST_ANSWERS),
    ...names.filter((name) => !answers.includes(name)).slice(0, MOST_NAMES),
  ].filter((entity) => entity.length <= LONGEST_ENTITY);
  const found: { subQuestion: string; score: number }[] = [];
  for (const { subQuestion, score } of mentioned) {
    entities.forEach((entity, place) => {
      const text = subQuestion.replace('N', () => entity);
      // What was found last comes first.
      if (!asked.has(text)) found.push({ subQuestion: text, score: score - place / 4 });
    });
  }
  const properties = found.toSorted((a, b) => b.score - a.score).slice(0, MOST_PROPERTIES);
  return [
    ...pictures(image, words)
      .filter((subQuestion) => !asked.has(subQuestion))
      .map((subQuestion) => candidate(subQuestion, 'picture')),
    ...properties.map(({ subQuestion }) => candidate(subQuestion, 'property')),
  ];
}

/** Whether a step asked what only these propose, for a policy that went on without the grammar. */
export function asksProperty(asked: AskedQuestion, subQuestion: string): boolean {
  return propertyCandidates(asked).some((candidate) => candidate.subQuestion === subQuestion);
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

export interface Mentions {
  /** Stems of the words that are no part of a name, in order. */
  words: string[];
  names: string[];
  properties: { subQuestion: string; score: number }[];
}

/** What a question mentions. */
export const mentions = remembered((question: string): Mentions => {
  const { names } = inquire(question);
  const named = new Set(names.flatMap(contentStems));
  const words = contentStems(question).filter((word) => !named.has(word));
  const properties = RULES.flatMap(({ said, subQuestion }) => {
    const score = mentioned(words, said);
    // More words speak for more.
    return score === undefined ? [] : [{ subQuestion, score: score + said.length / 8 }];
  });
  return { words, names, properties };
}, 64);

/** How surely every word is among the question's, in (0, 1]. */
function mentioned(words: readonly string[], said: readonly (readonly string[])[]): number | undefined {
  let sum = 0;
  for (const alternatives of said) {
    let best = 0;
    for (const word of words) {
      for (const alternative of alternatives) best = Math.max(best, relatedness(alternative, word));
    }
    if (best < MENTIONED) return undefined;
    sum += best;
  }
  return sum / said.length;
}
