/** What a question and the steps so far say of a sub-question: whether it asks for what is mentioned, and of what. */
import type { AskedState, Inquiry, Language } from '../../language.ts';
import { isAnswered } from './steps.ts';

const shareOf = <Item>(items: readonly Item[], is: (item: Item) => boolean): number =>
  items.length === 0 ? 0 : items.filter(is).length / items.length;

export interface Said {
  /** In [0, 1]: how surely the question mentions what the sub-question asks for. */
  said: number;
  /** Where, from 0 to 1. */
  place: number;
  /** Whether an earlier step asked for the same of something else. */
  before: boolean;
  aboutLast: boolean;
  /** Share of the properties that the question mentions which neither this nor an earlier step asks for. */
  leaves: number;
}

export const UNSAID: Said = { said: 0, place: 0, before: false, aboutLast: false, leaves: 0 };

/** What the question and the steps say of what a sub-question asks for. */
export function spokenOf(
  state: Pick<AskedState, 'question' | 'steps'>,
  { understand, inquire, words: { relatedness } }: Language,
) {
  const { steps } = state;
  const { words, names, properties } = understand(state).mentions;
  const entities = [...steps.flatMap(({ answer }) => answer || []), ...names];
  const attributes = steps.map((step) => inquire(step.subQuestion).attribute);
  const earlier = new Set(attributes.map((attribute) => attribute.join(' ')));
  const wanted = [...new Set(properties.map(({ subQuestion }) => inquire(subQuestion).attribute.join(' ')))];
  const met = new Set(attributes.flat());
  const last = steps.findLast(isAnswered)?.answer;
  const saidOf = (subQuestion: string, { attribute }: Inquiry): Said => {
    let sum = 0;
    let place = 0;
    for (const asked of attribute) {
      let best = 0;
      words.forEach((word, index) => {
        const related = relatedness(asked, word);
        if (related <= best) return;
        best = related;
        place = (index + 1) / words.length;
      });
      sum += best;
    }
    return {
      said: attribute.length === 0 ? 0 : sum / attribute.length,
      place,
      before: earlier.has(attribute.join(' ')),
      aboutLast: last !== undefined && last !== null && subQuestion.includes(last),
      leaves: shareOf(wanted, (property) =>
        property.split(' ').every((word) => !met.has(word) && !attribute.includes(word)),
      ),
    };
  };
  const withoutNames = (subQuestion: string): string =>
    entities.reduce((text, entity) => text.replace(entity, ''), subQuestion);
  return { saidOf, withoutNames };
}
