/**
 * Sub-questions from the properties that a question mentions, whatever its sentence looks like: each is asked of what was found
 * last and of what the question names. Where the grammar takes a sentence apart wrongly, or not at all, the steps of the right
 * reading are still among these; which of them to take, and when, is for a policy that has learnt it.
 */
import { remembered } from '../common/remembered.ts';
import { namesOf } from './grammar/inquiry-parts.ts';
import { FUNCTION_WORDS, VERBS } from './grammar/lexicon.ts';
import { parseSentence } from './grammar/sentence.ts';
import { relatedness } from './grammar/synonyms.ts';
import { contentStems, stem } from './grammar/words.ts';
import type { EvidenceStep } from './policy.ts';
import type { Candidate } from './step-record.ts';

const IN_COUNTRY = 'In which country is N?';
const CAPITAL = 'capital|govern|rule|seat';
const CURRENCY = 'What is the currency of N?';
const SUBUNIT = 'What smaller unit is N divided into?';

/**
 * N is what is asked about. A question mentions a property where it has a word for each of the first column; `a|b` are
 * alternatives. What leads on finds something that more is asked of. Words of everyday reference works, as in the grammar's wordings.
 */
const PROPERTIES: readonly [said: string, subQuestion: string, leadsOn?: true][] = [
  [CAPITAL, 'What is the capital of N?', true],
  [CAPITAL, 'Which country has N as its capital?', true],
  ['currency|pay|cash|purse|wallet|spend', CURRENCY, true],
  ['unit|subunit|divided|coin|split|change|cent|break|fraction', SUBUNIT],
  ['language', 'What is the official language of N?', true],
  ['language family|kind|group|branch', 'Which family of languages does N belong to?'],
  ['population|people|inhabitants|folks|residents|populous|live', 'What is the population of N?'],
  ['area|size|large|larger|big|bigger|territory|cover|space', 'What is the area of N?'],
  ['largest|biggest city', 'What is the largest city of N?', true],
  ['world|continent|region|corner', 'In which part of the world is N?'],
  ['independent|independence|sovereign|free', 'In which year did N become independent?'],
  ['border|neighbour|adjoin|surround|touch', 'How many countries border N?'],
  ['neighbour|border largest|biggest', 'What is the largest neighbour of N?', true],
  ['domain|tld|internet|web|website', 'What is the internet domain of N?'],
  ['calling|dial|phone|telephone', 'What is the calling code of N?'],
  ['iso|letter|code', 'What is the three-letter ISO code of N?'],
  ['inhabitants|people|citizen|natives|demonym called|name|known|demonym', 'What is the demonym of N?'],
  ['country|nation|land|state', IN_COUNTRY, true],
  ['born|birth|bear', 'In which year was N born?'],
  ['die|death|dead|end|outlive', 'In which year did N die?'],
  ['genus', 'To which genus does N belong?'],
  ['family', 'To which family does N belong?'],
  ['order', 'To which order does N belong?'],
  ['scientific|latin|binomial|taxonomic', 'What is the scientific name of N?'],
  ['name|called|known|synonym|term|word', 'What is another name for N?'],
  ['kind|type|sort|category|count', 'What is N a kind of?'],
  ['symbol|write', 'What is the chemical symbol of N?'],
  ['atomic|proton|periodic|element number|proton', 'What is the atomic number of N?'],
  ['atomic|heavy|heavier|weight|weigh|mass|outweigh', 'What is the atomic mass of N?'],
  ['period|row', 'In which period of the periodic table is N?'],
  ['group|column', 'In which group of the periodic table is N?'],
  ['block', 'In which block of the periodic table is N?'],
  ['series|category|kind', 'To which series of elements does N belong?'],
];

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

const RULES = PROPERTIES.map(([said, subQuestion, leadsOn = false]) => ({
  said: said.split(' ').map((words) => words.split('|').map(stem)),
  subQuestion,
  leadsOn,
}));

const FLAG = ['flag', 'country', 'nation', 'banner'].map(stem);

const MOST_PROPERTIES = 7;
const MOST_ANSWERS = 2;
const MOST_NAMES = 3;
const LONGEST_ENTITY = 300;
/** What was found last comes first, then what the question names. */
const LATER = 0.25;
/** A related word is enough (`relatedness`). */
const MENTIONED = 0.6;

export interface AskedQuestion {
  question: string;
  image?: string;
  steps: readonly Pick<EvidenceStep, 'subQuestion' | 'answer'>[];
}

