/** Everything that plain templates ask of some knowledge bases, without a model, in an order drawn by the seed. */
import { keyedRandom } from '../../common/random.ts';
import type { Modality } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import { plainWords } from './answer-words.ts';
import type { Draft, Item } from './draft.ts';
import { tableToTextItems, textToTableItems } from './linked-questions.ts';
import { sourceTables } from './table-facts.ts';
import { tableItems } from './table-questions.ts';
import { captionItems, rareWords, sentenceFacts, textItems } from './text-questions.ts';

export interface SourceKnowledgeBase {
  name: string;
  modality: Modality;
  passages: readonly Passage[];
}

export interface TemplateItemOptions {
  seed: number;
  /** Wordings of a fact at most. */
  wordings: number;
  /** The file of a picture, where it can be shown. */
  imageFile?: (passage: Passage) => string | undefined;
}

/** Kinds take turns, so that a first few items have some of each; the wordings of a fact are drawn by the seed. */
export function templateItems(
  knowledgeBases: readonly SourceKnowledgeBase[],
  { seed, wordings, imageFile = () => undefined }: TemplateItemOptions,
): Item[] {
  const all = knowledgeBases.flatMap(({ passages }) => passages);
  const rare = rareWords(all);
  const tables = sourceTables(all);
  const texts = all.filter(({ table }) => table === undefined);
  const pictures = new Set(
    knowledgeBases.filter(({ modality }) => modality === 'text-image').flatMap(({ passages }) => passages),
  );
  const made = [
    ...tables.flatMap(tableItems),
    ...texts.flatMap((passage) =>
      pictures.has(passage) ? captionItems(passage, rare, imageFile(passage)) : textItems(passage, rare),
    ),
    ...tableToTextItems(tables, texts.flatMap(sentenceFacts), rare),
    ...textToTableItems(tables, texts, imageFile),
  ];
  const distinct = [...new Map(made.map((item) => [item.key, item])).values()];
  const also = otherPlaces(all);
  const chosen = inTurns(distinct, seed).map(({ key, drafts }) => {
    const drawn = keyedRandom('wordings', seed, key).shuffle(drafts).slice(0, wordings);
    return { key, drafts: drawn.map(also) };
  });
  return chosen.filter(({ drafts }) => drafts.length > 0);
}

function inTurns(items: readonly Item[], seed: number): Item[] {
  const byTemplate = Map.groupBy(items, ({ drafts }) => drafts[0]?.template ?? '');
  const queues = [...byTemplate].map(([template, own]) => keyedRandom('items', seed, template).shuffle(own));
  const turns = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: turns }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat();
}

/** Shorter answers stand in too many places by chance. */
const TELLING = 12;

/** The same fact often stands in several places: a sentence with the same long answer serves as well. */
function otherPlaces(passages: readonly Passage[]): (draft: Draft) => Draft {
  const texts = passages.map((passage) => ({ passage, text: plainWords(passage.text) }));
  const known = new Map<string, string[]>();
  const placesOf = (answer: string): string[] => {
    const plain = plainWords(answer);
    const found = known.get(plain) ?? texts.filter(({ text }) => text.includes(plain)).map(({ passage }) => passage.id);
    known.set(plain, found);
    return found;
  };
  return (draft) => ({
    ...draft,
    steps: draft.steps.map((step) => {
      if (step.answer.length < TELLING || step.answer.split(/\s+/).length < 3) return step;
      return { ...step, documents: [...new Set([...step.documents, ...placesOf(step.answer)])] };
    }),
  });
}
