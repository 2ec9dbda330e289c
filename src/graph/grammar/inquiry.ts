/**
 * What a single-hop question asks for: the attribute or class of the answer, the thing it is asked about, the kind of answer
 * to expect. The reader matches it with cells and sentences; the probe measures how much of it a passage covers.
 */
import {
  AUXILIARIES,
  DO,
  FUNCTION_WORDS,
  isParticiple,
  PICTURE_NOUNS,
  PREPOSITIONS,
  SHOWN,
  TRANSPARENT_NOUNS,
  VERBS,
} from './lexicon.ts';
import { EVENTS, isPersonNoun, isWholePredicate, rootPhrases } from './nested.ts';
import { type NounPhrase, nounPhraseAt } from './noun-phrase.ts';
import { gradableAdjective, superlativeAt } from './quantities.ts';
import { parseSentence, type Sentence, spanText } from './sentence.ts';
import { contentStems, stem } from './words.ts';

export type AnswerType = 'number' | 'date' | 'person' | 'place' | 'yes-no' | 'picture' | 'thing';

export interface Inquiry {
  text: string;
  /**
   * `attribute`: a property of something named; `class`: something of a class that fits (`which country borders ...`);
   * `describe`: what something is; `claim`: yes or no; `count`: how many.
   */
  form: 'attribute' | 'class' | 'describe' | 'claim' | 'count';
  expected: AnswerType;
  /** Stems of what is asked: `capital`; `born`; for a class, its noun. */
  attribute: string[];
  /** As written, without articles. */
  attributeText: string;
  /** What it is asked about, as written: names, quotations, descriptions. */
  subject: string;
  /** Stems of the asked phrase: `what sort of creature`. */
  asked: string[];
  /** Stems of the verbs. */
  verbs: string[];
  /** Stems of the subject and of whatever else is said. */
  subjectStems: string[];
  /** Runs of names, quotations and numbers in the question, as written. */
  names: string[];
  superlative?: { attributes: readonly string[]; noun: string; direction: 1 | -1; rank: number };
  /** The preposition the answer stands behind: `from` of `from whom`, `which country ... from`. */
  preposition?: string;
  /** For a claim: the property and the value claimed, where the sentence shows which is which. */
  claim?: { property: string; value: string };
}

const PLACES = new Set(
  'country city place continent town region location state nation island village county river sea ocean capital birthplace hometown province district'.split(
    ' ',
  ),
);
const NUMBERS = new Set(
  'population area number height length mass weight density elevation altitude depth width speed price cost temperature percentage rate age distance radius diameter latitude longitude amount total score rank attendance points'.split(
    ' ',
  ),
);
const DATES = new Set('year date day month time century decade birthday birthdate'.split(' '));
const ORDINALS: Readonly<Record<string, number>> = {
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  sixth: 6,
  seventh: 7,
  eighth: 8,
  ninth: 9,
  tenth: 10,
};

