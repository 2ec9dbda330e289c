/**
 * What a question mentions, whatever its sentence looks like: names, and properties that it has a word for. No parse: what `Population of
 * Mali's capital?` and `how many folks live in the capital of Mali` have in common.
 */
import { namesOf } from '../english/inquiry-parts.ts';
import { FUNCTION_WORDS, VERBS } from '../english/lexicon.ts';
import { parseSentence } from '../english/sentence.ts';
import { stem } from '../english/stem.ts';
import { relatedness } from '../english/synonyms.ts';
import type { Mentions, Words } from '../language.ts';

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

const RULES = PROPERTIES.map(([said, subQuestion, leadsOn = false]) => ({
  said: said.split(' ').map((words) => words.split('|').map(stem)),
  subQuestion,
  leadsOn,
}));

/** A related word is enough (`relatedness`). */
export const MENTIONED = 0.6;
/** What leads on is asked before what is only asked for, a country that is led over before either. */
const LEADS = 0.125;

/** What a question mentions. */
export function mentionsOf(question: string, { contentStems }: Words): Mentions {
  const names = namesIn(question);
  const named = new Set(names.flatMap(contentStems));
  const words = contentStems(question).filter((word) => !named.has(word));
  const properties = RULES.flatMap(({ said, subQuestion, leadsOn }) => {
    const by = mentioned(words, said);
    // More words speak for more; what leads on is asked first.
    return by ? [{ subQuestion, score: by.score + said.length / 8 + (leadsOn ? LEADS : 0), words: by.words }] : [];
  });
  // `Which country ...?` asks for one, `that country` leads over one; several lead nowhere.
  const over = properties.findIndex(({ subQuestion }) => subQuestion === IN_COUNTRY);
  if (over >= 0) {
    if (LED_OVER.test(question)) properties[over]!.score += LEADS;
    else properties.splice(over, 1);
  }
  const period = properties.findIndex(({ subQuestion }) => subQuestion.startsWith('In which period'));
  if (period >= 0 && !/\b(?:period|row)\b/i.test(question)) properties.splice(period, 1);
  const unit = properties.find(({ subQuestion }) => subQuestion === SUBUNIT);
  // A unit is divided that is not always mentioned.
  if (unit && !properties.some(({ subQuestion }) => subQuestion === CURRENCY))
    properties.push({ subQuestion: CURRENCY, score: unit.score + LEADS, words: [UNSPOKEN] });
  const explaining = new Set(properties.flatMap((property) => property.words).filter((place) => place !== UNSPOKEN));
  return { words, names, properties, explained: words.length === 0 ? 1 : explaining.size / words.length };
}

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
    return opensSentence(question, name) && !isSubject(question, name) ? [] : [name];
  });
  const whole = [...latin, ...domains, ...names].filter((name) => !NO_NAMES.has(name) && !isSmall(name));
  return whole.filter(
    (name, place) =>
      !whole.some((other, at) => at !== place && other !== name && other.startsWith(`${name} `)) &&
      whole.indexOf(name) === place,
  );
}

const NO_NAMES = new Set(['ISO', 'Latin', "I'm", "I've", "I'd", 'English', 'Earth']);
/** Another sentence than the first begins with it. */
function opensSentence(question: string, name: string): boolean {
  const place = question.indexOf(name);
  return place >= 2 && /^[.?!] /.test(question.slice(place - 2));
}

/** A word that opens a sentence: a name where it owns something, or where a verb, a mark or another name follows. */
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
