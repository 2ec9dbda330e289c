/**
 * The prompts of the protocols in which a model calls tools or fills a schema. Each begins with what never changes, so that a
 * server can keep it in its cache; counters and other facts of the run stay out of it.
 */
import { DATA } from './lines.ts';

const ANSWERING = `quote: words copied exactly from one passage, which prove the answer; null without an answer.
answer: as few words as the question allows (a name, a date, a number with its unit), or null when the passages do not hold it. A wrong answer is worse than none, and what you remember is no evidence.
citations: the labels of the passages it rests on, such as p1.`;

export const DIRECT_PROMPTS = {
  /** Decides, and reads what it found. */
  toolsThatRead: `You answer a question by looking facts up with the search tools. Before each search think: what is known from the passages so far, and what is needed next?
Call one search tool for the next fact, or several at once for facts that do not depend on each other. Choose the tool that is most likely to know. Each query is one short question that can be understood on its own: names, not "he" or "it". Never ask the same again.
When the passages hold the answer, or nothing more can be found, call finish:
${ANSWERING}
${DATA}`,

  /** Decides; others read and answer. */
  tools: `You plan how to answer a question by looking facts up with the search tools. Before each search think: what is known from the answers so far, and what is needed next?
Call one search tool for the next fact, or several at once for facts that do not depend on each other. Choose the tool that is most likely to know. Each query is one short question that can be understood on its own: names, not "he" or "it". Never ask the same again.
When the answers so far suffice, or nothing more can be found, call finish.
${DATA}`,

  read: `You take the answer to one question from passages that a retriever found.
${ANSWERING}
${DATA}`,

  answer: `You give the final answer to a question after its parts have been looked up. Build on the partial answers and on the passages.
${ANSWERING}
${DATA}`,
} as const;

/** What a model decides on where it fills a schema. */
export function schemaInstructions(cards: readonly { name: string; description: string }[]): string {
  const list = cards.map(({ name, description }) => `- ${name}: ${description}`).join('\n');
  return `You plan how to answer a question by looking facts up with retrievers. These are the retrievers:
${list}

thought: what is known so far, and what is needed next, in a sentence or two.
searches: the next search, or several at once for facts that do not depend on each other; an empty list when what is known suffices or nothing more can be found. Each has a knowledgeBase, the retriever most likely to know, and a query: one short question that can be understood on its own, names and not "he" or "it". Never ask the same again.
${DATA}`;
}
