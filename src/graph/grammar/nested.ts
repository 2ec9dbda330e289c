/**
 * One step of taking a question apart: find the innermost phrase that must be looked up before the rest can be asked, and the
 * question that looks it up. `What is the currency of the country whose capital is Oslo?` needs `Which country's capital is
 * Oslo?` first; its answer takes the phrase's place.
 */
import {
  AUXILIARIES,
  BE,
  DO,
  isParticiple,
  PICTURE_NOUNS,
  PREPOSITIONS,
  SHOWN,
  TRANSPARENT_NOUNS,
  VERBS,
} from './lexicon.ts';
import { type Complement, isApposition, type NounPhrase, nounPhraseAt, startsPhrase } from './noun-phrase.ts';
import { QUANTITIES, superlativeAt } from './quantities.ts';
import { parseSentence, type Sentence, spanText, tooLong } from './sentence.ts';

export interface NestedQuestion {
  subQuestion: string;
  kind: 'picture' | 'inner';
  /** Character range in the question that the answer replaces. */
  start: number;
  end: number;
}

/** Things that have a picture of their own rather than being what the question is after: the country, not its flag. */
export const REPRESENTATIONS = new Set(
  'flag banner emblem logo symbol coat seal badge crest ensign standard sign map outline'.split(' '),
);
/** Classes of things one can ask for by a picture: `the country of this flag`. */
const CLASSES = new Set(
  'country nation state territory place city animal creature plant object thing item food fruit vegetable instrument vehicle person species building landmark monument bird fish insect island republic kingdom land region'.split(
    ' ',
  ),
);
const PERSONS = new Set(
  'father mother wife husband spouse son daughter brother sister child parent grandfather grandmother uncle aunt king queen president minister chancellor mayor governor chief monarch leader head person man woman artist musician star hero heir emperor empress pope captain coach chef'.split(
    ' ',
  ),
);

export function isPersonNoun(noun: string): boolean {
  if (PERSONS.has(noun)) return true;
  if (/(ist|ian|eer|man|woman)$/.test(noun)) return true;
  return (
    /(or|er)$/.test(noun) &&
    /^(direct|author|act|edit|compos|invent|writ|paint|sing|perform|play|produc|own|found|design|creat|discover|found|rul|win|lead|teach|speak|develop|build|play|rid|driv|buil|compet|conduct|illustrat|translat|research|explor|manag|publish|bishop|ambassad|senat|govern|profess|doct|sculpt|warri|fight|bank|lawy|photograph|philosoph|report|broadcast)/.test(
      noun,
    )
  );
}

/** The question's noun phrases outside of one another, and whether the sentence is one predicate phrase (`What is the ...`). */
export function rootPhrases(sentence: Sentence): NounPhrase[] {
  const { tokens, length, asked, auxiliary, verb } = sentence;
  const roots: NounPhrase[] = [];
  let index = 0;
  while (index < length) {
    if (index < asked.end && index >= asked.start) {
      // `Which country's capital`, `the capital of which country`: the asked phrase may own or hold phrases itself.
      const phrase =
        index === asked.start ? nounPhraseAt(tokens, index, auxiliary > 0 ? auxiliary : length) : undefined;
      if (phrase) roots.push(phrase);
      index = Math.max(asked.end, phrase?.end ?? 0);
      continue;
    }
    const limit = index < verb ? verb : length;
    const phrase = startsPhrase(tokens, index) ? nounPhraseAt(tokens, index, limit) : undefined;
    if (phrase) {
      roots.push(phrase);
      index = Math.max(phrase.end, index + 1);
    } else index++;
  }
  return roots;
}

/** `outer`: what its answer replaces, where that is more than the phrase itself. */
type Resolvable = NounPhrase & { outer?: NounPhrase };

export interface NestedOptions {
  /** The question comes with a picture, so that `this flag` points at it. */
  picture: boolean;
}

