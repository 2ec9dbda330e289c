/**
 * Questions of the small world in several phrasings, some of which train lacks. All names are in train: what is measured is whether a
 * phrasing that was never taught is routed, and not whether a tiny decoder can copy a name it has not met.
 */
import type { TrainingData } from '../../../src/train/trainer/training-data.ts';
import { smallData } from '../small-world.ts';

const PHRASINGS = {
  train: [
    (gold: string) => gold,
    (gold: string) => gold.replace(/^(What|Who) is/, 'Please tell me').replace('?', '.'),
    (gold: string) => gold.replace(/^(What|Who) is the (\w+) of (\w+)\?$/, 'The $2 of $3?'),
    (gold: string) => gold.replace(/^(What|Who) is the (\w+) of (\w+)\?$/, 'I would like to know the $2 of $3.'),
  ],
  heldOut: [
    (gold: string) => gold.replace(/^(What|Who) is the (\w+) of (\w+)\?$/, '$3: the $2?'),
    (gold: string) => gold.replace(/^(What|Who) is the (\w+) of (\w+)\?$/, 'Of $3, please tell me the $2.'),
  ],
};

export function phrasedData(): TrainingData {
  const { train, validation } = smallData();
  const asked = (phrasings: readonly ((gold: string) => string)[], name: string) =>
    [...train, ...validation].flatMap(({ question }) =>
      phrasings.map((phrase, place) => ({
        question: {
          ...question,
          id: `${question.id}/${name}-${place}`,
          template: `${name}-${place}`,
          question: phrase(question.question),
        },
      })),
    );
  return { train: asked(PHRASINGS.train, 'train'), validation: asked(PHRASINGS.heldOut, 'held-out') };
}
