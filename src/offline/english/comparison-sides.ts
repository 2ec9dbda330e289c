/** What is compared, and the question that finds it out for one side: `a larger population` -> `What is the population of X?` */

import { wordTable } from '../../common/word-table.ts';
import type { Cue } from './comparison-types.ts';
import { AUXILIARIES, isParticiple, VERBS } from './lexicon.ts';
import { type NounPhrase, nounPhraseAt } from './noun-phrase.ts';
import { rootPhrases } from './predicate.ts';
import { type Sentence, spanText } from './sentence.ts';

const EVENT_PARTICLES = new Set(['out', 'to', 'up']);

export interface Property {
  /** `population`, `number of protons`; empty where the adjective alone says it. */
  noun: string;
  plural: boolean;
}

/** The noun that follows the comparative: `a larger [population] than`, `more [protons]`. */
export function propertyAfter(sentence: Sentence, cue: Cue, limit: number): Property {
  const { tokens } = sentence;
  const start = cue.index + cue.gradable.words;
  const first = tokens[start];
  if (
    !first ||
    start >= limit ||
    first.kind !== 'word' ||
    ['in', 'by'].includes(first.lower) ||
    (VERBS.has(first.lower) && isParticiple(first.lower))
  ) {
    // `larger in area`, `higher by population`
    if (first && ['in', 'by'].includes(first.lower)) {
      const phrase = nounPhraseAt(tokens, start + 1, limit);
      if (phrase && !phrase.name) return { noun: headText(sentence, phrase), plural: false };
    }
    return { noun: '', plural: false };
  }
  const phrase = nounPhraseAt(tokens, start, limit);
  if (!phrase || phrase.name) return { noun: '', plural: false };
  const text = headText(sentence, phrase);
  if (
    ['one', 'ones', 'country', 'city', 'film', 'person', 'of', 'element'].includes(text) ||
    text === tokens[sentence.asked.end - 1]?.lower
  )
    return { noun: '', plural: false };
  return { noun: text, plural: /[^s]s$/.test(text) || text === 'people' };
}

function headText(sentence: Sentence, phrase: NounPhrase): string {
  const of = phrase.complements[0]?.kind === 'of' ? phrase.complements[0].end : phrase.headEnd;
  return spanText(sentence, phrase.headStart, Math.min(of, phrase.end));
}

/** `the director who was born earlier`: a noun between the thing and the compared property. */
export function chainNoun(
  sentence: Sentence,
  cue: Cue,
  /** Where the compared things stand; a `whose` inside of them is theirs. */
  pair: { start: number; end: number },
): string | undefined {
  const { asked } = sentence;
  const tokens = sentence.tokens.map((token, index) =>
    index >= pair.start && index < pair.end ? { ...token, lower: '', kind: 'punctuation' as const } : token,
  );
  // `which has the capital with more inhabitants`
  const withAt = tokens.findLastIndex(
    (token, index) => index < cue.index && index >= cue.index - 2 && token.lower === 'with',
  );
  if (withAt > 1 && tokens[withAt - 1]!.kind === 'word' && tokens[withAt - 2]!.lower === 'the')
    return tokens[withAt - 1]!.lower;
  for (let index = asked.end; index < cue.index; index++) {
    const { lower } = tokens[index]!;
    if ((lower === 'who' || lower === 'whose' || lower === 'that' || lower === 'which') && index > asked.end) {
      if (lower === 'whose') return tokens[index + 1]?.lower;
      const noun = tokens[index - 1]!;
      if (noun.kind === 'word' && !AUXILIARIES.has(noun.lower)) return noun.lower;
    }
  }
  if (tokens[asked.start]?.lower === 'which' || tokens[asked.start]?.lower === 'what') {
    const possessive = tokens.findIndex(
      (token, index) => token.kind === 'possessive' && index < cue.index && index <= asked.end,
    );
    if (possessive > 0 && tokens[possessive + 1] && !AUXILIARIES.has(tokens[possessive + 1]!.lower))
      return tokens[possessive + 1]!.lower;
  }
  for (let index = asked.start; index < Math.min(asked.end, cue.index); index++) {
    if (tokens[index]!.lower === 'whose' && index > asked.start) return tokens[index + 1]?.lower;
  }
  const whose = tokens.findIndex((token) => token.lower === 'whose');
  return whose >= 0 && whose < cue.index ? tokens[whose + 1]?.lower : undefined;
}