export function inquire(question: string): Inquiry {
  const sentence = parseSentence(question);
  const names = namesOf(sentence);
  const superlative = superlativeOf(sentence);
  const base = { text: question, names, ...(superlative && { superlative }) };
  if (sentence.opening === 'yes-no') return claimOf(sentence, base);
  const phrases = rootPhrases(sentence);
  const predicate = phrases.find((phrase) => phrase.start >= sentence.asked.end && isWholePredicate(sentence, phrase));
  const { questionWord } = sentence;
  const askedNoun = askedNounOf(sentence);
  if (questionWord === 'how') return howOf(sentence, base);
  if (questionWord === 'when' || questionWord === 'where') {
    const expected = questionWord === 'when' ? 'date' : 'place';
    const event = eventStems(sentence, names);
    const verbs = verbStems(sentence);
    const attribute = expected === 'date' && event.length > 0 ? event : verbs.length > 0 ? verbs : [stem('located')];
    return finish(sentence, {
      ...base,
      form: 'attribute',
      expected,
      attribute,
      attributeText: attribute.join(' '),
      subject: subjectAfterAuxiliary(sentence),
    });
  }
  if (askedNoun) {
    // `Which country's capital is X`, `which country borders X`, `what currency does X use`.
    const owned = ownedBy(sentence);
    // `In which year was X born`: the year of being born.
    const event = typeOfNoun(askedNoun.at(-1)!) === 'date' ? eventStems(sentence, names) : [];
    const verb = sentence.auxiliary >= 0 && DO.has(sentence.tokens[sentence.auxiliary]!.lower);
    const form = verb || (askedPreposition(sentence) && !owned) ? 'attribute' : 'class';
    return finish(sentence, {
      ...base,
      form: owned ? 'class' : form,
      expected: typeOfNoun(askedNoun.at(-1)!),
      attribute: event.length > 0 ? event : askedNoun.map(stem),
      attributeText: askedNoun.join(' '),
      subject: restOf(sentence),
    });
  }
  const stranded = strandedNoun(sentence);
  if (stranded) {
    return finish(sentence, {
      ...base,
      form: 'attribute',
      expected: typeOfNoun(stranded.noun),
      attribute: contentStems(stranded.noun),
      attributeText: stranded.noun,
      subject: stranded.subject,
    });
  }
  if (predicate) {
    const inside = attributeOf(sentence, predicate);
    if (inside && typeOfNoun(inside.noun) === 'date') {
      // `the year of X's birth`, `X's year of death`: the event is asked for.
      const event = eventStems(sentence, names);
      if (event.length > 0)
        return finish(sentence, {
          ...base,
          form: 'attribute',
          expected: 'date',
          attribute: event,
          attributeText: event.join(' '),
          subject: inside.subject,
        });
    }
    if (inside)
      return finish(sentence, {
        ...base,
        form: 'attribute',
        expected: expectedOf(questionWord, inside.noun),
        attribute: contentStems(inside.attribute),
        attributeText: inside.attribute,
        subject: inside.subject,
      });
    return finish(sentence, {
      ...base,
      form: 'describe',
      expected: questionWord === 'who' ? 'person' : 'thing',
      attribute: [],
      attributeText: '',
      subject: spanText(sentence, predicate.headStart, predicate.end),
    });
  }
  // `What are [the people of X] called?`
  const named = phrases.find((phrase) => phrase.start === sentence.auxiliary + 1 && phrase.complements.length > 0);
  const parts =
    named && verbStems(sentence).some((item) => item === 'call' || item === 'known' || item === 'name')
      ? attributeOf(sentence, named)
      : undefined;
  if (parts) {
    return finish(sentence, {
      ...base,
      form: 'attribute',
      expected: 'thing',
      attribute: contentStems(parts.attribute),
      attributeText: parts.attribute,
      subject: parts.subject,
    });
  }
  const attribute = verbStems(sentence);
  return finish(sentence, {
    ...base,
    form: 'attribute',
    expected: questionWord === 'who' || questionWord === 'whom' ? 'person' : 'thing',
    attribute,
    attributeText: attribute.join(' '),
    subject: restOf(sentence),
  });
}

function finish(sentence: Sentence, inquiry: Omit<Inquiry, 'subjectStems' | 'verbs' | 'asked'>): Inquiry {
  const picture = sentence.tokens.some(
    (token, index) =>
      !token.quoted &&
      (SHOWN.has(token.lower) ||
        (PICTURE_NOUNS.has(token.lower) && token.lower !== 'figure') ||
        token.lower === 'this' ||
        token.lower === 'these' ||
        (token.lower === 'see' && index === sentence.length - 1) ||
        (token.lower === 'flag' && sentence.tokens[index - 1]?.lower === 'its') ||
        (token.lower === 'here' && index > 1)),
  );
  const all = contentStems(inquiry.text);
  const preposition = leadingPreposition(sentence);
  const { attribute } = inquiry;
  return {
    ...inquiry,
    // `the Latin name of X`: a capital inside what is asked names nothing.
    names:
      inquiry.form === 'class'
        ? inquiry.names
        : inquiry.names.filter((name) => contentStems(name).some((item) => !attribute.includes(item))),
    ...(preposition !== undefined && { preposition }),
    expected: picture && inquiry.names.length === 0 ? 'picture' : inquiry.expected,
    asked: contentStems(spanText(sentence, sentence.asked.start, sentence.asked.end)),
    verbs: verbStems(sentence),
    subjectStems: all.filter((item) => !inquiry.attribute.includes(item)),
  };
}

