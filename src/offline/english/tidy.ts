/**
 * Tidies a question before it is taken apart: politeness and lead-ins are cut off, `Name the capital of X` becomes `What is the
 * capital of X`, and orders of words that say the same become one.
 */
import { plainClaim } from './claim-wordings.ts';
import { plainComparison } from './comparison-wordings.ts';
import { unfronted } from './fronting.ts';
import {
  AUXILIARIES,
  BE,
  DEFINITE,
  INDEFINITE,
  PICTURE_NOUNS,
  PREPOSITIONS,
  QUESTION_WORDS,
  SHOWN,
  VERBS,
} from './lexicon.ts';
import { nounPhraseAt } from './noun-phrase.ts';
import { comparativeAt, superlativeAt } from './quantities.ts';
import { claimQuestion } from './statement.ts';
import { type Token, textBetween, tokenize } from './tokens.ts';
import { plainTurns } from './turns.ts';

const POLITE = [
  'please tell me',
  'can you',
  'could you',
  'would you',
  'will you',
  'could you please',
  'can you please',
  'would you please',
  'can you tell me',
  'could you tell me',
  'could you please tell me',
  'can you please tell me',
  'would you tell me',
  'tell me',
  'do you know',
  'i want to know',
  "i'd like to know",
  'i would like to know',
  'i wonder',
  'please',
  'so',
  'well',
  'also',
  'and',
  'let me know',
  'help me find out',
  'find out',
  'i need to know',
  'just',
  'then',
  'now',
  'ok',
  'okay',
  'hey',
  'hi',
  'hello',
  'but',
];

const IMPERATIVES = [
  'i need',
  'i want',
  'i am looking for',
  "i'm looking for",
  "i'd like",
  'i would like',
  'i seek',
  'looking for',
  'name',
  'give',
  'give me',
  'state',
  'identify',
  'find',
  'list',
  'specify',
  'provide',
  'report',
  'say',
  'determine',
  'show me',
  'look up',
  'tell me',
  'work out',
  'describe',
  'define',
  'explain',
];

/**
 * Cuts a lead-in that says nothing about the question: `Quick question: ...`, `Help me with this. ...`. A sentence with a name,
 * a number, a quotation or a picture in it stays: it may be what a later pronoun means.
 */
export function withoutLeadIn(text: string): string {
  for (let index = 0; index < Math.min(text.length - 2, 120); index++) {
    if (!'.:!;-–—,'.includes(text[index]!) || text[index + 1] !== ' ') continue;
    const rest = text.slice(index + 2).trim();
    const tokens = tokenize(text.slice(0, index));
    const next = rest.split(/[\s,]/, 1)[0]!.toLowerCase();
    const begins =
      QUESTION_WORDS.has(next) ||
      AUXILIARIES.has(next) ||
      IMPERATIVES.some((word) => rest.toLowerCase().startsWith(`${word} `)) ||
      (PREPOSITIONS.has(next) && QUESTION_WORDS.has(rest.split(/\s/, 2)[1]?.toLowerCase() ?? ''));
    const another = text[index] !== ',' && text[index] !== ':' && text[index] !== '-' && rest.length > 8;
    if (!begins && !another) continue;
    if (tokens.length > 12 || tokens.length === 0) return text;
    const asks = tokens.some((token, at) => QUESTION_WORDS.has(token.lower) && at === 0);
    const empty = tokens.every(
      (token, at) =>
        token.kind === 'word' &&
        !token.quoted &&
        (at === 0 || !token.capital || token.lower === 'i') &&
        !PICTURE_NOUNS.has(token.lower) &&
        !SHOWN.has(token.lower) &&
        !POINTING.has(token.lower),
    );
    if (!empty || asks) return text;
    if (text[index] === ',' && !begins) return text;
    return rest;
  }
  return text;
}

const POINTING = new Set([
  'flag',
  'country',
  'animal',
  'these',
  'whose',
  'between',
  'among',
  'of',
  'or',
  'considering',
  'given',
]);

/** `second-largest` -> `second largest`. */
const hyphens = (text: string): string =>
  text.replace(/\b(second|third|fourth|fifth|sixth)-(?=[a-z]+est\b|most\b)/g, '$1 ');