/** The phrase to look up first, or undefined where the question needs one search only. */
export function nestedQuestion(question: string, { picture }: NestedOptions): NestedQuestion | undefined {
  const sentence = parseSentence(question);
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

/** `What is [the capital of France]?`: the phrase is the question. */
export function isWholePredicate(sentence: Sentence, phrase: NounPhrase): boolean {
  if (phrase.start < sentence.asked.end && sentence.opening === 'question') return true;
  // `What city serves as [the capital of X]?`
  if (
    sentence.opening === 'question' &&
    phrase.end >= sentence.length &&
    sentence.tokens[phrase.start - 1]?.lower === 'as'
  )
    return true;
  if (sentence.opening === 'statement') return phrase.start === 0 && phrase.end >= sentence.length;
  const aux = sentence.tokens[sentence.auxiliary];
  // `In which group is [the element ...]?`: the phrase is the subject, not the answer.
  if (!aux || !BE.has(aux.lower) || sentence.asked.start > 0) return false;
  const direct = phrase.start === sentence.auxiliary + 1 && phrase.end >= sentence.length;
  if (sentence.opening === 'yes-no') return direct;
  return (
    direct && sentence.questionWord !== 'when' && sentence.questionWord !== 'where' && sentence.questionWord !== 'how'
  );
}

/** Depth first, so that what must be known first is found first. */
function innermost(
  sentence: Sentence,
  phrase: NounPhrase,
  predicate: boolean,
  picture: boolean,
): Resolvable | undefined {
  for (const child of phrase.children) {
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
const ROLES = new Set(['capital', 'birthplace', 'currency', 'symbol', 'language']);

/** `the city that is the capital of France`: the outer phrase adds nothing; the answer replaces it whole. */
function isEquation(sentence: Sentence, phrase: NounPhrase, child: NounPhrase): boolean {
  const [clause] = phrase.complements;
  if (phrase.complements.length !== 1 || clause?.kind !== 'relative' || child.end !== clause.end) return false;
  return child.start === clause.start + 2 && BE.has(sentence.tokens[clause.start + 1]!.lower);
}

/** `the element with atomic number 26`, `the largest city in France`; not `the population in 2010`. */
function withDetail(sentence: Sentence, phrase: NounPhrase): boolean {
  return phrase.complements.some((complement) => {
    if (complement.kind !== 'preposition') return false;
    const word = sentence.tokens[complement.start]!.lower;
    if (word === 'with' || word === 'from' || word === 'by') return true;
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
/** `the birth of X`: an event of X, not a thing of its own. */
export const EVENTS = new Set(
  'birth death founding foundation establishment release creation discovery invention construction start beginning end publication independence premiere formation marriage coronation opening closure abolition'.split(
    ' ',
  ),
);
function generic(sentence: Sentence, phrase: NounPhrase): boolean {
  const head = sentence.tokens[phrase.headEnd - 1]!;
  if (EVENTS.has(head.lower)) return true;
  return (
    GENERIC.has(head.lower) &&
    phrase.complements.every((complement) => complement.kind === 'of' || complement.kind === 'preposition') &&
    phrase.headEnd - phrase.headStart === 1
  );
}

function aboutPicture(sentence: Sentence, complement: Complement): boolean {
  for (let index = complement.start; index < complement.end; index++) {
    const { lower } = sentence.tokens[index]!;
    if (SHOWN.has(lower) || PICTURE_NOUNS.has(lower) || lower === 'here') return true;
  }
  return false;
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

/** The question whose answer is what the phrase stands for. */
export function lookupQuestion(sentence: Sentence, phrase: NounPhrase): string {
  const { tokens } = sentence;
  const head = spanText(sentence, phrase.headStart, phrase.headEnd);
  const noun = tokens[phrase.headEnd - 1]!.lower;
  const last = phrase.complements.at(-1)!;
  const only = phrase.complements.length === 1;
  if (only && (last.kind === 'relative' || last.kind === 'participle' || last.kind === 'preposition')) {
    const clause = clauseQuestion(sentence, head, last);
    if (clause) return clause;
  }
  const asked = isPersonNoun(noun) ? 'Who' : 'What';
  const plural = /[^s]s$/.test(noun) && !only;
  const body =
    phrase.determiner === undefined || last.kind === 'owner' || phrase.complements[0]!.kind === 'owner'
      ? spanText(sentence, phrase.start, phrase.end)
      : `the ${spanText(sentence, phrase.headStart, phrase.end)}`;
  return `${asked} ${plural ? 'are' : 'is'} ${body}?`;
}

function clauseQuestion(sentence: Sentence, head: string, clause: Complement): string | undefined {
  const { tokens } = sentence;
  const first = tokens[clause.start]!.lower;
  const rest = spanText(sentence, clause.start + 1, clause.end);
  const second = tokens[clause.start + 1];
  if (clause.kind === 'participle') return `Which ${head} is ${spanText(sentence, clause.start, clause.end)}?`;
  if (clause.kind === 'preposition') {
    if (first !== 'with') return undefined;
    const article =
      second && (second.lower === 'the' || second.lower === 'a' || second.lower === 'an' || second.kind === 'number')
        ? ''
        : 'the ';
    return `Which ${head} has ${article}${rest}?`;
  }
  if (first === 'whose') return `Which ${head}'s ${rest}?`;
  if (
    (first === 'that' || first === 'which' || first === 'who') &&
    second &&
    (VERBS.has(second.lower) || AUXILIARIES.has(second.lower))
  ) {
    return `Which ${head} ${rest}?`;
  }
  // `where X is born`, `in which X lies`: the auxiliary moves in front of its subject.
  const prefix =
    first === 'where' || first === 'when'
      ? 'In which'
      : tokens[clause.start + 1]?.lower === 'which' && PREPOSITIONS.has(first)
        ? capitalise(`${first} which`)
        : undefined;
  if (!prefix) return undefined;
  const from = first === 'where' || first === 'when' ? clause.start + 1 : clause.start + 2;
  for (let index = from + 1; index < clause.end; index++) {
    if (!BE.has(tokens[index]!.lower) && !DO.has(tokens[index]!.lower)) continue;
    const subject = spanText(sentence, from, index);
    const predicate = spanText(sentence, index + 1, clause.end);
    return `${prefix} ${head} ${tokens[index]!.lower} ${subject}${predicate ? ` ${predicate}` : ''}?`;
  }
  // `in which X lies` -> `In which country is X located?`; any other verb: `does X flow`.
  const verb = tokens[clause.end - 1]!;
  if (clause.end - from < 2 || !VERBS.has(verb.lower)) return undefined;
  const subject = spanText(sentence, from, clause.end - 1);
  if (['lies', 'lie', 'sits', 'stands'].includes(verb.lower)) return `${prefix} ${head} is ${subject} located?`;
  return verb.lower.endsWith('s') ? `${prefix} ${head} does ${subject} ${verb.lower.replace(/s$/, '')}?` : undefined;
}

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

// --- The picture ---------------------------------------------------------------------------------------------------------

function pictureNested(
  sentence: Sentence,
  root: NounPhrase,
  roots: readonly NounPhrase[],
): NestedQuestion | 'atomic' | undefined {
  const path = picturePath(root);
  if (path.length === 0) return undefined;
  const { tokens } = sentence;
  // From the deepest mention of the picture outwards, as long as the phrase around it only says which thing is meant.
  let level = path.length - 1;
  while (level > 0 && identifies(sentence, path[level - 1]!, path[level]!)) level--;
  const phrase = withoutTail(sentence, path[level]!, path.at(-1)!);
  const headNoun = tokens[phrase.headEnd - 1]!;
  if (
    level === 0 &&
    ((isWholePredicate(sentence, phrase) && phrase.end === path[level]!.end && !asksProperty(sentence, phrase)) ||
      asksForPicture(sentence, phrase, roots))
  )
    return 'atomic';
  if (PICTURE_NOUNS.has(headNoun.lower) && level === 0 && !PREPOSITIONS.has(tokens[phrase.start - 1]?.lower ?? '')) {
    // `What does this image show?` asks for the picture itself; `this photo's country` was climbed above.
    return undefined;
  }
  if (PICTURE_NOUNS.has(headNoun.lower) && level === 0) return bareThing(sentence, phrase);
  return {
    subQuestion: lookupPicture(sentence, phrase),
    kind: 'picture',
    start: tokens[phrase.start]!.start,
    end: tokens[phrase.end - 1]!.end,
  };
}

/** `Is the country with this flag | in Europe?`: what follows the picture's own complement is the claim. */
function withoutTail(sentence: Sentence, phrase: NounPhrase, deepest: NounPhrase): NounPhrase {
  if (sentence.opening !== 'yes-no') return phrase;
  for (const owner of [deepest, phrase]) {
    const tail = owner.complements.at(-1);
    if (!tail || tail.kind !== 'preposition' || tail.end !== phrase.end || aboutPicture(sentence, tail)) continue;
    const child = owner.children.find((item) => item.start >= tail.start);
    if (child?.picture) continue;
    return { ...phrase, end: tail.start };
  }
  return phrase;
}

/** Whether the whole phrase only says which pictured thing is meant, and no property of it. */
export function namesPicture(sentence: Sentence, phrase: NounPhrase): boolean {
  const path = picturePath(phrase);
  for (let level = path.length - 1; level > 0; level--)
    if (!identifies(sentence, path[level - 1]!, path[level]!)) return false;
  return path.length > 0;
}

/** `What genus is the animal shown here in?`, `What kind of thing is the food in the picture?`: not its name is asked for. */
function asksProperty(sentence: Sentence, phrase: NounPhrase): boolean {
  const { tokens, asked } = sentence;
  if (asked.end - asked.start < 2 || phrase.start < asked.end) return false;
  const noun = tokens[asked.start + 1]!.lower;
  return (
    !CLASSES.has(noun) &&
    noun !== 'one' &&
    !REPRESENTATIONS.has(noun) &&
    !PICTURE_NOUNS.has(noun) &&
    noun !== tokens[phrase.headEnd - 1]!.lower
  );
}

/** From the root to the deepest phrase that points at the picture. */
function picturePath(root: NounPhrase): NounPhrase[] {
  if (!root.picture) return [];
  const path = [root];
  for (let current = root; ; ) {
    const child = current.children.find((candidate) => candidate.picture);
    if (!child) return path;
    path.push(child);
    current = child;
  }
}

/** Whether the outer phrase only says which thing the inner one shows. */
function identifies(sentence: Sentence, outer: NounPhrase, inside: NounPhrase): boolean {
  const { tokens } = sentence;
  if (outer.determiner === 'which' || outer.determiner === 'what' || outer.determiner === 'whose') return false;
  const outerNoun = tokens[outer.headEnd - 1]!.lower;
  const innerNoun = tokens[inside.headEnd - 1]!.lower;
  const complement = outer.complements.find(
    (candidate) => candidate.start <= inside.start && inside.end <= candidate.end,
  );
  if (!complement) return false;
  if (TRANSPARENT_NOUNS.has(outerNoun) && outer.headEnd - outer.headStart === 1 && outer.determiner !== 'another')
    return true;
  // `whose flag this is`
  if (complement.kind === 'relative' && inside.headStart === inside.headEnd) return true;
  if (complement.kind === 'of' || complement.kind === 'owner') {
    if (PICTURE_NOUNS.has(innerNoun))
      return CLASSES.has(outerNoun) || REPRESENTATIONS.has(outerNoun) || outerNoun === 'subject';
    return REPRESENTATIONS.has(innerNoun) && CLASSES.has(outerNoun);
  }
  if (PICTURE_NOUNS.has(innerNoun)) return true;
  if (complement.kind === 'relative') {
    // `whose flag this is`, `that this flag belongs to`, `represented by this flag`; not `where this animal lives`.
    return REPRESENTATIONS.has(innerNoun) || complementShows(sentence, complement);
  }
  return (
    complement.kind === 'reduced-relative' ||
    complement.kind === 'participle' ||
    (complement.kind === 'preposition' && tokens[complement.start]!.lower !== 'in')
  );
}

function complementShows(sentence: Sentence, complement: Complement): boolean {
  for (let index = complement.start; index < complement.end; index++)
    if (SHOWN.has(sentence.tokens[index]!.lower)) return true;
  return false;
}

/** Questions that the picture alone answers: `Which country's flag is shown?`, `What animal is this?`, `Which country uses this flag?` */
export function asksForPicture(sentence: Sentence, phrase: NounPhrase, roots: readonly NounPhrase[]): boolean {
  const { tokens, asked, length } = sentence;
  if (sentence.opening !== 'question') return false;
  const head = tokens[phrase.headEnd - 1]!.lower;
  const other = roots.some((root) => root !== phrase && root.start >= asked.end && !root.picture);
  if (other || asksProperty(sentence, phrase)) return false;
  const askedNoun = tokens[asked.end - 1]!.lower;
  let shows = false;
  for (let index = asked.end; index < length; index++) {
    if (index >= phrase.start && index < phrase.end && !PICTURE_NOUNS.has(head)) continue;
    const { lower } = tokens[index]!;
    if (
      SHOWN.has(lower) ||
      [
        'show',
        'shows',
        'depict',
        'depicts',
        'see',
        'display',
        'displays',
        'represent',
        'represents',
        'appear',
        'appears',
        'picture',
        'portray',
      ].includes(lower)
    )
      shows = true;
  }
  if (shows) return true;
  if (PICTURE_NOUNS.has(head)) return !hasOtherVerb(sentence);
  return (
    (REPRESENTATIONS.has(head) && (CLASSES.has(askedNoun) || sentence.questionWord === 'whose')) ||
    (sentence.questionWord === 'whose' && phrase.start < asked.end)
  );
}

function hasOtherVerb(sentence: Sentence): boolean {
  for (let index = sentence.asked.end; index < sentence.length; index++) {
    const { lower } = sentence.tokens[index]!;
    if (VERBS.has(lower) && !AUXILIARIES.has(lower) && !SHOWN.has(lower)) return true;
  }
  return false;
}

/** `Which capital belongs to the country with this flag?` -> `Which country has this flag?`, in the picture's own words where it can. */
export function lookupPicture(sentence: Sentence, phrase: NounPhrase): string {
  const { tokens } = sentence;
  const head: string[] = [];
  for (let index = phrase.headStart; index < phrase.headEnd; index++)
    if (!SHOWN.has(tokens[index]!.lower)) head.push(tokens[index]!.text);
  const thing = head.join(' ');
  let representation: string | undefined;
  for (let index = phrase.start; index < phrase.end; index++) {
    const { lower } = tokens[index]!;
    if (REPRESENTATIONS.has(lower) && index !== phrase.headEnd - 1) representation ??= lower;
  }
  const noun = tokens[phrase.headEnd - 1]!.lower;
  if (noun === 'flag' || noun === 'banner' || noun === 'ensign')
    return `Which country's ${thing} is shown in the image?`;
  if (REPRESENTATIONS.has(noun)) return `What does the ${thing} in the image belong to?`;
  if (representation && CLASSES.has(noun)) return `Which ${thing}'s ${representation} is shown in the image?`;
  if (thing === '' || PICTURE_NOUNS.has(noun) || noun === 'thing' || noun === 'object' || noun === 'item')
    return 'What is shown in the image?';
  return `Which ${thing} is shown in the image?`;
}

/** `What can one eat from in this picture?`: the thing has no noun of its own. */
function bareThing(sentence: Sentence, phrase: NounPhrase): NestedQuestion | undefined {
  const { tokens } = sentence;
  const start = PREPOSITIONS.has(tokens[phrase.start - 1]?.lower ?? '') ? phrase.start - 1 : phrase.start;
  if (isParticiple(tokens[start - 1]?.lower ?? '')) return undefined;
  return undefined;
}
