/**
 * Reads prose. A passage either is about the thing in the question (its title or an alias stands there) and some sentence gives
 * the property asked; or it is the thing in question, and its text fits what the question says of it: then its title answers.
 */
import type { Passage } from '../../tools/passage.ts';
import { stem } from '../english/stem.ts';
import { coverage, relatedness } from '../english/synonyms.ts';
import { type Token, tokenize } from '../english/tokens.ts';
import type { Extraction, Words } from '../language.ts';
import { indexOfRun, type WordedInquiry } from './extraction.ts';
import { asksLanguageFamily, readLanguageFamily } from './language-family.ts';
import { mayAnswer } from './names.ts';
import { asksWherein, readPlace } from './place.ts';
import { plainTitle, splitSentences } from './sentences.ts';
import { valueAt } from './value.ts';

const LONGEST_PASSAGE = 8_000;

export function readText(inquiry: WordedInquiry, passage: Passage): Extraction[] {
  const text = passage.text.slice(0, LONGEST_PASSAGE);
  const title = plainTitle(passage.title ?? text.split(/[:.]/, 1)[0]!.slice(0, 80));
  const sentences = splitSentences(text);
  const about = subjectMatch(inquiry, title, sentences);
  if (asksWherein(inquiry)) return about > 0 ? readPlace(inquiry, passage, { title, sentences, about }) : [];
  if (about > 0 && asksLanguageFamily(inquiry, sentences[0] ?? ''))
    return readLanguageFamily(passage, sentences, about);
  const found: Extraction[] = [];
  if (about > 0) {
    if (inquiry.form === 'describe') found.push(...describe(passage, title, sentences, about));
    else {
      found.push(...identity(inquiry, passage, sentences, about));
      // What is asked, or else what is done: `which unit makes up X` is told by `X is divided into`.
      // A name of everyday is no scientific one.
      const scientific = inquiry.attribute.some((item) => relatedness(item, SCIENTIFIC) > 0);
      const verbs = scientific ? [] : inquiry.verbs;
      const wordings = [inquiry.attribute, verbs, restStems(inquiry)].filter(
        (stems, index) => stems.length > 0 && (index === 0 || inquiry.expected !== 'date'),
      );
      wordings.forEach((attribute, place) => {
        for (const sentence of sentences) {
          for (const extraction of property({ ...inquiry, attribute }, passage, sentence, title, about)) {
            found.push({ ...extraction, confidence: extraction.confidence * (1 - 0.1 * place) });
          }
        }
      });
    }
  }
  if (about < 0.85) found.push(...byDescription(inquiry, passage, title, text, sentences));
  return found;
}

/** Content words that are neither names nor what is asked: `independence` of `which country did X win its independence from`. */
const restStems = (inquiry: WordedInquiry): string[] => {
  const named = new Set(inquiry.names.flatMap(inquiry.words.allStems));
  return inquiry.preposition === undefined
    ? []
    : inquiry.subjectStems.filter((item) => !named.has(item) && !inquiry.verbs.includes(item));
};

/** In [0, 1]: whether the passage is about what the question names. */
function subjectMatch(inquiry: WordedInquiry, title: string, sentences: readonly string[]): number {
  const question = inquiry.words.allStems(inquiry.text);
  const titleStems = inquiry.words.allStems(title);
  if (titleStems.length === 0) return 0;
  const subject = inquiry.words
    .contentStems(inquiry.subject)
    .filter((item) => !inquiry.verbs.includes(item) && !inquiry.attribute.includes(item));
  const names = inquiry.names.map(inquiry.words.allStems).filter((name) => name.length > 0);
  const longest = [...names].sort((a, b) => b.length - a.length)[0];
  const whole = indexOfRun(question, titleStems) >= 0 && !titleStems.every((item) => inquiry.attribute.includes(item));
  if (whole) {
    const key = new Set([...subject, ...names.flat()]);
    if (titleStems.every((item) => CLASS_WORDS.has(item)) && key.size > titleStems.length) return 0;
    if (key.size > 0 && !titleStems.some((item) => key.has(item))) return 0.4;
    // `Rose` for a question on the `rose of Jericho`: the title should be most of the name it stands in.
    const around =
      names.find((name) => indexOfRun(name, titleStems) >= 0) ?? (names.length === 0 ? subject : titleStems);
    return Math.max(0.5, Math.min(1, titleStems.length / Math.max(1, around.length)));
  }
  for (const name of names) {
    if (indexOfRun(titleStems, name) >= 0) return 0.65 + 0.3 * (name.length / titleStems.length);
  }
  const alias = longest ?? (subject.length > 0 && subject.length <= 3 ? subject : undefined);
  if (!alias) return 0;
  const named = sentences
    .slice(0, 5)
    .find(
      (sentence) =>
        (/\bname (is|was)\b|^or /i.test(sentence) && indexOfRun(inquiry.words.allStems(sentence), alias) >= 0) ||
        otherNames(sentence, inquiry.words).includes(alias.join(' ')),
    );
  return named ? 0.8 : 0;
}

