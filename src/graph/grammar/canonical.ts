/**
 * The plain wording of a single-hop question, under which it is searched: `How large is X in square miles?` -> `What is the area
 * of X?`, `How many people live in X?` -> `What is the population of X?`. The wording of a table's header finds the table.
 */
import { gradableAdjective } from './quantities.ts';
import { parseSentence, spanText } from './sentence.ts';

export function canonical(question: string): string {
  const sentence = parseSentence(question);
  const { tokens, length, asked } = sentence;
  if (sentence.questionWord !== 'how' || asked.start !== 0) return question;
  const second = tokens[1]?.lower ?? '';
  const adjective = gradableAdjective(second);
  const aux = tokens[2]?.lower;
  if (adjective && adjective.attributes[0] !== 'date' && (aux === 'is' || aux === 'was') && length > 3) {
    return `What is the ${adjective.attributes[0]} of ${spanText(sentence, 3, length)}?`;
  }
  if ((second === 'many' || second === 'much') && ['people', 'inhabitants', 'residents', 'persons', 'citizens'].includes(tokens[2]?.lower ?? '')) {
    const at = tokens.findIndex((token, index) => index > 2 && index < length && ['in', 'inhabit', 'populate', 'inside'].includes(token.lower));
    if (at > 0 && at + 1 < length) return `What is the population of ${spanText(sentence, at + 1, length)}?`;
    const does = tokens.findIndex((token, index) => index > 2 && (token.lower === 'does' || token.lower === 'did'));
    const have = tokens.findLastIndex((token, index) => index > does && index < length && token.lower === 'have');
    if (does > 0 && have > does + 1) return `What is the population of ${spanText(sentence, does + 1, have)}?`;
  }
  return question;
}
