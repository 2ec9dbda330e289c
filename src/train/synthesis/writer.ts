/**
 * Questions that a chat model writes from one passage, or from two that share a name. It gives the answer as it stands in the passage and several
 * wordings of the question; whatever is not the JSON asked for, or answers with words that stand nowhere, is garbage and asked for again.
 */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { z } from 'zod';
import { keyedRandom } from '../../common/random.ts';
import type { Passage } from '../../tools/passage.ts';
import { plainWords } from './answer-words.ts';
import type { Draft } from './draft.ts';
import { garbage, objectIn } from './retry.ts';
import { type Tokens, tokensOf } from './spending.ts';
import type { SourceKnowledgeBase } from './template-items.ts';

/** One passage, or two of which the second holds a name of the first. */
export interface WriterTask {
  key: string;
  passages: readonly Passage[];
  /** The name that links the two. */
  link?: string;
}

const PER_NAME = 3;
const NAME = /\p{Lu}[\p{L}\p{N}'’-]+(?: \p{Lu}[\p{L}\p{N}'’-]+)+/gu;

/** The first word of three or more may only begin a sentence: `Call Marta Lund` names Marta Lund. */
function namesIn(text: string): Set<string> {
  const whole = text.match(NAME) ?? [];
  return new Set(
    whole.flatMap((name) => (name.split(' ').length > 2 ? [name, name.slice(name.indexOf(' ') + 1)] : [name])),
  );
}

/** Every passage by itself, and pairs of different documents that share a name of two words or more; they take turns. */
export function writerTasks(knowledgeBases: readonly SourceKnowledgeBase[], seed: number): WriterTask[] {
  const all = knowledgeBases.flatMap(({ passages }) => passages);
  const keyOf = ({ knowledgeBase, id }: Passage): string => `${knowledgeBase}\n${id}`;
  const single = all.map((passage) => ({ key: `one\n${keyOf(passage)}`, passages: [passage] }));
  const byName = new Map<string, Passage[]>();
  for (const passage of all) {
    for (const name of namesIn(passage.text)) byName.set(name, [...(byName.get(name) ?? []), passage]);
  }
  const pairs = [...byName].flatMap(([link, passages]) => {
    if (passages.length < 2 || passages.length > 8) return [];
    const [first, ...others] = passages;
    return others
      .filter(({ documentId }) => documentId !== first!.documentId)
      .slice(0, PER_NAME)
      .map((other) => ({ key: `two\n${link}\n${keyOf(first!)}\n${keyOf(other)}`, passages: [first!, other], link }));
  });
  const queues = [single, pairs].map((tasks, place) => keyedRandom('writer', seed, place).shuffle<WriterTask>(tasks));
  const turns = Math.max(...queues.map(({ length }) => length), 0);
  return Array.from({ length: turns }, (_, turn) => queues.flatMap((queue) => queue.slice(turn, turn + 1))).flat();
}

const WrittenSchema = z.object({
  questions: z.array(z.string().trim().min(1)).min(1),
  answer: z.union([z.string().trim().min(1), z.number().transform(String)]),
  first: z.object({ question: z.string().min(1), answer: z.string().min(1) }).optional(),
});

const SYSTEM = `You write questions that people would ask of a collection of documents without having seen them.
Reply with one JSON object and nothing else: {"questions": [...], "answer": "..."}.
"questions" are wordings of one and the same question, as different people would type it, some short and careless. None says "the passage" or "the text".
"answer" is short and stands in the passage word for word. No question may hold the answer.`;

const LINKED = `The question must need both passages: describe "LINK" by what passage 1 says, without the name, and ask for something that passage 2 says.
Add "first": {"question": "...", "answer": "LINK"}, which asks passage 1 for the name.`;

/** Throws `teacher-garbage` for a reply that cannot be used, and what the model throws. */
export async function writeQuestions(
  model: BaseChatModel,
  { passages, link }: WriterTask,
  {
    wordings,
    seed,
    signal,
    spend = () => {},
  }: { wordings: number; seed: string; signal?: AbortSignal; spend?: (tokens: Tokens) => void },
): Promise<Draft[]> {
  const shown = passages.map(({ title, text }, place) => `Passage ${place + 1}${title ? ` (${title})` : ''}:\n${text}`);
  const task = `${link === undefined ? '' : `${LINKED.replaceAll('LINK', link)}\n`}Write ${wordings} wordings.`;
  const messages = [new SystemMessage(SYSTEM), new HumanMessage(`${shown.join('\n\n')}\n\n${task}`)];
  const reply = await model.invoke(messages, { signal, metadata: { seed } });
  // A reply that cannot be used was paid for all the same.
  spend(tokensOf(reply));
  const { questions, answer, first } = objectIn(reply.text, WrittenSchema);
  const last = passages.at(-1)!;
  if (!plainWords(last.text).includes(plainWords(answer))) throw garbage('its answer does not stand in the passage');
  const step = (passage: Passage, subQuestion: string, said: string) => ({
    subQuestion,
    knowledgeBase: passage.knowledgeBase,
    documents: [passage.id],
    answer: said,
  });
  const before = link === undefined ? [] : [step(passages[0]!, first?.question ?? link, first?.answer ?? link)];
  return [...new Set(questions)].slice(0, wordings).map((question, index) => ({
    question,
    answers: [answer],
    template: link === undefined ? 'written' : 'written>linked',
    phrasing: String(index),
    steps: [...before, step(last, link === undefined ? question : `${link}: ${question}`, answer)],
    sources: passages.map(({ knowledgeBase, id }) => `${knowledgeBase}\n${id}`),
  }));
}
