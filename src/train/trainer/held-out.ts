/**
 * By which questions a training's policy is chosen: those of templates that train lacks, and natural wordings. A grammar that has
 * every train template right cannot be bettered on them, and a network that has learnt their routes by heart looks best there.
 */
import { join } from 'node:path';
import { keyedRandom } from '../../common/random.ts';
import { loadDataset } from '../../eval/datasets/load.ts';
import type { Question } from '../../eval/datasets/question.ts';
import { atlasDirectory } from '../../tools/open/atlas.ts';

/** 382 questions of the atlas as people type them, written by hand from train and validation questions. */
const naturalOfTheAtlas = () => join(atlasDirectory(), '..', 'wordings', 'natural.jsonl');

export interface Splits {
  train: readonly Question[];
  validation: readonly Question[];
}

/**
 * Takes `share` of the templates that both splits have out of train, the same ones whatever the seed, and keeps of validation what
 * train then lacks. Where there is nothing of that kind (no templates are named, too few, or `share` is 0) the splits stay as they are.
 */
export function holdOutTemplates({ train, validation }: Splits, share: number): Splits {
  const taught = templatesOf(train);
  const common = [...templatesOf(validation)].filter((template) => taught.has(template)).sort();
  const drawn = keyedRandom('held-out-templates').shuffle(common);
  const heldOut = new Set(drawn.slice(0, Math.floor(share * common.length)));
  if (heldOut.size === 0) return { train, validation };
  const kept = (template: string | undefined): boolean => template === undefined || !heldOut.has(template);
  const isUnseen = ({ template }: Question): boolean =>
    template !== undefined && (heldOut.has(template) || !taught.has(template));
  return { train: train.filter(({ template }) => kept(template)), validation: validation.filter(isUnseen) };
}

const templatesOf = (questions: readonly Question[]): Set<string> =>
  new Set(questions.flatMap(({ template }) => (template === undefined ? [] : [template])));

/** `source` is `atlas`, or a JSONL file of questions; throws what a broken file throws. */
export async function naturalQuestions(source: string): Promise<Question[]> {
  return (await loadDataset({ file: source === 'atlas' ? naturalOfTheAtlas() : source })).questions;
}