/** Runs of capitalised words (not the first of the sentence), quotations and numbers. */
function namesOf(sentence: Sentence): string[] {
  const { tokens, length } = sentence;
  const names: string[] = [];
  for (let index = 0; index < length; ) {
    const token = tokens[index]!;
    const begins =
      token.quoted ||
      token.kind === 'number' ||
      (token.kind === 'word' &&
        token.capital &&
        (index > 0 || !FUNCTION_WORDS.has(token.lower)) &&
        !(FUNCTION_WORDS.has(token.lower) && !tokens[index + 1]?.capital));
    if (!begins || (index === 0 && isOpening(token.lower))) {
      index++;
      continue;
    }
    let end = index + 1;
    while (end < length) {
      const next = tokens[end]!;
      const joined =
        next.quoted === token.quoted &&
        (next.capital ||
          next.quoted ||
          (next.kind === 'number' && token.kind !== 'number') ||
          (['of', 'the', 'de', 'and', 'la', 'von', 'van', 'da', 'del'].includes(next.lower) &&
            tokens[end + 1]?.capital === true &&
            next.lower !== 'and'));
      if (!joined) break;
      end++;
    }
    names.push(spanText(sentence, index, end));
    index = end;
  }
  return names;
}

const isOpening = (word: string): boolean =>
  [
    'what',
    'which',
    'who',
    'whose',
    'where',
    'when',
    'how',
    'in',
    'to',
    'on',
    'of',
    'is',
    'are',
    'does',
    'do',
    'did',
    'was',
    'were',
    'has',
    'have',
    'name',
    'the',
    'a',
    'from',
    'by',
    'for',
    'at',
    'can',
    'with',
    'among',
    'between',
    'under',
    'into',
  ].includes(word);

function askedNounOf(sentence: Sentence): string[] | undefined {
  const { tokens, asked, questionWord } = sentence;
  if (questionWord !== 'which' && questionWord !== 'what' && questionWord !== 'whose') return undefined;
  const nouns: string[] = [];
  for (let index = asked.start + 1; index < asked.end; index++) {
    const token = tokens[index]!;
    if (
      token.kind === 'possessive' ||
      ['of', 'in', 'from', 'on', 'with', 'for', 'that', 'who', 'whose'].includes(token.lower)
    )
      break;
    if (token.kind !== 'word') continue;
    nouns.push(token.lower);
  }
  const kept = nouns.filter((noun) => noun !== 'one' && noun !== 'else');
  const plain = kept.length > 1 ? kept : kept.filter((noun) => !TRANSPARENT_NOUNS.has(noun));
  return plain.length > 0 ? plain : undefined;
}

/** `Which country's capital ...`, `Which country has the capital ...` */
function leadingPreposition(sentence: Sentence): string | undefined {
  const { tokens, length, asked, opening } = sentence;
  if (opening !== 'question' || length === 0) return undefined;
  if (asked.start > 0) return tokens[0]!.lower;
  const last = tokens[length - 1]!.lower;
  return PREPOSITIONS.has(last) ? last : undefined;
}

/** `What is X a kind of?` */
function strandedNoun(sentence: Sentence): { noun: string; subject: string } | undefined {
  const { tokens, length, auxiliary } = sentence;
  if (auxiliary < 0 || length - auxiliary < 5 || tokens[length - 1]!.lower !== 'of') return undefined;
  const article = tokens.findLastIndex(
    (token, index) => index < length - 2 && ['a', 'an', 'the'].includes(token.lower),
  );
  if (article <= auxiliary + 1 || length - article > 5) return undefined;
  return { noun: spanText(sentence, article + 1, length - 1), subject: spanText(sentence, auxiliary + 1, article) };
}

function ownedBy(sentence: Sentence): boolean {
  for (let index = sentence.asked.start; index < sentence.asked.end; index++)
    if (sentence.tokens[index]!.kind === 'possessive') return true;
  return false;
}
const askedPreposition = (sentence: Sentence): boolean => sentence.asked.start > 0;

interface AttributeParts {
  attribute: string;
  noun: string;
  subject: string;
}