/** A verb beside the comparative: `born first`, `released earlier`, `came out first`, `died later`. */
function eventVerb(sentence: Sentence, cue: Cue): string | undefined {
  const { tokens, length } = sentence;
  for (const index of [cue.index - 1, cue.index + 1, cue.index - 2, cue.index + 2, cue.index - 3]) {
    const token = tokens[index];
    if (
      !token ||
      index < 0 ||
      index >= length ||
      token.kind !== 'word' ||
      !VERBS.has(token.lower) ||
      AUXILIARIES.has(token.lower)
    )
      continue;
    const after = tokens[index + 1];
    return after && EVENT_PARTICLES.has(after.lower) ? `${token.lower} ${after.lower}` : token.lower;
  }
  return undefined;
}

const AGES = new Set(['older', 'younger', 'elder', 'oldest', 'youngest', 'eldest']);

const LIGHT_VERBS = wordTable<string>({
  become: 'become',
  became: 'become',
  gain: 'gain',
  gained: 'gain',
  win: 'win',
  won: 'win',
  get: 'get',
  got: 'get',
  achieve: 'achieve',
  achieved: 'achieve',
  obtained: 'obtain',
  declared: 'declare',
});

const PAST_OF = wordTable<string>({
  came: 'come',
  died: 'die',
  began: 'begin',
  became: 'become',
  ended: 'end',
  started: 'start',
  lived: 'live',
  happened: 'happen',
  occurred: 'occur',
  won: 'win',
  opened: 'open',
  premiered: 'premiere',
  debuted: 'debut',
});

export function sideQuestion(sentence: Sentence, cue: Cue, property: Property, subject: string): string {
  const { attributes } = cue.gradable;
  const verb = eventVerb(sentence, cue);
  if (attributes[0] === 'date' && property.noun === '') {
    if (!verb)
      return AGES.has(sentence.tokens[cue.index]!.lower)
        ? `When was ${subject} born?`
        : `What is the date of ${subject}?`;
    const light = LIGHT_VERBS[verb.split(' ', 1)[0]!];
    if (light) {
      // `gained its independence earlier`, `became independent first`: the verb says little without its object.
      const at = sentence.tokens.findIndex((token) => token.lower === verb.split(' ', 1)[0]);
      const object = spanText(sentence, at + 1, at < cue.index ? cue.index : sentence.length)
        .split(/[,:]/, 1)[0]!
        .trim();
      if (object) return `When did ${subject} ${light} ${object}?`;
    }
    const [first = '', particle] = verb.split(' ');
    const base = PAST_OF[first];
    if (base) return `When did ${subject} ${base}${particle ? ` ${particle}` : ''}?`;
    return `When was ${subject} ${verb}?`;
  }
  if (property.noun !== '') {
    if (property.plural && attributes.length === 0) {
      if (property.noun === 'people' || property.noun === 'inhabitants' || property.noun === 'residents')
        return `What is the population of ${subject}?`;
      return `How many ${property.noun} does ${subject} have?`;
    }
    return `What is the ${property.noun} of ${subject}?`;
  }
  if (attributes.length === 0) {
    const object = verb ? spanText(sentence, cue.index + 1, sentence.length) : '';
    return object ? `How many ${object} does ${subject} have?` : `What is the number of ${subject}?`;
  }
  const settlement = comparesSettlements(sentence);
  return `What is the ${settlement && attributes.includes('population') ? 'population' : attributes[0]} of ${subject}?`;
}

/** One of the sides is a city by its own noun, or a city is asked for; not `the country whose capital is X`. */
function comparesSettlements(sentence: Sentence): boolean {
  const { tokens, asked } = sentence;
  for (let index = asked.start; index < asked.end; index++) if (SETTLEMENTS.has(tokens[index]!.lower)) return true;
  return rootPhrases(sentence).some(
    (phrase) =>
      SETTLEMENTS.has(tokens[phrase.headEnd - 1]?.lower ?? '') ||
      (phrase.headEnd - phrase.headStart > 1 && SETTLEMENTS.has(tokens[phrase.headStart]!.lower)),
  );
}

/** A larger city is one with more people; a larger country or lake has more land or water. */
const SETTLEMENTS = new Set(['city', 'cities', 'town', 'towns', 'village', 'villages', 'capital', 'capitals']);
