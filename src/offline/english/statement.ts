/**
 * Claims in the form of a statement become yes-or-no questions: `X is larger than Y, right?`, `Is it true that X uses the Y?`
 * -> `Is X larger than Y?`, `Does X use the Y?`
 */
import { AUXILIARIES, BE, CONJUNCTIONS, DEFINITE, INDEFINITE, PREPOSITIONS, VERBS } from './lexicon.ts';
import { nounPhraseAt } from './noun-phrase.ts';
import { type Token, textBetween, tokenize } from './tokens.ts';

const BEFORE =
  /^(?:is it (?:really )?(?:true|correct|right|the case|a fact|accurate)(?: to say)?(?: that)?|(?:am i|are we) (?:right|correct)(?: in (?:thinking|saying|believing))?(?: that)?|(?:would|could|can) (?:you|one) (?:say|claim|confirm|agree)(?: that)?|do you (?:think|believe|agree)(?: that)?|true or false:|can it be said that|does it hold that|i (?:think|believe|guess|suppose|assume)(?: that)?|check whether|tell me (?:if|whether)) (?=\S)/i;
const AFTER =
  /[,.]? *(?:[–—-] *)?(?:right|correct|true|true or false|yes or no|is that (?:right|true|correct|so)|am i right|or not|(?:is|are|was|were|does|do|did|has|have)(?:n['’]t)? (?:it|he|she|they|that|there)(?: not)?)\?+$/i;

/** The question behind a claim; undefined where the text is none. */
export function claimQuestion(text: string): string | undefined {
  const before = BEFORE.exec(text);
  const rest = before ? text.slice(before[0].length) : text;
  const after = AFTER.exec(rest);
  if (!before && (!after || !/[,.–—-]/.test(after[0]))) return undefined;
  const statement = (after ? rest.slice(0, after.index) : rest).replace(/[?.!\s]+$/, '');
  return inverted(statement);
}

/** `X is Y` -> `Is X Y?`; `X uses Y` -> `Does X use Y?` */
function inverted(statement: string): string | undefined {
  const tokens = tokenize(statement);
  const verb = mainVerb(tokens);
  if (verb === undefined) return undefined;
  const word = tokens[verb]!;
  const named = tokens[0]!.capital && !DEFINITE.has(tokens[0]!.lower) && !INDEFINITE.has(tokens[0]!.lower);
  const subject = textBetween(statement, tokens, 0, verb);
  const plain = named ? subject : subject.charAt(0).toLowerCase() + subject.slice(1);
  const rest = textBetween(statement, tokens, verb + 1, tokens.length);
  if (AUXILIARIES.has(word.lower)) {
    // `The capital of X is Y`: asked of Y, so that what hangs on X ends with the question.
    if (BE.has(word.lower) && !named && isName(tokens, verb + 1)) return `${capital(word.lower)} ${rest} ${plain}?`;
    const auxiliary = word.lower === 'has' || word.lower === 'have' ? undefined : word.lower;
    if (auxiliary) return `${capital(auxiliary)} ${plain} ${rest}?`;
    return `${word.lower === 'has' ? 'Does' : 'Do'} ${plain} have ${rest}?`;
  }
  if (/(?:ed|ew|ote|ang)$/.test(word.lower)) return `Did ${plain} ${word.lower.replace(/ed$/, '')} ${rest}?`;
  const base = [word.lower.replace(/s$/, ''), word.lower.replace(/es$/, ''), word.lower.replace(/ies$/, 'y')].find(
    (form) => VERBS.has(form),
  );
  return `${base === word.lower ? 'Do' : 'Does'} ${plain} ${base ?? word.lower} ${rest}?`;
}

/** Nothing but a name follows, or one thing: `the yen`. */
function isName(tokens: readonly Token[], from: number): boolean {
  const phrase = nounPhraseAt(tokens, from, tokens.length);
  if (phrase?.end !== tokens.length || phrase.complements.length > 0) return false;
  return phrase.determiner === 'the' || tokens.slice(phrase.headStart).some(({ capital: upper }) => upper);
}

/** The verb after the subject, which may be two phrases joined by `and`. */
function mainVerb(tokens: readonly Token[]): number | undefined {
  let at = 0;
  for (let phrases = 0; phrases < 3; phrases++) {
    const phrase = nounPhraseAt(tokens, at, tokens.length);
    if (!phrase) return undefined;
    at = phrase.end;
    const token = tokens[at];
    if (!token) return undefined;
    if (AUXILIARIES.has(token.lower) || VERBS.has(token.lower)) return at;
    if (!CONJUNCTIONS.has(token.lower) || PREPOSITIONS.has(token.lower)) return undefined;
    at++;
  }
  return undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
