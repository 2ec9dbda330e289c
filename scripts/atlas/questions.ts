/** Turns drafts into rows: ids, files by licence, the query image of each, and what of a question training never showed. */

import { keyedRandom } from '../../src/common/random.ts';
import type { Question } from '../../src/eval/datasets/question.ts';
import type { Draft } from './draft.ts';
import type { Source } from './facts.ts';
import type { StoredImage } from './images.ts';
import { RESTRICTIVENESS } from './licences.ts';
import { type QueryImage, queryImage } from './query-images.ts';

/** How many different pictures are made of one flag or drawing. */
const VARIANTS = 3;

export interface QuestionFile {
  name: string;
  sources: Source[];
  rows: Question[];
}

export interface QuestionSet {
  files: QuestionFile[];
  images: { image: QueryImage; folder: 'flags' | 'openmoji'; stored: StoredImage }[];
}

export async function questionSet(
  drafts: readonly Draft[],
  images: readonly StoredImage[],
  seed: number,
): Promise<QuestionSet> {
  const stored = new Map(images.map((image) => [image.document.id, image]));
  const made = new Map<string, { image: QueryImage; folder: 'flags' | 'openmoji'; stored: StoredImage }>();
  const trained = vocabulary(drafts.filter(({ split }) => split === 'train'));
  const counters = new Map<string, number>();
  const files = new Map<string, QuestionFile>();
  for (const draft of drafts) {
    const number = (counters.get(draft.template) ?? 0) + 1;
    counters.set(draft.template, number);
    const row: Question = {
      id: `atlas/${draft.template}/${String(number).padStart(4, '0')}`,
      question: draft.question,
      answers: draft.answers,
      answerable: draft.answerable,
      split: draft.split,
      template: draft.template,
      phrasing: draft.wordings.join('+'),
      relations: draft.relations,
      ...(draft.route === undefined ? {} : { route: draft.route }),
      unseen: unseenOf(draft, trained),
      steps: draft.steps,
    };
    if (draft.pictured !== undefined) {
      const variant = keyedRandom(seed, 'variant', row.id).below(VARIANTS);
      const key = `${draft.pictured}#${variant}`;
      const source = stored.get(draft.pictured)!;
      const folder = draft.pictured.startsWith('flags/') ? 'flags' : 'openmoji';
      if (!made.has(key))
        made.set(key, { image: await queryImage(source, [seed, draft.pictured, variant]), folder, stored: source });
      const { image } = made.get(key)!;
      row.image = `../queries/${folder}/${image.name}`;
      row.transform = image.transform;
    }
    const owner = RESTRICTIVENESS.find((source) => draft.sources.includes(source));
    const name = `questions-${owner ?? 'own'}`;
    const file = files.get(name) ?? { name, sources: [], rows: [] };
    file.rows.push(row);
    file.sources = RESTRICTIVENESS.filter((source) => file.sources.includes(source) || draft.sources.includes(source));
    files.set(name, file);
  }
  return { files: [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), images: [...made.values()] };
}

interface Vocabulary {
  clusters: Set<string>;
  templates: Set<string>;
  relations: Set<string>;
  wordings: Set<string>;
}

function vocabulary(drafts: readonly Draft[]): Vocabulary {
  return {
    clusters: new Set(drafts.flatMap((draft) => draft.clusters)),
    templates: new Set(drafts.map((draft) => draft.template)),
    relations: new Set(drafts.flatMap((draft) => draft.relations)),
    wordings: new Set(drafts.flatMap((draft) => draft.wordings)),
  };
}

function unseenOf(draft: Draft, trained: Vocabulary): NonNullable<Question['unseen']> {
  return {
    // A question about nothing in particular (7 plus 5) has no entity to be new.
    entity: draft.clusters.length > 0 && draft.clusters.every((cluster) => !trained.clusters.has(cluster)),
    template: !trained.templates.has(draft.template),
    relation: draft.relations.some((relation) => !trained.relations.has(relation)),
    phrasing: draft.wordings.some((wording) => !trained.wordings.has(wording)),
  };
}