export function propertyCandidates({ question, image, steps }: AskedQuestion): Candidate[] {
  const mention = mentions(question);
  const { words, names, properties: mentioned } = mention;
  const asked = new Set(steps.map(({ subQuestion }) => subQuestion));
  const found: { subQuestion: string; score: number }[] = [];
  for (const { entity, later, said } of entitiesOf(mention, steps)) {
    const spelt =
      later > 0 || said.length === 0
        ? SPELLINGS.find(([spelling, , about]) => spelling.test(entity) && (about?.test(question) ?? true))
        : undefined;
    const asks = spelt && names.includes(entity) ? [{ subQuestion: spelt[1], score: 1.5, words: [] }] : mentioned;
    for (const { subQuestion, score, words: by } of asks) {
      const text = subQuestion.replace('N', () => entity);
      // Each word of the question is explained once along a chain of steps.
      if (asked.has(text) || (by.length > 0 && by.every((word) => said.includes(word)))) continue;
      found.push({ subQuestion: text, score: score - later });
    }
  }
  const properties = found.toSorted((a, b) => b.score - a.score).slice(0, MOST_PROPERTIES);
  return [
    ...(steps.some(({ answer, subQuestion }) => answer !== null && ABOUT_PICTURE.test(subQuestion))
      ? []
      : pictures(image, words)
    )
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
function entitiesOf(mention: Mentions, steps: AskedQuestion['steps']): Entity[] {
  const found: Entity[] = [];
  const answered = steps.flatMap(({ answer }, index) => (answer ? [{ answer, index }] : []));
  for (const { answer, index } of answered.toReversed()) {
    if (found.length >= MOST_ANSWERS) break;
    if (FIGURE.test(answer) || isKnown(mention, answer) || found.some(({ entity }) => entity === answer)) continue;
    found.push({ entity: answer, later: found.length === 0 ? 0 : LATER, said: saidBefore(mention, steps, index) });
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
export function leavesToAsk(asked: AskedQuestion): boolean {
  const last = asked.steps.findLast(({ answer }) => answer !== null)?.answer;
  return !!last && propertyCandidates(asked).some(({ subQuestion }) => subQuestion.includes(last));
}

/** Whether a step asked what only these propose, for a policy that went on without the grammar. */
export function asksProperty(asked: AskedQuestion, subQuestion: string): boolean {
  return propertyCandidates(asked).some((candidate) => candidate.subQuestion === subQuestion);
}

/** Places of the question's words that the steps up to `index` have asked for, back along what each was asked about. */
function saidBefore(mention: Mentions, steps: AskedQuestion['steps'], index: number): number[] {
  const { subQuestion } = steps[index]!;
  const before = steps.findLastIndex(({ answer }, at) => at < index && answer !== null && subQuestion.includes(answer));
  const earlier = before < 0 ? [] : saidBefore(mention, steps, before);
  return [...new Set([...earlier, ...saidIn(mention, subQuestion)])];
}

/** Which of the question's words a sub-question asks for: its own, and those by which its property was mentioned. */
function saidIn({ words, properties }: Mentions, subQuestion: string): number[] {
  const stems = contentStems(subQuestion);
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

export interface Mentions {
  /** Stems of the words that are no part of a name, in order. */
  words: string[];
  names: string[];
  /** `words`: places of the words that mention it. */
  properties: { subQuestion: string; score: number; words: number[] }[];
}

/** What a question mentions. */
export const mentions = remembered((question: string): Mentions => {
  const names = namesIn(question);
  const named = new Set(names.flatMap(contentStems));
  const words = contentStems(question).filter((word) => !named.has(word));
  const properties = RULES.flatMap(({ said, subQuestion, leadsOn }) => {
    const by = mentioned(words, said);
    // More words speak for more; what leads on is asked first.
    return by ? [{ subQuestion, score: by.score + said.length / 8 + (leadsOn ? LATER / 2 : 0), words: by.words }] : [];
  });
  // `Which country ...?` asks for one, `that country` leads over one; several lead nowhere.
  const over = properties.findIndex(({ subQuestion }) => subQuestion === IN_COUNTRY);
  if (over >= 0) {
    if (LED_OVER.test(question)) properties[over]!.score += LATER / 2;
    else properties.splice(over, 1);
  }
  const period = properties.findIndex(({ subQuestion }) => subQuestion.startsWith('In which period'));
  if (period >= 0 && !/\b(?:period|row)\b/i.test(question)) properties.splice(period, 1);
  const unit = properties.find(({ subQuestion }) => subQuestion === SUBUNIT);
  // A unit is divided that is not always mentioned.
  if (unit && !properties.some(({ subQuestion }) => subQuestion === CURRENCY))
    properties.push({ subQuestion: CURRENCY, score: unit.score + LATER / 2, words: [UNSPOKEN] });
  return { words, names, properties };
}, 64);

const LED_OVER =
  /(?:\b(?:the|that|this|a|its|some|same|whose|whatever)|['’]s)(?: \p{Ll}+)? (?:country|nation|land|state|republic)\b|\b(?:country|nation|land|state|republic)['’]s|^(?:country|nation)\b/iu;

/** In the place of a word that is not there. */
const UNSPOKEN = -1;

const LATIN = /(?<!\p{L})\p{Lu}\p{Ll}{3,} \p{Ll}{2,}(?:us|um|is|ae|ii|ens|ans|ata|osa|oides|ella|aris|ica)(?!\p{L})/gu;
const DOMAIN = /(?<=^|\s)\.[a-z]{2}(?![\p{L}\p{N}])/gu;

/** Names as the grammar sees them, and those that stand where a sentence begins or are spelt like no name. */
function namesIn(question: string): string[] {
  const latin = (question.match(LATIN) ?? []).filter((name) => name.split(' ').every((word) => !isSmall(word)));
  const domains = question.match(DOMAIN) ?? [];
  const names = namesOf(parseSentence(question)).flatMap((name) => {
    // `Population of Mali's capital`: a sentence's first word is no part of the name.
    const rest = question.startsWith(name) ? /^\p{Lu}\p{Ll}+ (?:of )?(?=\p{Lu})/u.exec(name) : null;
    const first = rest?.[0].split(' ', 1)[0] ?? '';
    if (first && (isMentioned(stem(first.toLowerCase())) || isSmall(first))) return [name.slice(rest![0].length)];
    return OPENS.test(question.slice(question.indexOf(name) - 2)) && !isSubject(question, name) ? [] : [name];
  });
  const whole = [...latin, ...domains, ...names].filter((name) => !NO_NAMES.has(name) && !isSmall(name));
  return whole.filter(
    (name, place) =>
      !whole.some((other, at) => at !== place && other !== name && other.startsWith(`${name} `)) &&
      whole.indexOf(name) === place,
  );
}

const NO_NAMES = new Set(['ISO', 'Latin', "I'm", "I've", "I'd", 'English', 'Earth']);
/** A sentence begins within two characters. */
const OPENS = /^(?:[.?!:] )?$|^[.?!] /;

/** The word that opens the question: a name where it owns something, or where a verb, a mark or another name follows. */
function isSubject(question: string, name: string): boolean {
  if (name.includes(' ') || isMentioned(stem(name.toLowerCase()))) return name.includes(' ');
  const after = question.slice(question.indexOf(name) + name.length);
  const next = /^ ([\p{Ll}]+)/u.exec(after)?.[1];
  return /^['’]s? |^[,;:–—-]| [-–—]/.test(after) || (next !== undefined && (VERBS.has(next) || FOLLOWS.has(next)));
}

const FOLLOWS = new Set(['and', 'or', 'vs', 'versus', 'against', 'is', 'was', 'has', 'to']);

const isSmall = (word: string): boolean => {
  const lower = word.toLowerCase();
  return FUNCTION_WORDS.has(lower) || VERBS.has(lower) || PRONOUNS.has(lower);
};

const PRONOUNS = new Set([
  'someone',
  'somebody',
  'people',
  'anyone',
  'everyone',
  'nobody',
  'between',
  'whereabouts',
  'roughly',
  'history',
]);

const isMentioned = (word: string): boolean => RULES.some(({ said }) => said.some((words) => words.includes(word)));

/** How surely every word is among the question's, in (0, 1], and where. */
function mentioned(
  words: readonly string[],
  said: readonly (readonly string[])[],
): { score: number; words: number[] } | undefined {
  let sum = 0;
  const places = new Set<number>();
  for (const alternatives of said) {
    let best = 0;
    words.forEach((word, index) => {
      const related = Math.max(...alternatives.map((alternative) => relatedness(alternative, word)));
      if (related < MENTIONED) return;
      best = Math.max(best, related);
      places.add(index);
    });
    if (best === 0) return undefined;
    sum += best;
  }
  if (places.size < said.length) return undefined;
  return { score: sum / said.length, words: [...places] };
}
