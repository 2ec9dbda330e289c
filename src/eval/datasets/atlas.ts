/** The questions of the atlas that ships with the package. Its test split is for measuring only. */
import { join } from 'node:path';
import { atlasDirectory } from '../../tools/open/atlas.ts';
import { type Dataset, loadDataset } from './load.ts';
import type { Question } from './question.ts';

/** The questions of the atlas of one split, with their gold steps. */
export function loadAtlas(split: NonNullable<Question['split']>): Promise<Dataset> {
  return loadDataset({ file: join(atlasDirectory(), 'questions'), split, name: `atlas-${split}` });
}
