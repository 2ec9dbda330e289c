/**
 * Phrases that point at the picture: which of them is to be looked up in it first, and the question that does so. `the capital of
 * the country this flag belongs to` -> `Which country's flag is shown in the image?`
 */
import { AUXILIARIES, isParticiple, PICTURE_NOUNS, PREPOSITIONS, SHOWN, TRANSPARENT_NOUNS, VERBS } from './lexicon.ts';
import { CLASSES, EVENTS, REPRESENTATIONS } from './noun-classes.ts';
import type { Complement, NounPhrase } from './noun-phrase.ts';
import { isWholePredicate } from './predicate.ts';
import { QUANTITIES } from './quantities.ts';
import type { Sentence } from './sentence.ts';

export interface NestedQuestion {
  subQuestion: string;
  kind: 'picture' | 'inner';
  /** Character range in the question that the answer replaces. */
  start: number;
  end: number;
}

export function aboutPicture(sentence: Sentence, complement: Complement): boolean {
  for (let index = complement.start; index < complement.end; index++) {
    const { lower } = sentence.tokens[index]!;
    if (SHOWN.has(lower) || PICTURE_NOUNS.has(lower) || lower === 'here') return true;
  }
  return false;
}

export function pictureNested(
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
    if (tail?.kind !== 'preposition' || tail.end !== phrase.end || aboutPicture(sentence, tail)) continue;
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
  if (PICTURE_NOUNS.has(innerNoun)) return !(complement.kind === 'participle' && EVENTS.has(outerNoun));
  if (complement.kind === 'reduced-relative' && inside.headStart === inside.headEnd) return true;
  // `whose flag this is`, `that this flag belongs to`, `represented by this flag`; not `where this animal lives`.
  if (complement.kind === 'relative' && complementShows(sentence, complement, inside)) return true;
  if (!REPRESENTATIONS.has(innerNoun) || QUANTITIES.has(outerNoun)) return false;
  return CLASSES.has(outerNoun) || (outer.determiner !== undefined && complement.kind !== 'preposition');
}

/** The clause itself says that something is shown, and not only a phrase inside of it. */
function complementShows(sentence: Sentence, complement: Complement, inside: NounPhrase): boolean {
  for (let index = complement.start; index < complement.end; index++)
    if (index >= inside.start && index < inside.end) continue;
    else if (SHOWN.has(sentence.tokens[index]!.lower)) return true;
  return false;
}

/** Questions that the picture alone answers: `Which country's flag is shown?`, `What animal is this?`, `Which country uses this flag?` */
function asksForPicture(sentence: Sentence, phrase: NounPhrase, roots: readonly NounPhrase[]): boolean {
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
  if (FLAGS.has(noun) || (representation && FLAGS.has(representation) && CLASSES.has(noun)))
    return "Which country's flag is shown in the image?";
  if (REPRESENTATIONS.has(noun)) return `What does the ${thing} in the image belong to?`;
  if (representation && CLASSES.has(noun)) return `Which ${thing}'s ${representation} is shown in the image?`;
  if (thing === '' || PICTURE_NOUNS.has(noun) || noun === 'thing' || noun === 'object' || noun === 'item')
    return 'What is shown in the image?';
  return `Which ${thing} is shown in the image?`;
}

/** A banner is looked up as a flag, and what owns one as a country. */
const FLAGS = new Set(['flag', 'banner', 'ensign', 'flags', 'colours', 'colors']);

/** `What can one eat from in this picture?`: the thing has no noun of its own. */
function bareThing(sentence: Sentence, phrase: NounPhrase): NestedQuestion | undefined {
  const { tokens } = sentence;
  const start = PREPOSITIONS.has(tokens[phrase.start - 1]?.lower ?? '') ? phrase.start - 1 : phrase.start;
  if (isParticiple(tokens[start - 1]?.lower ?? '')) return undefined;
  return undefined;
}
