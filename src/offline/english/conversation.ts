/**
 * Makes a question stand on its own: pronouns that point at an earlier turn of the conversation (`What is its population?`,
 * `And in Spain?`) or at an earlier clause of the same question (`Consider the country shown. What is its capital?`) are
 * replaced by what they stand for.
 */
import type { Turn } from '../../graph/policy.ts';
import { dislocated, topicOf as topicOfText, unfronted } from './fronting.ts';
import { AUXILIARIES, PICTURE_NOUNS, QUESTION_WORDS, SHOWN } from './lexicon.ts';
import { CLASSES, REPRESENTATIONS } from './noun-classes.ts';
import { type NounPhrase, nounPhraseAt, startsPhrase } from './noun-phrase.ts';
import { withoutLeadIn } from './tidy.ts';
import { type Token, textBetween, tokenize } from './tokens.ts';

const SUBJECT = new Set(['it', 'they', 'he', 'she', 'them', 'him']);
const OWNER = new Set(['its', 'their', 'his']);
const DEMONSTRATIVE = new Set(['that', 'this', 'the']);
const POINTING = new Set([...SUBJECT, ...OWNER, 'her', 'there', 'that']);

/** A chain of follow-ups is followed back over so many turns. */
const LONGEST_CHAIN = 50;

/**
 * The question with pronouns of earlier turns resolved; unchanged where it has none. An earlier turn may have been a follow-up
 * itself: it is resolved first.
 */
export function standalone(question: string, conversation: readonly Turn[]): string {
  return resolve(question, conversation.slice(-LONGEST_CHAIN));
}

function resolve(question: string, conversation: readonly Turn[]): string {
  const own = resolveWithin(question);
  const tokens = tokenize(own);
  const phrase = followUp(tokens);
  const last = conversation.at(-1);
  if (!last || !(phrase || tokens.some(({ lower }) => POINTING.has(lower)))) return own;
  const earlier = { ...last, question: resolve(withoutLeadIn(last.question), conversation.slice(0, -1)) };
  const topic = topicOf(earlier);
  if (phrase && topic && OWNER.has(tokens[phrase.start]?.lower ?? '')) {
    const asked = `What is ${textBetween(own, tokens, phrase.start, phrase.end)}?`;
    return replacePronouns(asked, tokenize(asked), topic, 0);
  }
  const swapped = phrase && swapTopic(textBetween(own, tokens, phrase.start, phrase.end), earlier);
  if (swapped) return swapped;
  return topic ? replacePronouns(own, tokens, topic, 0) : own;
}

/** What `What about Spain?`, `And in Spain?` and `And its capital?` name; undefined for a question with words of its own. */
function followUp(tokens: readonly Token[]): { start: number; end: number } | undefined {
  const lower = tokens.map((token) => token.lower);
  let start = lower[0] === 'and' ? 1 : 0;
  const about = (lower[start] === 'what' || lower[start] === 'how') && lower[start + 1] === 'about';
  const bare =
    start === 1 &&
    tokens.length <= 8 &&
    !lower.some((word, index) => index > 0 && (AUXILIARIES.has(word) || QUESTION_WORDS.has(word)));
  if (about) start += 2;
  else if (!bare) return undefined;
  if (['of', 'in', 'for', 'about'].includes(lower[start] ?? '')) start++;
  let end = tokens.length;
  while (end > start && tokens[end - 1]!.kind === 'punctuation') end--;
  return { start, end };
}

/** The last question with another name in it. */
function swapTopic(name: string, last: Turn): string | undefined {
  const old = lastName(last.question);
  return name && old ? last.question.slice(0, old.start) + name + last.question.slice(old.end) : undefined;
}

function lastName(question: string): { start: number; end: number } | undefined {
  const tokens = tokenize(question);
  let found: { start: number; end: number } | undefined;
  for (let index = 1; index < tokens.length; index++) {
    if (!tokens[index]!.capital || tokens[index]!.kind !== 'word') continue;
    const phrase = nounPhraseAt(tokens, index, tokens.length);
    let end = phrase ? phrase.headEnd : index + 1;
    // `Oslo's population` is about Oslo; `Schindler's List` is a name.
    const owner = tokens.findIndex(({ kind }, at) => at > index && at < end && kind === 'possessive');
    if (owner > 0 && !tokens[owner + 1]?.capital) end = owner;
    found = { start: tokens[index]!.start, end: tokens[end - 1]!.end };
    index = end;
  }
  return found;
}

