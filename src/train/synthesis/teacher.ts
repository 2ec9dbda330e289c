/**
 * Teachers: whatever walks a question through the graph so that its run can be learnt from. `goldTeacher` asks the gold steps and needs no model;
 * `chatTeacher` is a chat model that decides, reads and answers.
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import { searchFor } from '../../graph/decision.ts';
import { driveRouter } from '../../graph/driver.ts';
import type { ImageStore } from '../../graph/image-store.ts';
import type { RouterGraphOptions } from '../../graph/options.ts';
import type { RouterOutput } from '../../graph/run-state.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Draft } from './draft.ts';

interface TeacherTask {
  draft: Draft;
  /** Hash of its image in the image store. */
  image?: string;
  /** Which try at the same question. */
  sample: number;
  seed: string;
  signal?: AbortSignal;
}

export interface Teacher {
  readonly name: string;
  /** Whether a second sample can differ from the first. */
  readonly varies: boolean;
  run(task: TeacherTask): Promise<RouterOutput>;
}

export interface TeacherOptions {
  knowledgeBases: readonly SearchableKnowledgeBase[];
  images: ImageStore;
  maxSteps?: number;
}

/** Passages a gold reader looks through: as many as the readers that serve are shown. */
const READ = 8;

/** Asks the gold steps in order; it reads the gold answer where a gold passage is among those found, and answers with the last. */
export function goldTeacher({ knowledgeBases, images, maxSteps = 5 }: TeacherOptions): Teacher {
  return {
    name: 'gold-steps',
    varies: false,
    async run({ draft, image, seed, signal }) {
      const drive = driveRouter({ ...goldParts(draft), knowledgeBases, images, maxSteps });
      return drive({ question: draft.question, ...(image && { image }) }, { context: { seed }, signal });
    },
  };
}

function goldParts({ steps, answers }: Draft): Pick<RouterGraphOptions, 'policy' | 'reader' | 'answerer'> {
  return {
    policy: {
      name: 'gold-steps',
      version: '1',
      async decide({ steps: taken }) {
        const next = steps[taken.length];
        return { decision: next ? searchFor(next.subQuestion, next.knowledgeBase) : { type: 'stop' } };
      },
    },
    reader: {
      name: 'gold-steps',
      limit: READ,
      async read({ passages, steps: taken }) {
        const gold = steps[taken.length];
        const found = passages.find(({ id, documentId }) =>
          gold?.documents.some((one) => one === id || one === documentId),
        );
        if (!gold || !found) return { answer: null, citations: [] };
        return { answer: gold.answer, citations: [{ passageId: found.id, knowledgeBase: found.knowledgeBase }] };
      },
    },
    answerer: {
      name: 'gold-steps',
      async answer({ steps: taken }) {
        const last = taken.at(-1);
        const complete = taken.length >= steps.length && taken.every(({ answer }) => answer !== null);
        const { citations = [] } = last?.reading ?? {};
        return { answer: complete ? (answers[0] ?? null) : null, citations, usage: { reads: 0 } };
      },
    },
  };
}

/** A chat model through the whole graph. Samples differ as far as the model's temperature lets them. */
export function chatTeacher(model: BaseChatModel, { knowledgeBases, images, maxSteps = 5 }: TeacherOptions): Teacher {
  const drive = driveRouter({
    policy: chatModelPolicy({ model }),
    reader: chatModelReader({ model }),
    answerer: chatModelAnswerer({ model }),
    knowledgeBases,
    images,
    maxSteps,
  });
  return {
    name: 'chat-model',
    varies: true,
    run: ({ draft, image, sample, seed, signal }) =>
      drive({ question: draft.question, ...(image && { image }) }, { context: { seed: `${seed}/${sample}` }, signal }),
  };
}