/** `Also called A, B and C`: each as its stems; a name inside a longer one is another name. */
function otherNames(sentence: string, { allStems }: Words): string[] {
  const list = /^also (?:called|known as) (.+)$/i.exec(sentence)?.[1];
  return list === undefined ? [] : list.split(/, | and | or /).map((name) => allStems(name).join(' '));
}

const RANKS = new Set('genus family order phylum'.split(' ').map(stem));

const SCIENTIFIC = stem('scientific');

const SORTS = new Set(['kind', 'type', 'sort'].map(stem));

const PROFESSIONS = new Set(['profession', 'occupation', 'job', 'career', 'vocation'].map(stem));

/** What someone is by trade: `known as an architect`, `was a painter`. */
function* identity(
  inquiry: WordedInquiry,
  passage: Passage,
  sentences: readonly string[],
  about: number,
): Generator<Extraction> {
  const asked = [...inquiry.attribute, ...inquiry.subjectStems, ...inquiry.asked];
  const trade =
    asked.some((item) => PROFESSIONS.has(item)) ||
    /for a living|work as|known as|what kind of person/i.test(inquiry.text);
  const sort = inquiry.asked.some((item) => SORTS.has(item)) || inquiry.attribute.some((item) => SORTS.has(item));
  if (!trade && !sort) return;
  for (const sentence of sentences) {
    const match =
      /\b(?:known as|was|is|worked as) an? (?!kind of|type of|sort of)([\p{L} -]{3,60}?)(?=[,.;]| and | who | of | from | in |$)/iu.exec(
        sentence.slice(0, 400),
      );
    if (match) {
      yield { answer: match[1]!, confidence: 0.72 * about, passage, quote: sentence };
      return;
    }
  }
}

function* describe(
  passage: Passage,
  title: string,
  sentences: readonly string[],
  about: number,
): Generator<Extraction> {
  const first = sentences[0];
  if (!first) return;
  const colon = first.indexOf(':');
  let gloss = colon > 0 && colon < title.length + 8 ? first.slice(colon + 1) : first;
  const verb = /^.{0,80}?\b(is|was|are|were) /.exec(gloss);
  if (colon < 0 && verb) gloss = gloss.slice(verb[0].length);
  yield { answer: gloss.trim().replace(/[.;]+$/, ''), confidence: 0.75 * about, passage, quote: first };
}

/** The property the question asks for, in one sentence of a passage about its subject. */
function* property(
  inquiry: WordedInquiry,
  passage: Passage,
  sentence: string,
  title: string,
  about: number,
): Generator<Extraction> {
  const tokens = tokenize(sentence);
  const stems = tokens.map((token) => (token.kind === 'word' ? inquiry.words.stem(token.lower) : token.lower));
  const { attribute } = inquiry;
  if (attribute.length === 0) return;
  const titleStems = new Set(inquiry.words.allStems(title));
  const usable = stems.map((item) => (titleStems.has(item) ? '' : item));
  const fit = coverage(attribute, usable);
  if (fit < 0.3) return;
  // Another rank is no answer to a question for one: the genus of a tiger is not its family.
  if (inquiry.asked.some((item) => RANKS.has(item) && !stems.includes(item))) return;
  // What else is said of the subject should at least stand somewhere in the passage.
  const extra = inquiry.subjectStems.filter(
    (item) =>
      !attribute.includes(item) &&
      !titleStems.has(item) &&
      !inquiry.verbs.includes(item) &&
      !inquiry.asked.includes(item),
  );
  const context =
    extra.length === 0 ? 1 : 0.75 + 0.25 * coverage(extra, inquiry.words.allStems(passage.text.slice(0, 2_000)));
  let at = -1;
  let strength = 0;
  const key = attribute.at(-1)!;
  usable.forEach((item, index) => {
    const score = Math.max(relatedness(key, item), 0.9 * Math.max(...attribute.map((word) => relatedness(word, item))));
    if (score > strength) {
      strength = score;
      at = index;
    }
  });
  if (at < 0) return;
  // The national dish is not told by `a nation of`: what is asked for must be there, not only what qualifies it.
  const head = inquiry.words.contentStems(inquiry.attributeText).at(-1);
  const headless =
    attribute.length > 1 &&
    head === attribute.at(-1) &&
    !inquiry.verbs.includes(key) &&
    usable.every((item) => relatedness(key, item) === 0);
  const confidence =
    (headless ? 0.6 : 1) * about * context * (0.3 + 0.65 * fit) * qualified(inquiry, tokens, stems, at);
  // To call is not to be called: `dial to call X` asks for no name.
  if (
    stems[at] === 'call' &&
    !/\b(called|name|names|named|known|call (?:an?|the) )\b/i.test(inquiry.text) &&
    !inquiry.verbs.includes('known')
  )
    return;
  const answer = valueAt(inquiry, sentence, tokens, at);
  if (!answer) return;
  yield { answer: answer.text, confidence: Math.min(0.98, confidence * answer.fit), passage, quote: sentence };
}