/** What the last turn was about: its answer where that is a name, else the name in its question. */
function topicOf(turn: Turn): string | undefined {
  const { answer } = turn;
  if (answer && answer.length <= 60 && !/^[\d\s.,%-]+/.test(answer) && !/^(yes|no)$/i.test(answer)) return answer;
  const name = lastName(turn.question);
  return name && turn.question.slice(name.start, name.end);
}

function replacePronouns(text: string, tokens: readonly Token[], topic: string, from: number): string {
  let out = '';
  let at = 0;
  for (let index = from; index < tokens.length; index++) {
    const token = tokens[index]!;
    const next = tokens[index + 1];
    let replacement: string | undefined;
    let end = token.end;
    if (SUBJECT.has(token.lower)) replacement = topic;
    else if (
      token.lower === 'there' &&
      index > 0 &&
      !AUXILIARIES.has(next?.lower ?? '') &&
      !['is', 'are'].includes(tokens[index - 1]!.lower)
    )
      replacement = `in ${topic}`;
    else if (OWNER.has(token.lower) || (token.lower === 'her' && next?.kind === 'word')) {
      // `its currency` -> `the currency of X`: X may be a long phrase, to which no 's can be put.
      const owned = nounPhraseAt(tokens, index + 1, tokens.length);
      const headEnd = owned ? tokens[owned.headEnd - 1]!.end : undefined;
      const chain = owned && topic.includes(' ') ? ownedChain(text, tokens, index + 1, owned.headEnd) : undefined;
      replacement = headEnd === undefined || !topic.includes(' ') ? `${topic}'s` : `the ${chain} of ${topic}`;
      if (headEnd !== undefined && topic.includes(' ')) {
        end = headEnd;
        index = owned!.headEnd - 2;
      }
    } else if (
      DEMONSTRATIVE.has(token.lower) &&
      token.lower !== 'the' &&
      token.lower !== 'this' &&
      next?.kind === 'word' &&
      ANAPHORS.has(next.lower)
    ) {
      replacement = topic;
      end = next.end;
    }
    if (replacement === undefined) continue;
    out += text.slice(at, token.start) + replacement;
    at = end;
    if (end !== token.end) index++;
  }
  return out + text.slice(at);
}

/** `capital 's population` -> `population of the capital`. */
function ownedChain(text: string, tokens: readonly Token[], from: number, to: number): string {
  const parts: string[] = [];
  let start = from;
  for (let index = from; index <= to; index++) {
    if (index < to && tokens[index]!.kind !== 'possessive') continue;
    parts.unshift(textBetween(text, tokens, start, index));
    start = index + 1;
  }
  return parts.join(' of the ');
}

const ANAPHORS = new Set(
  'country nation state city place person man woman animal creature plant object thing element film movie book river island one capital town'.split(
    ' ',
  ),
);

/** `[This flag belongs to a country.] What is its capital?`: the clause before the question says what `its` means. */
function resolveWithin(question: string): string {
  if (question.length > 2_000) return question;
  const topic = topicOfText(question) ?? dislocated(question);
  if (topic) {
    const about = replacePronouns(topic.question, tokenize(topic.question), topic.phrase, 0);
    const whole = about === topic.question ? unfronted(`of ${topic.phrase}, ${topic.question}`) : about;
    if (whole) return whole.charAt(0).toUpperCase() + whole.slice(1);
  }
  const tokens = tokenize(question);
  const cut = clauseCut(tokens);
  if (cut === undefined) return question;
  const main = tokens.slice(cut);
  const points = main.some(
    (token, index) =>
      OWNER.has(token.lower) ||
      (SUBJECT.has(token.lower) && index > 0) ||
      (token.lower === 'that' && ANAPHORS.has(main[index + 1]?.lower ?? '')) ||
      token.lower === 'there',
  );
  const antecedent = points ? antecedentOf(question, tokens, cut) : undefined;
  if (!antecedent) return question;
  const text = question.slice(tokens[cut]!.start);
  const replaced = replacePronouns(text, tokenize(text), antecedent, 0);
  return replaced.charAt(0).toUpperCase() + replaced.slice(1);
}

