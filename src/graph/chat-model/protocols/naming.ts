/**
 * What a language model is told that a knowledge base is called, and what its passages are. By default its own name. The
 * reference's checkpoints know theirs by other names: `Text Retriever`, `Text Image Retriever`, `Table Retriever`.
 */
import { userError } from '../../../common/errors.ts';
import type { KnowledgeBaseCard, Modality } from '../../../tools/knowledge-base.ts';
import type { Passage } from '../../../tools/passage.ts';

export type Naming = (card: KnowledgeBaseCard) => string;

export const ownNames: Naming = ({ name }) => name;

const REFERENCE_NAMES: Record<Modality, string> = {
  text: 'Text Retriever',
  'text-image': 'Text Image Retriever',
  table: 'Table Retriever',
};

/** One knowledge base of a modality takes the reference's name; where there are several, name them yourself. */
export const referenceNames: Naming = ({ modality }) => REFERENCE_NAMES[modality];

/** Said instead of a sub-question and of a name: to stop. Said instead of an answer: to abstain. */
export const NONE = 'None';

/** `None`, whatever its case, quotes or full stop. */
export function isNone(text: string): boolean {
  const bare = withoutQuotes(text.trim()).toLowerCase();
  return bare === 'none' || bare === 'none.';
}

const QUOTES = '"\'`*“”‘’';

export function withoutQuotes(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && QUOTES.includes(text[start]!)) start++;
  while (end > start && QUOTES.includes(text[end - 1]!)) end--;
  return text.slice(start, end).trim();
}

/** Displayed name to knowledge base name. Throws where two share a name, or one is called None. */
export function namesToKnowledgeBases(cards: readonly KnowledgeBaseCard[], naming: Naming): Map<string, string> {
  const names = new Map<string, string>();
  for (const card of cards) {
    const shown = naming(card).trim();
    if (shown === '' || shown.toLowerCase() === NONE.toLowerCase()) {
      throw userError(
        'ambiguous-naming',
        `naming: knowledge base "${card.name}" cannot be shown to a model as "${shown}"; name it otherwise`,
      );
    }
    if (names.has(shown)) {
      throw userError(
        'ambiguous-naming',
        `naming: "${names.get(shown)}" and "${card.name}" are both shown as "${shown}"; give them different names`,
      );
    }
    names.set(shown, card.name);
  }
  return names;
}

const PASSAGE_PREFIX: Record<Modality, string> = { text: 'ter', 'text-image': 'tir', table: 'tar' };

/** A passage as a model sees it and refers to it. */
export interface LabelledPassage {
  /** `ter-0`, `tar-1`, ...: kind, and a number from 0 within the kind. */
  label: string;
  passage: Passage;
}

/** `modality` is that of the knowledge base, where all come from one; else tables are known by cells, images by a picture. */
export function labelPassages(passages: readonly Passage[], modality?: Modality): LabelledPassage[] {
  const counts = new Map<string, number>();
  return passages.map((passage) => {
    const prefix = PASSAGE_PREFIX[modality ?? (passage.table ? 'table' : passage.image ? 'text-image' : 'text')];
    const count = counts.get(prefix) ?? 0;
    counts.set(prefix, count + 1);
    return { label: `${prefix}-${count}`, passage };
  });
}