/** `the capital of X` -> capital, X; `X's capital`; `the official language spoken in X`. Transparent heads are skipped. */
function attributeOf(sentence: Sentence, phrase: NounPhrase): AttributeParts | undefined {
  const { tokens } = sentence;
  const [complement] = phrase.complements;
  const of = phrase.complements.find(({ kind }) => kind === 'of');
  if (!complement || (phrase.name && !(of && phrase.determiner === 'the'))) return undefined;
  // `the GDP per capita of X`
  if (complement.kind === 'preposition' && of && sentence.tokens[complement.start]!.lower === 'per') {
    return {
      attribute: spanText(sentence, phrase.headStart, of.start),
      noun: tokens[phrase.headEnd - 1]!.lower,
      subject: spanText(sentence, of.start + 1, phrase.end),
    };
  }
  const head = spanText(sentence, phrase.headStart, phrase.headEnd);
  const noun = tokens[phrase.headEnd - 1]!.lower;
  if (complement.kind === 'owner') {
    const owner = phrase.children.find((child) => child.start === complement.start);
    const subject = spanText(sentence, complement.start, complement.end);
    return { attribute: head, noun, subject: owner ? subject : subject };
  }
  const subject = spanText(sentence, Math.min(complement.start + 1, complement.end), phrase.end);
  if (TRANSPARENT_NOUNS.has(noun) && complement.kind === 'of' && phrase.headEnd - phrase.headStart === 1) {
    const child = phrase.children[0];
    const deeper = child && !child.name && attributeOf(sentence, child);
    if (deeper) return deeper;
  }
  if (COUNTED.has(noun) && complement.kind === 'of' && phrase.children[0]) {
    // `the number of airports in X`: airports are asked for.
    const child = phrase.children[0];
    const inside = child.complements[0];
    const counted = spanText(sentence, child.headStart, child.headEnd);
    return {
      attribute: counted,
      noun: 'number',
      subject: inside ? spanText(sentence, inside.start + 1, phrase.end) : subject,
    };
  }
  return { attribute: head, noun, subject };
}
const COUNTED = new Set(['number', 'amount', 'count', 'total']);

function expectedOf(questionWord: string | undefined, noun: string): AnswerType {
  if (questionWord === 'who' || isPersonNoun(noun)) return 'person';
  return typeOfNoun(noun);
}

function typeOfNoun(noun: string): AnswerType {
  const single = noun.replace(/ies$/, 'y').replace(/s$/, '');
  if (NUMBERS.has(noun) || NUMBERS.has(single)) return 'number';
  if (DATES.has(noun) || DATES.has(single)) return 'date';
  if (PLACES.has(noun) || PLACES.has(single)) return 'place';
  return isPersonNoun(noun) ? 'person' : 'thing';
}

/** `born`, `die`, `founded`: the verbs of the sentence. */
/** After one of these a word is a noun, whatever else it can be: `the name`. */
const DETERMINERS = new Set(['the', 'a', 'an', 'its', 'their', 'his', 'her', 'this', 'that']);

function verbStems(sentence: Sentence): string[] {
  const { tokens, length } = sentence;
  const verbs: string[] = [];
  for (let index = 0; index < length; index++) {
    const token = tokens[index]!;
    if (
      token.kind === 'word' &&
      !token.capital &&
      !token.quoted &&
      (VERBS.has(token.lower) || (index > 1 && isParticiple(token.lower))) &&
      !DETERMINERS.has(tokens[index - 1]?.lower ?? '') &&
      !AUXILIARIES.has(token.lower)
    )
      verbs.push(stem(token.lower));
  }
  return verbs;
}

const EVENT_STEMS = new Set([...EVENTS].map(stem));

/** What happened, without its subject: `born`, `birth`, `independent`. */
function eventStems(sentence: Sentence, names: readonly string[]): string[] {
  const named = new Set(names.flatMap((name) => contentStems(name)));
  const asked = new Set(contentStems(spanText(sentence, sentence.asked.start, sentence.asked.end)));
  const light = new Set([
    'see',
    'saw',
    'gain',
    'get',
    'take',
    'place',
    'year',
    'date',
    'happen',
    'occur',
    'becom',
    'achiev',
    'obtain',
    'declar',
    'win',
    'won',
    'receiv',
    'becam',
    'mark',
    'come',
    'world',
    'pass',
  ]);
  const nominal = contentStems(sentence.text).filter((item) => EVENT_STEMS.has(item));
  if (nominal.length > 0) return nominal;
  const verbs = verbStems(sentence).filter((item) => !light.has(item));
  if (verbs.length > 0) return verbs;
  return contentStems(sentence.text)
    .filter((item) => !named.has(item) && !asked.has(item) && !light.has(item))
    .slice(0, 4);
}

function subjectAfterAuxiliary(sentence: Sentence): string {
  const start = sentence.auxiliary >= 0 ? sentence.auxiliary + 1 : sentence.asked.end;
  return spanText(sentence, start, Math.min(sentence.verb, sentence.length));
}

function restOf(sentence: Sentence): string {
  return spanText(sentence, Math.min(sentence.asked.end, sentence.length), sentence.length);
}