const asksNext = (tokens: readonly Token[], at: number): boolean =>
  ['what', 'which', 'how', 'who', 'when', 'where'].includes(tokens[at]!.lower) ||
  (['in', 'to', 'on', 'of', 'from', 'since'].includes(tokens[at]!.lower) &&
    QUESTION_WORDS.has(tokens[at + 1]?.lower ?? ''));

/** Where the question proper begins after a first clause; undefined where there is no such clause. */
function clauseCut(tokens: readonly Token[]): number | undefined {
  for (let index = tokens.length - 3; index > 2; index--) {
    const token = tokens[index]!;
    // `... which country has this flag and what is its capital`
    if (token.lower === 'and' && asksNext(tokens, index + 1)) return index + 1;
    if (token.quoted || !['.', ',', ';', ':', '-', '–', '—'].includes(token.text)) continue;
    const next = tokens[index + 1]!;
    if (
      QUESTION_WORDS.has(next.lower) ||
      AUXILIARIES.has(next.lower) ||
      (['name', 'give', 'state', 'tell', 'find', 'identify', 'in', 'on', 'to'].includes(next.lower) &&
        (token.text !== ',' || next.capital))
    )
      return index + 1;
    if (
      token.text === ',' &&
      ['in', 'on', 'to', 'of', 'from'].includes(next.lower) &&
      QUESTION_WORDS.has(tokens[index + 2]?.lower ?? '')
    )
      return index + 1;
  }
  return undefined;
}

function antecedentOf(question: string, tokens: readonly Token[], cut: number): string | undefined {
  let best: NounPhrase | undefined;
  for (let index = 0; index < cut - 1; ) {
    const phrase = startsPhrase(tokens, index) ? nounPhraseAt(tokens, index, cut - 1) : undefined;
    if (
      phrase &&
      (!best || (phrase.complements.length > 0 && best.complements.length === 0) || (phrase.picture && !best.picture))
    )
      best = phrase;
    index = phrase ? Math.max(phrase.end, index + 1) : index + 1;
  }
  if (!best) return undefined;
  const text = textBetween(question, tokens, best.start, best.end);
  const said = tokens.slice(0, cut).map((token) => token.lower);
  const belongs = said.findIndex((word) => ['belongs', 'represents', 'flown', 'used'].includes(word));
  if (best.picture && belongs > 0) {
    // `This flag belongs to a country`: the later pronoun means the country.
    for (let index = belongs + 1; index < cut - 1; index++) {
      const other = ['a', 'an', 'some', 'the'].includes(said[index]!)
        ? nounPhraseAt(tokens, index, cut - 1)
        : undefined;
      if (other)
        return `the ${textBetween(question, tokens, other.headStart, other.headEnd)} ${lowerFirst(text)} belongs to`;
    }
  }
  // `This is the flag of a country.`: the pronoun means the country.
  const mentioned = ownerOfPicture(tokens, cut);
  if (mentioned) return mentioned;
  const head = tokens[best.headEnd - 1]!.lower;
  const child = best.children[0];
  if (
    ['this', 'these'].includes(said[0]!) &&
    ['flag', 'emblem', 'banner', 'logo'].includes(head) &&
    child &&
    !child.name
  ) {
    return `the ${textBetween(question, tokens, child.headStart, child.headEnd)} whose ${head} is shown`;
  }
  return lowerFirst(text, best.name);
}

/** `The flag in the photo is that of a country`: what is shown stands for the thing named with an indefinite article. */
function ownerOfPicture(tokens: readonly Token[], cut: number): string | undefined {
  const words = tokens.slice(0, cut).map((token) => token.lower);
  const drawing = words.find((word) => REPRESENTATIONS.has(word));
  const owner = words.findIndex(
    (word, index) =>
      CLASSES.has(word) &&
      ['a', 'an', 'some', 'one', 'which', 'what', 'certain', 'its', 'the', 'whose', 'that'].includes(
        words[index - 1] ?? '',
      ),
  );
  const pointed = words.some(
    (word) => SHOWN.has(word) || PICTURE_NOUNS.has(word) || ['this', 'here', 'see', 'above', 'below'].includes(word),
  );
  if (drawing === 'flag' && pointed && owner < 0) return 'the country whose flag is shown';
  return drawing && pointed && owner > 0 ? `the ${words[owner]} whose ${drawing} is shown` : undefined;
}

const lowerFirst = (text: string, name = false): string => (name ? text : text.charAt(0).toLowerCase() + text.slice(1));
