/**
 * One step of taking a question apart: find the innermost phrase that must be looked up before the rest can be asked, and the
 * question that looks it up. `What is the currency of the country whose capital is Oslo?` needs `Which country's capital is
 * Oslo?` first; its answer takes the phrase's place.
 */
import { BE } from './lexicon.ts';
import { lookupQuestion } from './lookup.ts';
import { CLASSES, EVENTS, isPersonNoun } from './noun-classes.ts';
import { isApposition, type NounPhrase } from './noun-phrase.ts';
import { aboutPicture, type NestedQuestion, pictureNested } from './picture.ts';
import { isWholePredicate, rootPhrases } from './predicate.ts';
import { QUANTITIES, superlativeAt } from './quantities.ts';
import { type Sentence, tooLong } from './sentence.ts';

/** `outer`: what its answer replaces, where that is more than the phrase itself. */
type Resolvable = NounPhrase & { outer?: NounPhrase };

interface NestedOptions {
  /** The question comes with a picture, so that `this flag` points at it. */
  picture: boolean;
}

/** The phrase to look up first, or undefined where the question needs one search only. */
export function nestedQuestion(sentence: Sentence, { picture }: NestedOptions): NestedQuestion | undefined {
  if (sentence.length === 0 || tooLong(sentence)) return undefined;
  const roots = rootPhrases(sentence);
  for (const root of roots) {
    const found = picture ? pictureNested(sentence, root, roots) : undefined;
    if (found === 'atomic') return undefined;
    if (found) return found;
  }
  for (const root of roots) {
    const phrase = innermost(sentence, root, isWholePredicate(sentence, root), picture);
    if (phrase) return inner(sentence, phrase);
  }
  return undefined;
}

/** Depth first, so that what must be known first is found first. */
function innermost(
  sentence: Sentence,
  phrase: NounPhrase,
  predicate: boolean,
  picture: boolean,
): Resolvable | undefined {
  // `the largest of the states that border X`: the set is no single thing to look up; what it hangs on may be.
  const chosen =
    phrase.headEnd - phrase.headStart === 1 &&
    superlativeAt(sentence.tokens[phrase.headStart]!.lower) !== undefined &&
    ['of', 'among', 'amongst'].includes(sentence.tokens[phrase.headEnd]?.lower ?? '');
  for (const child of chosen ? phrase.children.flatMap((set) => set.children) : phrase.children) {
    if (isDescription(sentence, phrase, child)) continue;
    const found = innermost(sentence, child, false, picture);
    if (found)
      return found === child && !predicate && isEquation(sentence, phrase, child) ? { ...found, outer: phrase } : found;
  }
  if (predicate || phrase.name || phrase.complements.length === 0 || isApposition(sentence.tokens, phrase))
    return undefined;
  if (!picture && phrase.picture && phrase.complements.every((complement) => aboutPicture(sentence, complement)))
    return undefined;
  if (phrase.determiner === 'which' || phrase.determiner === 'what' || phrase.determiner === 'whose') return undefined;
  const kinds = phrase.complements.map((complement) => complement.kind);
  const definite =
    phrase.determiner !== undefined && ['the', 'that', 'this', 'those', 'these'].includes(phrase.determiner);
  if (EVENTS.has(sentence.tokens[phrase.headEnd - 1]!.lower) || extremeQuantity(sentence, phrase)) return undefined;
  if (kinds.includes('owner')) return phrase;
  const clause = kinds.some((kind) => kind === 'relative' || kind === 'participle' || kind === 'reduced-relative');
  if (definite)
    return (kinds.includes('of') || clause || withDetail(sentence, phrase)) && !generic(sentence, phrase)
      ? phrase
      : undefined;
  return undefined;
}

/**
 * `the writer whose novel about the fall of a city was banned`: a long clause describes; it is looked up as it stands, and only
 * a class of things inside it (`the country ...`) is looked up first.
 */
