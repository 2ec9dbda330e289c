/** Candidates of people's own files with a chat model's proposals among them. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { type CandidateProvider, grammarCandidates } from '../candidates/candidates.ts';
import type { FilesLanguage } from './language.ts';
import { type Proposals, proposed } from './proposals.ts';

/** The language's candidates, those of a chat model among them: it is asked once a question, what it says is remembered. */
export function proposedCandidates(
  language: FilesLanguage & { proposals: Proposals },
  model: () => Promise<BaseChatModel | undefined>,
): CandidateProvider {
  const own = grammarCandidates(language);
  return async (state, seed, config) => {
    if (!language.proposals.has(state.question)) {
      const asked = await model();
      if (asked) language.proposals.add(await proposed(asked, state, config));
    }
    return own(state, seed, config);
  };
}
