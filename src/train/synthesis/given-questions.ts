/** Questions that people have already, as items: with their gold steps, or with those that the answer's words lead to. */
import { readFile } from 'node:fs/promises';
import { sha256 } from '../../common/content-hash.ts';
import type { Question } from '../../eval/datasets/question.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { goldByWords } from '../own/gold-by-words.ts';
import type { Draft } from './draft.ts';
import type { SynthesisItem } from './synthesize.ts';

export interface GivenQuestionOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  /** Whether evidence is looked for where no gold steps are given; a chat model as teacher needs none. */
  byWords: boolean;
}

export function itemsOfQuestions(
  questions: readonly Question[],
  { knowledgeBases, byWords }: GivenQuestionOptions,
): SynthesisItem[] {
  return questions.map((given) => ({
    key: given.id,
    async drafts(signal) {
      const bytes = given.image === undefined || !byWords ? undefined : await readFile(given.image);
      const image = bytes && { bytes, hash: sha256(bytes) };
      const gold = byWords ? await goldByWords(given, { knowledgeBases, signal, ...(image && { image }) }) : undefined;
      return [draftOf(gold?.found ? gold.question : given)];
    },
  }));
}

function draftOf({
  id,
  question,
  answers,
  answerable,
  image,
  template = 'given',
  phrasing = '0',
  steps = [],
  split,
}: Question): Draft {
  return {
    id,
    ...(split && { split }),
    question,
    answers,
    ...(answerable ? {} : { answerable }),
    ...(image === undefined ? {} : { image }),
    template,
    phrasing,
    steps,
    sources: [...new Set(steps.flatMap(({ documents }) => documents.slice(0, 1)))],
  };
}
