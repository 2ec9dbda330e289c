/**
 * The language of routers that are trained on people's own files: candidates by `candidates.ts` and no grammar, an answer where a reader gave one, and the
 * sketch of the knowledge bases, which a policy brings with it.
 */
import { english } from '../english/english.ts';
import type { AskedState, Language, Understanding } from '../language.ts';
import { filesCandidates } from './candidates.ts';
import type { Proposals } from './proposals.ts';
import type { Sketch } from './sketch.ts';

/** VERSION goes up with every change of what `understand` or the features of `router-input.ts` give. */
export const FILES_LANGUAGE = { name: 'files', version: 3 } as const;

export interface FilesLanguage extends Language {
  readonly sketch: Sketch;
  /** Of a chat model, where a policy was trained with one. */
  readonly proposals?: Proposals;
}

export const isFilesLanguage = (language: Language): language is FilesLanguage => 'sketch' in language;

const NO_MENTIONS: Understanding['mentions'] = { words: [], names: [], properties: [], explained: 0 };

export function filesLanguage(sketch: Sketch, proposals?: Proposals): FilesLanguage {
  const understood = new WeakMap<AskedState, Understanding>();
  return {
    ...english(),
    ...FILES_LANGUAGE,
    sketch,
    ...(proposals && { proposals }),
    understand(state) {
      const known = understood.get(state) ?? understand(state, proposals);
      understood.set(state, known);
      return known;
    },
  };
}

function understand(state: AskedState, proposals: Proposals | undefined): Understanding {
  const place = state.steps.findLastIndex(({ answer }) => answer !== null);
  const answer = state.steps[place]?.answer;
  return {
    remaining: state.question,
    candidates: filesCandidates(state, proposals?.of(state.question)),
    mentions: NO_MENTIONS,
    ...(typeof answer === 'string' && { standing: { text: answer, steps: [place], by: 'question' as const } }),
  };
}
