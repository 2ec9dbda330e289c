/**
 * Routing by similarity: the (sub-)question goes to the knowledge base whose example questions it resembles most, as the
 * semantic-router library does (github.com/aurelio-labs/semantic-router): of all examples the five nearest are taken, their
 * similarities averaged by route, and the best route wins. No model decides; one vector is computed a step.
 */

import { askOncePolicy } from '../../graph/policies/reroute.ts';
import type { Policy, PolicyState } from '../../graph/policy.ts';
import type { DenseTextEncoder } from '../../tools/encoders/encoder.ts';
import { words } from '../../tools/encoders/words.ts';
import type { KnowledgeBaseCard } from '../../tools/knowledge-base.ts';

const NEAREST = 5;

export interface EmbeddingRoutingOptions {
  /** Default: a bag of words, which needs no model. */
  encoder?: DenseTextEncoder;
  /** Example questions by knowledge base. Default: its name and the sentences of its description. */
  utterances?: Readonly<Record<string, readonly string[]>>;
  /** Takes the question apart. Default: the question itself is asked, once. */
  decomposition?: Policy;
}

export function embeddingRoutingPolicy(options: EmbeddingRoutingOptions = {}): Policy {
  const { encoder = bagOfWords, utterances = {}, decomposition = askOncePolicy() } = options;
  const examples = new Map<string, Promise<Float32Array[]>>();

  /** A knowledge base is embedded once, whatever the number of runs. */
  const examplesOf = (card: KnowledgeBaseCard): Promise<Float32Array[]> => {
    const texts = utterances[card.name] ?? [card.name, ...card.description.split(/(?<=[.!?;])\s+/u)];
    const key = JSON.stringify([card.name, texts]);
    const known = examples.get(key) ?? encoder.encodeDocuments(texts);
    examples.set(key, known);
    known.catch(() => examples.delete(key));
    return known;
  };

  const route = async (subQuestion: string, { knowledgeBases }: PolicyState, signal?: AbortSignal) => {
    const query = await encoder.encodeQuery(subQuestion, signal);
    const all = await Promise.all(
      knowledgeBases.map(async (card) =>
        (await examplesOf(card)).map((example) => ({ name: card.name, similarity: dot(query, example) })),
      ),
    );
    const nearest = all.flat().sort(bySimilarity).slice(0, NEAREST);
    const scores: Record<string, number> = {};
    for (const { name } of nearest) {
      const own = nearest.filter((example) => example.name === name);
      scores[name] = own.reduce((sum, { similarity }) => sum + similarity, 0) / own.length;
    }
    const [best] = Object.entries(scores).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    return { knowledgeBase: best![0], scores };
  };

  return {
    name: `embedding-routing(${decomposition.name})`,
    version: `${encoder.id}/${decomposition.version}`,
    async decide(state, context, rejected) {
      const output = await decomposition.decide(state, context, rejected);
      if (output.decision.type !== 'search') return output;
      const subQuestions = [...new Set(output.decision.searches.map(({ subQuestion }) => subQuestion))];
      const routed = await Promise.all(subQuestions.map((subQuestion) => route(subQuestion, state, context.signal)));
      const searches = routed.map(({ knowledgeBase }, place) => ({ subQuestion: subQuestions[place]!, knowledgeBase }));
      return {
        ...output,
        decision: { type: 'search', searches },
        trace: { version: 1, ...output.trace, scores: routed[0]!.scores },
      };
    },
  };
}

function bySimilarity(a: { name: string; similarity: number }, b: { name: string; similarity: number }): number {
  return b.similarity - a.similarity || (a.name < b.name ? -1 : 1);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const BUCKETS = 4096;

/** Counts of words in hashed buckets, of unit length. */
const bagOfWords: DenseTextEncoder = {
  id: `bag-of-words/${BUCKETS}`,
  dimension: BUCKETS,
  encodeDocuments: async (texts) => texts.map(bagOf),
  encodeQuery: async (text) => bagOf(text),
};

function bagOf(text: string): Float32Array {
  const vector = new Float32Array(BUCKETS);
  for (const word of words(text)) vector[bucketOf(word)]! += 1;
  const length = Math.hypot(...vector.filter((value) => value !== 0)) || 1;
  return vector.map((value) => value / length);
}

/** FNV-1a. */
function bucketOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % BUCKETS;
}
