/**
 * What a single-hop question asks for: the attribute or class of the answer, the thing it is asked about, the kind of answer
 * to expect. The reader matches it with cells and sentences; the probe measures how much of it a passage covers.
 */

import type { Inquiry, Words } from '../language.ts';
import {
  askedNounOf,
  askedPreposition,
  attributeOf,
  eventStems,
  expectedOf,
  leadingPreposition,
  namesOf,
  ownedBy,
  restOf,
  strandedNoun,
  subjectAfterAuxiliary,
  superlativeOf,
  typeOfNoun,
  verbStems,
} from './inquiry-parts.ts';
import { AUXILIARIES, DO, PICTURE_NOUNS, SHOWN } from './lexicon.ts';
import { type NounPhrase, nounPhraseAt } from './noun-phrase.ts';
import { isWholePredicate, rootPhrases } from './predicate.ts';
import { gradableAdjective } from './quantities.ts';
import { parseSentence, type Sentence, spanText } from './sentence.ts';

/** A question on its way to an inquiry. */
interface Parsed {
  sentence: Sentence;
  words: Words;
  base: Pick<Inquiry, 'text' | 'names' | 'superlative'>;
}

export function inquiryOf(question: string, words: Words): Inquiry {
  const sentence = parseSentence(question);
  const names = namesOf(sentence);
  const superlative = superlativeOf(sentence);
  const parsed: Parsed = { sentence, words, base: { text: question, names, ...(superlative && { superlative }) } };
  const { questionWord } = sentence;
  if (sentence.opening === 'yes-no') return claimOf(parsed);
  if (questionWord === 'how') return howOf(parsed);
  if (questionWord === 'when' || questionWord === 'where') return whenOrWhereOf(parsed);
  const askedNoun = askedNounOf(sentence);
  if (askedNoun) return nounOf(parsed, askedNoun);
  const stranded = strandedNoun(sentence);
  if (stranded) {
    return finish(parsed, {
      form: 'attribute',
      expected: typeOfNoun(stranded.noun),
      attribute: words.contentStems(stranded.noun),
      attributeText: stranded.noun,
      subject: stranded.subject,
    });
  }
  const phrases = rootPhrases(sentence);
  const predicate = phrases.find((phrase) => phrase.start >= sentence.asked.end && isWholePredicate(sentence, phrase));
  if (predicate) return predicateOf(parsed, predicate);
  // `What are [the people of X] called?`
  const verbs = verbStems(sentence, words);
  const named = phrases.find((phrase) => phrase.start === sentence.auxiliary + 1 && phrase.complements.length > 0);
  const parts =
    named && verbs.some((item) => item === 'call' || item === 'known' || item === 'name')
      ? attributeOf(sentence, named)
      : undefined;
  if (parts) {
    return finish(parsed, {
      form: 'attribute',
      expected: 'thing',
      attribute: words.contentStems(parts.attribute),
      attributeText: parts.attribute,
      subject: parts.subject,
    });
  }
  return finish(parsed, {
    form: 'attribute',
    expected: questionWord === 'who' || questionWord === 'whom' ? 'person' : 'thing',
    attribute: verbs,
    attributeText: verbs.join(' '),
    subject: restOf(sentence),
  });
}

function whenOrWhereOf(parsed: Parsed): Inquiry {
  const { sentence, words, base } = parsed;
  const expected = sentence.questionWord === 'when' ? 'date' : 'place';
  const event = eventStems(sentence, base.names, words);
  const verbs = verbStems(sentence, words);
  const attribute =
    expected === 'date' && event.length > 0 ? event : verbs.length > 0 ? verbs : [words.stem('located')];
  return finish(parsed, {
    form: 'attribute',
    expected,
    attribute,
    attributeText: attribute.join(' '),
    subject: subjectAfterAuxiliary(sentence),
  });
}