function howOf(sentence: Sentence, base: Pick<Inquiry, 'text' | 'names' | 'superlative'>): Inquiry {
  const { tokens, asked, length } = sentence;
  const second = tokens[asked.start + 1]?.lower ?? '';
  if (second === 'many' || second === 'much') {
    const stop = asked.end > asked.start + 2 ? asked.end : Math.min(asked.start + 3, length);
    const counted = nounPhraseAt(sentence.tokens, asked.start + 2, stop);
    const noun = spanText(sentence, asked.start + 2, counted ? counted.headEnd : stop);
    if (second === 'much' && (noun === '' || AUXILIARIES.has(noun.toLowerCase()))) {
      const attribute = verbStems(sentence);
      return finish(sentence, {
        ...base,
        form: 'attribute',
        expected: 'number',
        attribute,
        attributeText: attribute.join(' '),
        subject: subjectAfterAuxiliary(sentence),
      });
    }
    return finish(sentence, {
      ...base,
      form: 'count',
      expected: 'number',
      attribute: contentStems(noun),
      attributeText: noun,
      subject: spanText(sentence, stop, length),
    });
  }
  const adjective = gradableAdjective(second);
  if (adjective) {
    return finish(sentence, {
      ...base,
      form: 'attribute',
      expected: adjective.attributes[0] === 'date' ? 'date' : 'number',
      attribute: adjective.attributes.map(stem),
      attributeText: adjective.attributes.join(' '),
      subject: subjectAfterAuxiliary(sentence),
    });
  }
  const attribute = verbStems(sentence);
  return finish(sentence, {
    ...base,
    form: 'attribute',
    expected: 'thing',
    attribute,
    attributeText: attribute.join(' '),
    subject: subjectAfterAuxiliary(sentence),
  });
}

function superlativeOf(sentence: Sentence): Inquiry['superlative'] {
  const { tokens, length } = sentence;
  for (let index = 0; index < length; index++) {
    const token = tokens[index]!;
    if (token.quoted || (token.capital && index > 0)) continue;
    const found = superlativeAt(token.lower, tokens[index + 1]?.lower);
    if (!found) continue;
    const next = tokens[index + found.words];
    const noun =
      next && next.kind === 'word' && !FUNCTION_WORDS.has(next.lower) && !isParticiple(next.lower) ? next.lower : '';
    const second = tokens[index + found.words + 1];
    const compound =
      noun &&
      second &&
      second.kind === 'word' &&
      !FUNCTION_WORDS.has(second.lower) &&
      !VERBS.has(second.lower) &&
      !second.capital
        ? `${noun} ${second.lower}`
        : noun;
    return {
      attributes: found.attributes,
      noun: compound,
      direction: found.direction,
      rank: ORDINALS[tokens[index - 1]?.lower ?? ''] ?? 1,
    };
  }
  return undefined;
}

function claimOf(sentence: Sentence, base: Pick<Inquiry, 'text' | 'names' | 'superlative'>): Inquiry {
  const claim = splitClaim(sentence);
  return finish(sentence, {
    ...base,
    form: 'claim',
    expected: 'yes-no',
    attribute: claim ? contentStems(claim.property) : [],
    attributeText: claim?.property ?? '',
    subject: spanText(sentence, 1, sentence.length),
    ...(claim && { claim }),
  });
}

/**
 * `Is V the A of E?`, `Is the A of E V?`, `Is E's A V?`, `Does E have V as its A?`: the property as a question's predicate and
 * the value claimed of it.
 */
function splitClaim(sentence: Sentence): Inquiry['claim'] {
  const { tokens, length } = sentence;
  const phrases = rootPhrases(sentence);
  const [first, second] = phrases;
  if (!first) return undefined;
  const text = (from: number, to: number): string => spanText(sentence, from, to);
  if (second && second.end >= length && isProperty(second) && (first.name || first.complements.length === 0)) {
    return { property: text(second.start, second.end), value: text(first.start, second.start).replace(/[\s,]+$/, '') };
  }
  if (isProperty(first) && second && first.end <= second.start)
    return { property: text(first.start, first.end), value: text(first.end, length) };
  if (isProperty(first) && first.end < length)
    return { property: text(first.start, first.end), value: text(first.end, length) };
  // `Is the capital of France Paris?`: two names side by side were taken for one.
  const last = first.children.at(-1) ?? first;
  if (isProperty(first) && first.end >= length && last.name && last.headEnd - last.headStart >= 2) {
    const at = last.headEnd - 1;
    return { property: text(first.start, at), value: text(at, length) };
  }
  const joint = tokens.findIndex((token, index) => index > 1 && ['as', 'called', 'named'].includes(token.lower));
  if (joint > 0) return undefined;
  return undefined;
}

const isProperty = (phrase: NounPhrase): boolean =>
  !phrase.name && phrase.complements.some((complement) => complement.kind === 'of' || complement.kind === 'owner');
