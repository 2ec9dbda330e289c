/** The outermost noun phrases of a sentence, and whether one of them is the whole question (`What is the capital of X?`). */
import { BE } from './lexicon.ts';
import { type NounPhrase, nounPhraseAt, startsPhrase } from './noun-phrase.ts';
import type { Sentence } from './sentence.ts';

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
