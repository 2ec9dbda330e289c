/** The methods that differ in who chooses the knowledge base, and in nothing else. */

import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { oneLine } from '../../graph/chat-model/prompts/prompts.ts';
import { NONE, namesToKnowledgeBases, ownNames, withoutQuotes } from '../../graph/chat-model/protocols/naming.ts';
import { searchFor } from '../../graph/decision.ts';
import { allPolicy } from '../../graph/policies/all.ts';
import { allOncePolicy } from '../../graph/policies/all-once.ts';
import { fixedPolicy } from '../../graph/policies/fixed.ts';
import { randomPolicy } from '../../graph/policies/random.ts';
import type { Policy } from '../../graph/policy.ts';
import { probePolicy } from '../../offline/policies/probe.ts';
import { embeddingRoutingPolicy } from './embedding-routing.ts';
import { type Method, type MethodSettings, required } from './method.ts';
import { freeReply, readingParts } from './parts.ts';
import { retrieveThenAnswer } from './rag.ts';

/**
 * A chat model takes the question apart and routes each step in the tag protocol.
 *
 * Peng et al., "Learning to Route Queries across Knowledge Bases for Step-wise Retrieval-Augmented Reasoning" (arXiv
 * 2505.22095). With the released checkpoints set `naming: referenceNames` and `maxSteps: 3`.
 */
export const r1Router: Method = {
  name: 'r1-router',
  title: 'R1-Router (chat model)',
  arxiv: '2505.22095',
  build: (settings) =>
    stepwise(
      settings,
      chatModelPolicy({ protocol: 'tags', model: required('r1-router', settings, 'model'), naming: settings.naming }),
    ),
};

/**
 * The grammar takes the question apart, every promising knowledge base is probed, the best is asked. After the idea of RealRoute
 * (arXiv 2604.20860); see `policies/probe.ts`.
 */
export const probe: Method = {
  name: 'probe',
  title: 'Probe',
  arxiv: '2604.20860',
  build: (settings) => stepwise(settings, probePolicy()),
};

/** The scorer trained here decides (arXiv 2505.22095 for the training; no language model in the decision). */
export const r1RouterScorer: Method = {
  name: 'r1-router-scorer',
  title: 'R1-Router (scorer)',
  arxiv: '2505.22095',
  build: (settings) => stepwise(settings, required('r1-router-scorer', settings, 'scorer')),
};

/** The steps of the decomposition, each asked of a knowledge base drawn at random (the ablation of arXiv 2505.22095). */
export const randomRouting: Method = {
  name: 'random',
  title: 'Random routing',
  arxiv: '2505.22095',
  build: (settings) => stepwise(settings, randomPolicy({ decomposition: decompositionOf(settings) })),
};

/** The steps of the decomposition, all asked of the same knowledge base. */
export const fixedRouting: Method = {
  name: 'fixed',
  title: 'One knowledge base, step by step',
  build(settings) {
    const knowledgeBase = required('fixed', settings, 'knowledgeBase');
    return stepwise(settings, fixedPolicy({ knowledgeBase, decomposition: decompositionOf(settings) }));
  },
};

/** The steps of the decomposition, each asked of every knowledge base. */
export const all: Method = {
  name: 'all',
  title: 'Every knowledge base, step by step',
  build: (settings) => stepwise(settings, allPolicy({ decomposition: decompositionOf(settings) })),
};

/** The question itself, asked of every knowledge base once, and read as a step is (`rag-all` reads it in the answer). */
export const allOnce: Method = {
  name: 'all-once',
  title: 'Every knowledge base, once',
  build: (settings) => ({ policy: allOncePolicy(), ...readingParts(settings), maxSteps: 2 }),
};

/** The steps of the decomposition, each asked where similar examples point (see `embedding-routing.ts`). */
export const embeddingRouting: Method = {
  name: 'embedding-routing',
  title: 'Embedding similarity',
  build(settings) {
    const { encoder, utterances } = settings;
    const decomposition = decompositionOf(settings);
    return stepwise(settings, embeddingRoutingPolicy({ encoder, utterances, decomposition }));
  },
};

/**
 * One model call classifies the question by the kind of source it needs, or none; then one search and one answer.
 *
 * Yeo et al., "UniversalRAG: Retrieval-Augmented Generation over Corpora of Diverse Modalities and Granularities" (arXiv
 * 2504.20734), section 3.2, the router that needs no training.
 */
export const modalityClassifier: Method = {
  name: 'modality-classifier',
  title: 'UniversalRAG',
  arxiv: '2504.20734',
  build(settings) {
    const model = required('modality-classifier', settings, 'model');
    const { naming = ownNames } = settings;
    const policy: Policy = {
      name: 'modality-classifier',
      version: '1',
      async decide({ question, knowledgeBases, steps }, context, rejected) {
        if (steps.length > 0) return { decision: { type: 'stop' } };
        const names = namesToKnowledgeBases(knowledgeBases, naming);
        const list = knowledgeBases.map((card) => `- ${naming(card)}: ${oneLine(card.description)}`).join('\n');
        const prompt = {
          system: `You sort questions by the source that holds their answer. The sources are:
${list}
- ${NONE}: the answer is common knowledge, or stands in the question or its image.

Reply with the name of one source, copied exactly, and nothing else.`,
          user: [`Question: ${question}`, ...(rejected ? [rejected.reminder] : [])].join('\n'),
        };
        const { text, usage } = await freeReply({ model, prompt, runName: 'classify', withImage: true }, context);
        const name = withoutQuotes(text);
        if (name.toLowerCase() === NONE.toLowerCase()) return { decision: { type: 'stop' }, usage };
        const knowledgeBase = names.get(name);
        if (knowledgeBase === undefined) {
          const reason = text === '' ? 'empty-output' : 'unknown-knowledge-base';
          return { decision: { type: 'invalid', reason, raw: text.slice(0, 4_000) }, usage };
        }
        return { decision: searchFor(question, knowledgeBase), usage };
      },
    };
    return retrieveThenAnswer('modality-classifier', settings, policy);
  },
};

/** As the settings say, else the chat model's, else the grammar's as the probe policy uses it. */
function decompositionOf({ decomposition, model, naming }: MethodSettings): Policy {
  return decomposition ?? (model ? chatModelPolicy({ protocol: 'tags', model, naming }) : probePolicy());
}

function stepwise(settings: MethodSettings, policy: Policy) {
  return { policy, ...readingParts(settings), maxSteps: settings.maxSteps ?? 5 };
}
