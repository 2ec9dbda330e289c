/** The question that looks up what a phrase stands for: `the country whose capital is X` -> `Which country's capital is X?` */
import { AUXILIARIES, BE, DO, MODALS, PREPOSITIONS, VERBS } from './lexicon.ts';
import { isPersonNoun } from './noun-classes.ts';
import type { Complement, NounPhrase } from './noun-phrase.ts';
import { superlativeAt } from './quantities.ts';
import { type Sentence, spanText } from './sentence.ts';

/** The question whose answer is what the phrase stands for. */
export function lookupQuestion(sentence: Sentence, phrase: NounPhrase): string {
  const { tokens } = sentence;
  const head = spanText(sentence, phrase.headStart, phrase.headEnd);
  const noun = tokens[phrase.headEnd - 1]!.lower;
  const last = phrase.complements.at(-1)!;
  const only = phrase.complements.length === 1;
  // `the largest country next to X` is one of a kind: `What is the largest ...`, not `Which largest ...`.
  const extreme = superlativeAt(tokens[phrase.headStart]!.lower, tokens[phrase.headStart + 1]?.lower) !== undefined;
  const described = descriptionQuestion(sentence, phrase, head);
  if (described) return described;
  if (only && last.kind === 'reduced-relative') {
    const question = reducedQuestion(sentence, head, last);
    if (question) return question;
  }
  if (only && !extreme && (last.kind === 'relative' || last.kind === 'participle' || last.kind === 'preposition')) {
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

/** `the animal that fits the description “...”` -> `Which animal is described as “...”?` */
function descriptionQuestion(sentence: Sentence, phrase: NounPhrase, head: string): string | undefined {
  const text = spanText(sentence, phrase.headEnd, phrase.end);
  const quoted = /[“"]([^“”"]{10,})[”"]/.exec(text);
  if (!quoted || !/\b(?:description|described|describe|words|definition|defined|phrase)\b/i.test(text))
    return undefined;
  return `Which ${head} is described as “${quoted[1]!.trim()}”?`;
}

/** `the country X is in` -> `Which country is X in?`; `the club X plays for` -> `Which club does X play for?` */
function reducedQuestion(sentence: Sentence, head: string, clause: Complement): string | undefined {
  const { tokens } = sentence;
  let verb = clause.start + 1;
  const plain = (index: number): boolean => !tokens[index]!.capital && !tokens[index]!.quoted;
  while (
    verb < clause.end - 1 &&
    !(plain(verb) && (AUXILIARIES.has(tokens[verb]!.lower) || VERBS.has(tokens[verb]!.lower)))
  )
    verb++;
  if (verb >= clause.end - 1 && !VERBS.has(tokens[verb]!.lower) && !AUXILIARIES.has(tokens[verb]!.lower))
    return undefined;
  const subject = spanText(sentence, clause.start, verb);
  const rest = spanText(sentence, verb + 1, clause.end);
  const { lower } = tokens[verb]!;
  if (AUXILIARIES.has(lower)) return `Which ${head} ${lower} ${subject}${rest ? ` ${rest}` : ''}?`;
  const does = lower.endsWith('s') && !lower.endsWith('ss') ? 'does' : PAST.test(lower) ? 'did' : 'do';
  return `Which ${head} ${does} ${subject} ${baseOf(lower)}${rest ? ` ${rest}` : ''}?`;
}

const PAST = /ed$|^(?:wrote|won|led|ran|sang|took|made|built|came|grew|held|lost|sold|taught|drew)$/;

/** `plays` -> `play`, `carries` -> `carry`, `directed` -> `direct`: the form after `do`. */
function baseOf(verb: string): string {
  const forms = [
    verb.replace(/ies$|ied$/, 'y'),
    verb.replace(/d$/, ''),
    verb.replace(/ed$/, ''),
    verb.replace(/(.)\1ed$/, '$1'),
    verb.replace(/s$/, ''),
    verb.replace(/es$/, ''),
  ];
  return forms.find((form) => form !== verb && VERBS.has(form)) ?? verb;
}

function clauseQuestion(sentence: Sentence, head: string, clause: Complement): string | undefined {
  const { tokens } = sentence;
  const first = tokens[clause.start]!.lower;
  const rest = spanText(sentence, clause.start + 1, clause.end);
  const second = tokens[clause.start + 1];
  if (clause.kind === 'participle') return `Which ${head} is ${spanText(sentence, clause.start, clause.end)}?`;
  if (clause.kind === 'preposition') {
    if (first !== 'with') return undefined;
    const role = /^(.+?) (?:as|for) (?:its|their|a|an|the) (.+)$/.exec(rest);
    if (role) return `Which ${head} has ${role[1]} as its ${role[2]}?`;
    const article =
      second &&
      (['the', 'a', 'its', 'their', 'no'].includes(second.lower) || second.lower === 'an' || second.kind === 'number')
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
  // `that X is the capital of`, `which X belongs to`: asked like the clause without its pronoun.
  if (['that', 'which', 'whom'].includes(first) && clause.end - clause.start > 2)
    return reducedQuestion(sentence, head, { ...clause, start: clause.start + 1 });
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
    if (
      (!BE.has(tokens[index]!.lower) && !DO.has(tokens[index]!.lower) && !MODALS.has(tokens[index]!.lower)) ||
      tokens[index]!.capital ||
      tokens[index]!.quoted
    )
      continue;
    const subject = spanText(sentence, from, index);
    const predicate = spanText(sentence, index + 1, clause.end);
    return `${prefix} ${head} ${tokens[index]!.lower} ${subject}${predicate ? ` ${predicate}` : ''}?`;
  }
  // `where you find X` -> `In which country can you find X?`
  if (SOMEONE.has(tokens[from]!.lower) && VERBS.has(tokens[from + 1]?.lower ?? '') && from + 2 < clause.end)
    return `${prefix} ${head} can ${spanText(sentence, from, clause.end)}?`;
  // `in which X lies` -> `In which country is X located?`; any other verb: `does X flow`.
  const verb = tokens[clause.end - 1]!;
  if (clause.end - from < 2 || !VERBS.has(verb.lower)) return undefined;
  const subject = spanText(sentence, from, clause.end - 1);
  if (['lies', 'lie', 'sits', 'stands'].includes(verb.lower)) return `${prefix} ${head} is ${subject} located?`;
  return verb.lower.endsWith('s') ? `${prefix} ${head} does ${subject} ${verb.lower.replace(/s$/, '')}?` : undefined;
}

const SOMEONE = new Set(['you', 'one', 'we', 'people']);

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