/** `Its scientific name` is not just any name: an adjective the question does not share counts against the sentence. */
function qualified(inquiry: WordedInquiry, tokens: readonly Token[], stems: readonly string[], at: number): number {
  if (stems[at] !== 'name' || at === 0) return 1;
  const before = tokens[at - 1]!;
  if (
    before.kind !== 'word' ||
    ['its', 'the', 'a', 'his', 'her', 'their', 'full', 'real', 'other'].includes(before.lower)
  )
    return 1;
  const said = [...inquiry.attribute, ...inquiry.subjectStems, ...inquiry.asked];
  return said.some((item) => relatedness(item, stems[at - 1]!) > 0) ? 1 : 0.6;
}

/** Words of a question that seldom are its subject: `what kind of thing is X`. */
const CLASS_WORDS = new Set(
  'thing object item entity kind type place person animal plant country city element word name'.split(' ').map(stem),
);

/** `Which animal is described as ...`: the passage whose text says so, named by its title. */
function* byDescription(
  inquiry: WordedInquiry,
  passage: Passage,
  title: string,
  text: string,
  sentences: readonly string[],
): Generator<Extraction> {
  if (inquiry.expected === 'date' || inquiry.expected === 'number' || inquiry.form === 'count' || title === '') return;
  const question = inquiry.words.allStems(inquiry.text);
  const titleStems = inquiry.words.allStems(title);
  if (indexOfRun(question, titleStems) >= 0) return;
  // `the scientific name of X` is read in the passage on X; `has the scientific name Y` describes.
  const noun = inquiry.form === 'attribute' && inquiry.attributeText !== inquiry.verbs.join(' ');
  if (noun && /\bname$/.test(inquiry.attributeText) && sentences.some((sentence) => /\bname is\b/.test(sentence)))
    return;
  const rank = inquiry.asked.find((item) => RANKS.has(item));
  if (
    rank !== undefined &&
    inquiry.words.allStems((sentences[0] ?? '').split(':', 1)[0]!).some((item) => RANKS.has(item) && item !== rank)
  )
    return;
  if ((noun || inquiry.expected === 'place') && inquiry.names.length > 0 && !mayAnswer(inquiry.expected, text)) return;
  // A thing named after the one in the question is not described by it: `Madagascar franc`, `Lake Geneva`.
  const said =
    inquiry.names.length > 0
      ? inquiry.names.flatMap(inquiry.words.contentStems)
      : inquiry.subjectStems.length <= 3
        ? inquiry.subjectStems
        : [];
  if (said.some((item) => titleStems.includes(item))) return;
  const noise = new Set([
    'describ',
    'word',
    'call',
    'name',
    'known',
    'appli',
    'refer',
    'mean',
    'shown',
    'imag',
    'pictur',
  ]);
  // The class of the answer may go without saying; a property of something else may not.
  if (inquiry.form === 'class') for (const item of inquiry.attribute) noise.add(item);
  const wanted = inquiry.words.contentStems(inquiry.text).filter((item) => !noise.has(item));
  // What X is, is not told by a passage that mentions it.
  if (wanted.length === 0 || (wanted.length === 1 && inquiry.form === 'describe')) return;
  const body = new Set(inquiry.words.allStems(text));
  const covered = wanted.filter((item) => body.has(item)).length / wanted.length;
  const names = inquiry.names.flatMap((name) => inquiry.words.allStems(name)).filter((item) => !noise.has(item));
  const named = names.length === 0 ? 1 : names.filter((item) => body.has(item)).length / names.length;
  const long = Math.min(1, 0.55 + 0.15 * wanted.length);
  // `What is X called?` where X is another name of the passage's subject.
  const naming = [...inquiry.verbs, ...inquiry.attribute].some(
    (item) => item === 'call' || item === 'name' || item === 'known',
  );
  const alias = inquiry.names
    .map(inquiry.words.allStems)
    .find((name) => name.length > 0 && indexOfRun(inquiry.words.allStems(text), name) >= 0);
  if (naming && alias) {
    yield {
      answer: title,
      confidence: 0.72,
      passage,
      quote: sentences.find((sentence) => indexOfRun(inquiry.words.allStems(sentence), alias) >= 0) ?? title,
    };
  }
  yield { answer: title, confidence: 0.97 * covered ** 2 * named * long, passage, quote: sentences[0] ?? title };
}
