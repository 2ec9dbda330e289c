/** The question set that `--dataset` and `--file` name. */
import { stat } from 'node:fs/promises';
import { userError } from '../../common/errors.ts';
import { loadAtlas } from '../../eval/datasets/atlas.ts';
import { type BrokenLinePolicy, describeBroken } from '../../eval/datasets/jsonl.ts';
import { type Dataset, loadDataset } from '../../eval/datasets/load.ts';
import { isReferenceSet, REFERENCE_SETS } from '../../eval/datasets/reference-sets.ts';
import { plainLine } from '../terminal/plain-text.ts';

export interface DatasetFlags {
  dataset?: string;
  file?: string;
  images?: string;
  onBrokenLine: BrokenLinePolicy;
}

const SPLITS = ['test', 'validation', 'train'] as const;

export async function namedDataset(flags: DatasetFlags): Promise<Dataset> {
  const { file, images, onBrokenLine } = flags;
  const dataset = flags.dataset ?? file ?? 'atlas:test';
  const set = isReferenceSet(dataset) ? dataset : undefined;
  if (set === undefined && file !== undefined && file !== dataset) {
    throw userError(
      'invalid-option',
      `--file: it names the file of a set of the paper, and not of ${dataset}; leave --dataset or --file out`,
    );
  }
  const [name, split = 'test'] = dataset.split(':');
  if (name === 'atlas') {
    if (images !== undefined) throw userError('invalid-option', '--images: the atlas has its own; leave it out');
    const known = SPLITS.find((candidate) => candidate === split);
    if (known === undefined)
      throw userError('unknown-split', `--dataset: the atlas has no split "${split}"; it has ${SPLITS.join(', ')}`);
    return loadAtlas(known);
  }
  if (set !== undefined && file === undefined) {
    throw userError(
      'file-missing',
      `--dataset ${dataset}: give its JSONL file with --file; it does not ship with the package`,
    );
  }
  const path = file ?? dataset;
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) {
    throw userError(
      'unknown-dataset',
      `--dataset: there is no file "${path}"; give one, atlas:test, or ${REFERENCE_SETS.join(', ')} with --file`,
    );
  }
  return loadDataset({
    file: path,
    set,
    images,
    onBrokenLine,
    onBroken: (line) => {
      if (onBrokenLine === 'skip') process.stderr.write(`r1-router: ${plainLine(describeBroken(line))} (skipped)\n`);
    },
  });
}