/** `Which country's capital is X`, `which country borders X`, `what currency does X use`. */
function nounOf(parsed: Parsed, askedNoun: readonly string[]): Inquiry {
  const { sentence, words, base } = parsed;
  const owned = ownedBy(sentence);
  // `In which year was X born`: the year of being born.
  const event = typeOfNoun(askedNoun.at(-1)!) === 'date' ? eventStems(sentence, base.names, words) : [];
  const verb = sentence.auxiliary >= 0 && DO.has(sentence.tokens[sentence.auxiliary]!.lower);
  const form = verb || (askedPreposition(sentence) && !owned) ? 'attribute' : 'class';
  return finish(parsed, {
    form: owned ? 'class' : form,
    expected: typeOfNoun(askedNoun.at(-1)!),
    attribute: event.length > 0 ? event : askedNoun.map(words.stem),
    attributeText: askedNoun.join(' '),
    subject: restOf(sentence),
  });
}

function predicateOf(parsed: Parsed, predicate: NounPhrase): Inquiry {
  const { sentence, words, base } = parsed;
  const { questionWord } = sentence;
  const inside = attributeOf(sentence, predicate);
  if (inside && typeOfNoun(inside.noun) === 'date') {
    // `the year of X's birth`, `X's year of death`: the event is asked for.
    const event = eventStems(sentence, base.names, words);
    if (event.length > 0)
      return finish(parsed, {
        form: 'attribute',
        expected: 'date',
        attribute: event,
        attributeText: event.join(' '),
        subject: inside.subject,
      });
  }
  if (inside)
    return finish(parsed, {
      form: 'attribute',
      expected: expectedOf(questionWord, inside.noun),
      attribute: words.contentStems(inside.attribute),
      attributeText: inside.attribute,
      subject: inside.subject,
    });
  return finish(parsed, {
    form: 'describe',
    expected: questionWord === 'who' ? 'person' : 'thing',
    attribute: [],
    attributeText: '',
    subject: spanText(sentence, predicate.headStart, predicate.end),
  });
}

function finish(
  { sentence, words, base }: Parsed,
  asked: Pick<Inquiry, 'form' | 'expected' | 'attribute' | 'attributeText' | 'subject' | 'claim'>,
): Inquiry {
  const { contentStems } = words;
  const inquiry = { ...base, ...asked };
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
    verbs: verbStems(sentence, words),
    subjectStems: all.filter((item) => !inquiry.attribute.includes(item)),
  };
}

function howOf(parsed: Parsed): Inquiry {
  const { sentence, words } = parsed;
  const { tokens, asked, length } = sentence;
  const second = tokens[asked.start + 1]?.lower ?? '';
  if (second === 'many' || second === 'much') {
    const stop = asked.end > asked.start + 2 ? asked.end : Math.min(asked.start + 3, length);
    const counted = nounPhraseAt(sentence.tokens, asked.start + 2, stop);
    const noun = spanText(sentence, asked.start + 2, counted ? counted.headEnd : stop);
    if (second === 'much' && (noun === '' || AUXILIARIES.has(noun.toLowerCase()))) {
      const attribute = verbStems(sentence, words);
      return finish(parsed, {
        form: 'attribute',
        expected: 'number',
        attribute,
        attributeText: attribute.join(' '),
        subject: subjectAfterAuxiliary(sentence),
      });
    }
    return finish(parsed, {
      form: 'count',
      expected: 'number',
      attribute: words.contentStems(noun),
      attributeText: noun,
      subject: spanText(sentence, stop, length),
    });
  }
  const adjective = gradableAdjective(second);
  if (adjective) {
    return finish(parsed, {
      form: 'attribute',
      expected: adjective.attributes[0] === 'date' ? 'date' : 'number',
      attribute: adjective.attributes.map(words.stem),
      attributeText: adjective.attributes.join(' '),
      subject: subjectAfterAuxiliary(sentence),
    });
  }
  const attribute = verbStems(sentence, words);
  return finish(parsed, {
    form: 'attribute',
    expected: 'thing',
    attribute,
    attributeText: attribute.join(' '),
    subject: subjectAfterAuxiliary(sentence),
  });
}

function claimOf(parsed: Parsed): Inquiry {
  const { sentence, words } = parsed;
  const claim = splitClaim(sentence);
  return finish(parsed, {
    form: 'claim',
    expected: 'yes-no',
    attribute: claim ? words.contentStems(claim.property) : [],
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