/** The question without politeness, as a question: `Please name the capital of X.` -> `What is the capital of X?` */
export function tidyQuestion(question: string): string {
  let text = hyphens(withoutLeadIn(lastSentences(question.replace(/\s+/g, ' ').trim())));
  for (let round = 0; round < 4; round++) {
    const lower = text.toLowerCase();
    const polite = POLITE.toSorted((a, b) => b.length - a.length).find(
      (phrase) => lower.startsWith(`${phrase} `) || lower.startsWith(`${phrase}, `) || lower.startsWith(`${phrase}: `),
    );
    if (!polite) break;
    const rest = text.slice(polite.length).replace(/^[\s,:]+/, '');
    const next = rest
      .split(' ', 1)[0]!
      .toLowerCase()
      .replace(/[^a-z]/g, '');
    const asks =
      QUESTION_WORDS.has(next) ||
      AUXILIARIES.has(next) ||
      IMPERATIVES.includes(next) ||
      DEFINITE.has(next) ||
      next === 'if' ||
      next === 'whether' ||
      PREPOSITIONS.has(next);
    if (!asks) break;
    text = rest;
    if (next === 'if' || next === 'whether') {
      const said = text.replace(/^(if|whether)\s+/i, '');
      return plainComparison(plainClaim(claimQuestion(`Is it true that ${said}`) ?? said));
    }
  }
  const lower = text.toLowerCase();
  const imperative = IMPERATIVES.filter((word) => lower.startsWith(`${word} `)).sort((a, b) => b.length - a.length)[0];
  if (imperative) {
    const rest = text.slice(imperative.length).trim();
    const next = rest.split(' ', 1)[0]!.toLowerCase();
    if (QUESTION_WORDS.has(next)) text = rest;
    else if (DEFINITE.has(next) || INDEFINITE.has(next) || imperative === 'define' || /['’]s /.test(rest.slice(0, 60)))
      text = `What is ${rest.replace(/[.!?]+$/, '')}?`;
  } else if (DEFINITE.has(lower.split(' ', 1)[0]!) && !hasMainVerb(text)) {
    text = `What is ${lowerFirst(text.replace(/[?:.]+$/, ''))}?`;
  }
  text = plainTurns(text.charAt(0).toUpperCase() + text.slice(1));
  text = claimQuestion(text) ?? text;
  const compared = plainComparison(text);
  if (compared !== text) return compared;
  text = plainClaim(text);
  text = text.replace(COMMON_NAME, 'What is $1?').replace(COMMONLY_CALLED, 'What is $1?');
  return reorder(withPreposition(straighten(unfronted(text) ?? text)));
}

/** `What part of the world is X in?` -> `In what part of the world is X?`: so that the preposition is not taken for a clause's. */
function withPreposition(text: string): string {
  const match =
    /^((?:What|Which) (?:[a-z]+ )*?[a-z]+) (is|are|was|were) ((?:the|this|that|an?|\p{Lu}).*) (in|on|from|under)\?*$/u.exec(
      text,
    );
  if (!match || text.length > 300 || /^(?:What|Which) (?:is|are|was|were)\b/.test(text)) return text;
  const [, asked, be, subject, preposition] = match as unknown as [string, string, string, string, string];
  // The clause without a pronoun in `the country X is in` keeps its own.
  const tokens = tokenize(subject);
  if (nounPhraseAt(tokens, 0, tokens.length)?.end !== tokens.length) return text;
  return `${capital(preposition)} ${lowerFirst(asked)} ${be} ${subject}?`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Whether a fragment such as `The capital of X?` has a verb of its own outside of relative clauses. */
function hasMainVerb(text: string): boolean {
  const tokens = tokenize(text);
  const phrase = nounPhraseAt(tokens, 0, tokens.length);
  return !phrase || tokens.slice(phrase.end).some((token) => token.kind !== 'punctuation');
}

/** What is known by its scientific name only: its common name is what the phrase stands for. */
const COMMON_NAME =
  /^What is the (?:common|everyday|usual|vernacular|English|ordinary|popular) name (?:of|for) (the .{3,40}(?:scientific|Latin|binomial|scientist|biologist|science).{3,120}?)\?*$/;
const COMMONLY_CALLED =
  /^What is (the .{3,40}(?:scientific|Latin|binomial|scientist|biologist|science).{3,120}?) (?:commonly|usually|popularly|generally) (?:called|known as|named)\?*$/;

/** `Where the author of X was born` (after "do you know") -> `Where was the author of X born`. */
function inverted(text: string, tokens: readonly Token[]): string | undefined {
  const subject = nounPhraseAt(tokens, 1, tokens.length);
  const verb = subject && tokens[subject.end];
  if (!verb || !AUXILIARIES.has(verb.lower) || subject.end + 1 >= tokens.length) return undefined;
  const rest = text.slice(verb.end).trim();
  return `${tokens[0]!.text} ${verb.lower} ${textBetween(text, tokens, 1, subject.end)} ${rest}`.replace(/\.$/, '?');
}

/** Wh-words in place: `What the capital of X is` (after "tell me") -> `What is the capital of X`. */
function straighten(text: string): string {
  const tokens = tokenize(text);
  if (tokens.length < 4 || !['what', 'who', 'where', 'when'].includes(tokens[0]!.lower)) return text;
  if (!DEFINITE.has(tokens[1]!.lower) && !(tokens[1]!.capital && tokens[0]!.lower !== 'who')) return text;
  let last = tokens.length - 1;
  while (last > 0 && tokens[last]!.kind === 'punctuation') last--;
  const end = tokens[last]!;
  if (['is', 'was', 'are', 'were'].includes(end.lower)) {
    return `${tokens[0]!.text} ${end.text} ${text.slice(tokens[1]!.start, tokens[last - 1]!.end)}?`;
  }
  return inverted(text, tokens) ?? text;
}

const UNITS =
  /,? (?:in|counted in|measured in) (?:square |cubic )?(?:kilomet(?:re|er)s?|met(?:re|er)s?|miles?|feet|km²|km2|km|m²|sq km|grams?|kilograms?|kg|daltons?|degrees?|years?|days?|people|inhabitants)(?: of [a-z]+)?(?=[?.]?$)/i;

/**
 * Three orders of words that say the same as a plain question: a unit at the end, the question word at the end (`X is the code
 * of which country?`), and a set named first (`Among the rivers of X, which is the longest?`). A description after a colon is
 * put in quotation marks, so that it stays one thing.
 */
function reorder(text: string): string {
  const named = /^What (?:is|was|are) the (?:full )?names? of (?=the )/i.exec(text);
  const plain = describedAfterColon(
    named ? `What is ${text.slice(named[0].length)}` : text.length < 600 ? text.replace(UNITS, '') : text,
  );
  const tokens = tokenize(plain);
  let length = tokens.length;
  while (length > 0 && tokens[length - 1]!.kind === 'punctuation' && !CLOSERS.has(tokens[length - 1]!.text)) length--;
  const span = (from: number, to: number): string => textBetween(plain, tokens, from, to);
  const at = tokens.findIndex(
    (token, index) =>
      index > 1 &&
      index < length - 1 &&
      ['which', 'what'].includes(token.lower) &&
      tokens[index - 1]!.lower === 'of' &&
      !token.quoted,
  );
  const be = tokens.findIndex((token) => BE.has(token.lower));
  if (at > 0 && at >= length - 3 && be > 0 && be < at && !QUESTION_WORDS.has(tokens[0]!.lower)) {
    const property = span(be + 1, at - 1).replace(/^the /i, '');
    return `Which ${span(at + 1, length)}'s ${property} is ${span(0, be)}?`;
  }
  // `X belongs to which genus?` -> `To which genus does X belong?`
  const which = tokens.findIndex(
    (token, index) => index > 1 && index < length - 1 && ['which', 'what'].includes(token.lower) && !token.quoted,
  );
  if (which > 0 && which >= length - 4 && !QUESTION_WORDS.has(tokens[0]!.lower) && !AUXILIARIES.has(tokens[0]!.lower)) {
    const prefix = PREPOSITIONS.has(tokens[which - 1]!.lower) ? which - 1 : which;
    const verb = tokens[prefix - 1]!;
    const asked = span(which, length);
    const subject = lowerFirst(span(0, prefix - 1));
    if (prefix > 1 && BE.has(verb.lower))
      return `${capital(prefix < which ? `${tokens[prefix]!.text} ${asked}` : asked)} ${verb.lower} ${tokens[0]!.capital && !DEFINITE.has(tokens[0]!.lower) ? span(0, prefix - 1) : subject}?`;
    if (prefix > 1 && VERBS.has(verb.lower) && /[^s]s$/.test(verb.lower)) {
      const named = DEFINITE.has(tokens[0]!.lower) ? subject : span(0, prefix - 1);
      return `${capital(prefix < which ? `${tokens[prefix]!.text} ${asked}` : asked)} does ${named} ${verb.lower.replace(/s$/, '')}?`;
    }
  }
  // `Of what is X a kind?` -> `What is X a kind of?`
  if (tokens[0]?.lower === 'of' && tokens[1]?.lower === 'what' && be === 2) return `What ${span(2, length)} of?`;
  if (['among', 'of', 'out', 'in', 'from'].includes(tokens[0]?.lower ?? '')) {
    const start = tokens[1]?.lower === 'of' ? 2 : 1;
    const comma = tokens.findIndex((token) => token.text === ',');
    const set = comma > 0 ? nounPhraseAt(tokens, start, comma) : undefined;
    const next = tokens[comma + 1]?.lower;
    if (
      set &&
      set.end === comma &&
      !set.name &&
      /(?:s|people|children|men)$/.test(tokens[set.headEnd - 1]!.lower) &&
      set.complements.length > 0 &&
      (next === 'which' || next === 'what')
    ) {
      const head = span(set.headStart, set.headEnd)
        .replace(/ies$/, 'y')
        .replace(/([^s])s$/, '$1');
      const rest = tokens[comma + 2]?.lower === 'one' ? comma + 3 : comma + 2;
      const noun =
        rest < length && !AUXILIARIES.has(tokens[rest]!.lower) && !VERBS.has(tokens[rest]!.lower)
          ? span(rest, rest + 1)
          : '';
      const predicate = noun ? span(rest + 1, length) : span(rest, length);
      return `Which ${head} ${span(set.headEnd, set.end)} ${predicate}?`;
    }
  }
  return plain;
}

const CLOSERS = new Set(['"', '”', ')', "'", '⟧']);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const DESCRIBED =
  /\b(?:described (?:here|as follows|below|like this|thus)|(?:of|with|that fits|fitting|matching) this description)\b/;

function describedAfterColon(text: string): string {
  const colon = text.indexOf(': ');
  if (colon < 4 || colon > 120 || /["“”]/.test(text.slice(colon))) return text;
  const description = text.slice(colon + 2).replace(/[?.\s]+$/, '');
  const words = description.split(' ');
  if (words.length < 4 || words.some((word, index) => word.toLowerCase() === 'or' && index < 5 && words.length < 9))
    return text;
  if (QUESTION_WORDS.has(words[0]!.toLowerCase()) || AUXILIARIES.has(words[0]!.toLowerCase())) return text;
  if (PREPOSITIONS.has(words[0]!.toLowerCase()) && QUESTION_WORDS.has(words[1]!.toLowerCase())) return text;
  const tokens = tokenize(text.slice(0, colon));
  // `Which is larger: X or Y` lists what is compared.
  if (
    tokens.some(
      (token, at) =>
        comparativeAt(token.lower, tokens[at + 1]?.lower) || superlativeAt(token.lower, tokens[at + 1]?.lower),
    )
  )
    return text;
  // `To what family does the bird described here belong: ...`
  const described = DESCRIBED.exec(text.slice(0, colon));
  if (described) return `${text.slice(0, colon).replace(DESCRIBED, `described as “${description}”`)}?`;
  const noun = tokens.findLast(
    (token) =>
      token.kind === 'word' &&
      !VERBS.has(token.lower) &&
      ![
        'word',
        'words',
        'do',
        'does',
        'this',
        'these',
        'the',
        'description',
        'phrase',
        'following',
        'fit',
        'fits',
        'match',
        'matches',
        'apply',
        'to',
      ].includes(token.lower),
  );
  const kind = noun && !QUESTION_WORDS.has(noun.lower) && !AUXILIARIES.has(noun.lower) ? noun.text : 'thing';
  return `Which ${kind} is described as “${description}”?`;
}

/** Long inputs: the last question and the sentence before it. */
function lastSentences(text: string): string {
  if (text.length <= 1_200) return text;
  const tail = text.slice(-1_200);
  const cut = tail.search(/[.!?]\s/);
  return cut >= 0 && cut < 1_000 ? tail.slice(cut + 2).trim() : tail;
}