function isDescription(sentence: Sentence, phrase: NounPhrase, child: NounPhrase): boolean {
  const clause = phrase.complements.find(
    (complement) => complement.start <= child.start && child.end <= complement.end,
  );
  if (!clause || clause.kind === 'of' || clause.kind === 'owner' || clause.kind === 'preposition') return false;
  const noun = sentence.tokens[child.headEnd - 1]!.lower;
  return clause.end - clause.start > 5 && !CLASSES.has(noun) && !ROLES.has(noun) && !isPersonNoun(noun);
}

const ROLES = new Set(['capital', 'birthplace', 'currency', 'symbol', 'language', 'neighbour', 'neighbor']);

/** `the city that is the capital of France`: the outer phrase adds nothing; the answer replaces it whole. */
function isEquation(sentence: Sentence, phrase: NounPhrase, child: NounPhrase): boolean {
  const [clause] = phrase.complements;
  if (phrase.complements.length !== 1 || clause?.kind !== 'relative' || child.end !== clause.end) return false;
  return child.start === clause.start + 2 && BE.has(sentence.tokens[clause.start + 1]!.lower);
}

/** What stands `to` another thing: the sequel to a film, the heir to a throne. */
const FOLLOWERS = new Set([
  'sequel',
  'prequel',
  'successor',
  'predecessor',
  'heir',
  'tributary',
  'gateway',
  'home',
  'answer',
  'solution',
]);

/** `the element with atomic number 26`, `the largest city in France`; not `the population in 2010`. */
function withDetail(sentence: Sentence, phrase: NounPhrase): boolean {
  return phrase.complements.some((complement) => {
    if (complement.kind !== 'preposition') return false;
    const word = sentence.tokens[complement.start]!.lower;
    if (word === 'with' || word === 'from' || word === 'by' || word === 'behind') return true;
    if (word === 'to') return FOLLOWERS.has(sentence.tokens[phrase.headEnd - 1]!.lower);
    if (word !== 'in' && word !== 'on' && word !== 'at' && word !== 'near') return false;
    const next = sentence.tokens[complement.start + 1];
    return next !== undefined && next.kind !== 'number';
  });
}

/** `Which city has the largest population in X?`: the largest population is a condition, not a thing to look up. */
function extremeQuantity(sentence: Sentence, phrase: NounPhrase): boolean {
  const { tokens } = sentence;
  const first = tokens[phrase.headStart]!;
  return (
    QUANTITIES.has(tokens[phrase.headEnd - 1]!.lower) &&
    superlativeAt(first.lower, tokens[phrase.headStart + 1]?.lower) !== undefined
  );
}

/** Phrases that only look nested: `the number of people`, `the rest of the world` have nothing to look up. */
const GENERIC = new Set(
  'number amount rest kind type sort part member members side end top bottom beginning middle process use case lot majority series set group family list variety piece state form forms way time purpose'.split(
    ' ',
  ),
);

/** Of whom, and of which things, a question speaks in general: `the people of X`, `the web addresses of X`. */
const PEOPLE = new Set(
  'people inhabitants residents citizens natives locals authorities officials shops laws addresses websites colours colors coins notes'.split(
    ' ',
  ),
);

function generic(sentence: Sentence, phrase: NounPhrase): boolean {
  const head = sentence.tokens[phrase.headEnd - 1]!;
  if (EVENTS.has(head.lower)) return true;
  if (PEOPLE.has(head.lower) && phrase.headEnd - phrase.headStart <= 2) return true;
  // `the state of the art`, but not `the state with X for a capital`.
  if (head.lower === 'state' && phrase.complements[0]?.kind !== 'of') return false;
  return (
    GENERIC.has(head.lower) &&
    phrase.complements.every((complement) => complement.kind === 'of' || complement.kind === 'preposition') &&
    phrase.headEnd - phrase.headStart === 1
  );
}

function inner(sentence: Sentence, phrase: NounPhrase & { outer?: NounPhrase }): NestedQuestion {
  const { outer = phrase } = phrase;
  return {
    subQuestion: lookupQuestion(sentence, phrase),
    kind: 'inner',
    start: sentence.tokens[outer.start]!.start,
    end: sentence.tokens[outer.end - 1]!.end,
  };
}
