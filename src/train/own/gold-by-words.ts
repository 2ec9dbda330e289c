/**
 * Gold steps of a question of which only the answers are known: every knowledge base is asked, and what holds the answer's words is the evidence. First
 * the question as it is, then in other words, then with the names that were found, as a person would look.
 */
import type { Question } from '../../eval/datasets/question.ts';
import type { EvidenceStep } from '../../graph/policy.ts';
import { filesCandidates } from '../../offline/files/candidates.ts';
import type { QueryImage, SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import type { Passage } from '../../tools/passage.ts';
import { answerJudge } from '../synthesis/answer-words.ts';

export type GoldByWords =
  | { found: true; question: Question }
  /** `unjudgeable`: yes, no and the like stand everywhere; `missing`: nothing that was found holds an answer. */
  | { found: false; reason: 'unjudgeable' | 'missing' };

/** Passages looked through of each search. */
const LOOKED_AT = 8;
const MOST_ROUNDS = 3;

/** A question with gold steps, and one without an answer, comes back as it is. Any of the documents of the new step is enough. */
export async function goldByWords(
  question: Question,
  {
    knowledgeBases,
    image,
    signal,
  }: { knowledgeBases: readonly SearchableKnowledgeBase[]; image?: QueryImage; signal?: AbortSignal },
): Promise<GoldByWords> {
  if (question.steps?.some(({ documents }) => documents.length > 0) || !question.answerable)
    return { found: true, question };
  const judge = answerJudge(question.question, question.answers);
  if (!judge.judges) return { found: false, reason: 'unjudgeable' };
  const steps: EvidenceStep[] = [];
  const asked = new Set<string>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fresh = filesCandidates({ question: question.question, image: image?.hash, steps }).filter(
      ({ subQuestion }) => !asked.has(subQuestion),
    );
    const holding: { passage: Passage; subQuestion: string }[] = [];
    for (const { subQuestion } of fresh) {
      asked.add(subQuestion);
      for (const knowledgeBase of knowledgeBases) {
        const withImage = knowledgeBase.modality === 'text-image' && image ? { image } : {};
        const passages = await knowledgeBase.search({ text: subQuestion, ...withImage }, { limit: LOOKED_AT, signal });
        steps.push(stepOf(subQuestion, knowledgeBase.name, passages));
        for (const passage of passages) if (judge.holds(passage)) holding.push({ passage, subQuestion });
      }
    }
    if (holding.length > 0) return { found: true, question: withStep(question, holding) };
  }
  return { found: false, reason: 'missing' };
}

const stepOf = (subQuestion: string, knowledgeBase: string, passages: Passage[]): EvidenceStep => ({
  subQuestion,
  knowledgeBases: [knowledgeBase],
  outcome: passages.length > 0 ? 'passages' : 'empty',
  answer: null,
  passages,
});

function withStep(question: Question, holding: readonly { passage: Passage; subQuestion: string }[]): Question {
  // Where it stands highest is where a teacher would ask; to find it anywhere is as good.
  const [best] = holding.toSorted((a, b) => a.passage.rank - b.passage.rank);
  const documents = [...new Set(holding.map(({ passage }) => passage.id))];
  const { knowledgeBase } = best!.passage;
  const step = { subQuestion: best!.subQuestion, knowledgeBase, documents, answer: question.answers[0]! };
  return { ...question, steps: [step], route: question.route ?? knowledgeBase };
}
