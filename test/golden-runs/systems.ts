/** The systems whose runs are kept: which policy, reader and answerer stand behind the names in the fixture. */
import { fileURLToPath } from 'node:url';
import type { GoldenCase } from './golden-run.ts';
import {
  allOncePolicy,
  allPolicy,
  buildMethod,
  chatModelAnswerer,
  chatModelPolicy,
  chatModelReader,
  extractiveAnswerer,
  extractiveReader,
  keyedRandom,
  openCoverPolicy,
  openScorerPolicy,
  type Policy,
  probePolicy,
  type RouterGraphOptions,
  searchFor,
} from './parts.ts';
import { type Behaviour, ScriptedModel } from './scripted-model.ts';

const SCORER = fileURLToPath(new URL('../../models/scorer', import.meta.url));

type SystemParts = Pick<RouterGraphOptions, 'policy' | 'reader' | 'answerer' | 'maxSteps' | 'fallback'>;

/** Variants of the scorer: samples, goes on where it would stop, or as it ships. */
export const SCORER_VARIANTS = { sampled: { temperature: 1 }, thorough: { thoroughness: 2 } } as const;

/** Methods and their settings; those that are a system of their own are left out. */
export const METHOD_VARIANTS: Readonly<Record<string, { method: string; model: boolean; knowledgeBase?: string }>> = {
  direct: { method: 'direct', model: true },
  'chain-of-thought': { method: 'chain-of-thought', model: true },
  'caption-then-rag': { method: 'caption-then-rag', model: true },
  'rag-one': { method: 'rag-one', model: true, knowledgeBase: 'text' },
  'rag-all': { method: 'rag-all', model: true },
  'iter-retgen': { method: 'iter-retgen', model: true },
  ircot: { method: 'ircot', model: true },
  'search-o1': { method: 'search-o1', model: true },
  omnisearch: { method: 'omnisearch', model: true },
  'r1-router': { method: 'r1-router', model: true },
  'modality-classifier': { method: 'modality-classifier', model: true },
  random: { method: 'random', model: false },
  fixed: { method: 'fixed', model: false, knowledgeBase: 'table' },
  'embedding-routing': { method: 'embedding-routing', model: false },
  'draws-everything': { method: 'none', model: false },
};

export async function systemOf({ system, variant }: Pick<GoldenCase, 'system' | 'variant'>): Promise<SystemParts> {
  const extractive = { reader: extractiveReader(), answerer: extractiveAnswerer() };
  switch (system) {
    case 'scorer':
      return {
        policy: await openScorerPolicy(SCORER, SCORER_VARIANTS[variant as keyof typeof SCORER_VARIANTS]),
        ...extractive,
      };
    case 'probe':
      return { policy: probePolicy(), ...extractive };
    case 'cover':
      return { policy: await openCoverPolicy(SCORER), ...extractive };
    case 'all':
      return { policy: allPolicy({ decomposition: probePolicy() }), ...extractive };
    case 'all-once':
      return { policy: allOncePolicy(), ...extractive };
    case 'chat':
      return chatSystem(variant as Behaviour);
    case 'methods': {
      const { method, model, knowledgeBase } = METHOD_VARIANTS[variant ?? '']!;
      if (method === 'none') return { policy: drawing, ...extractive, fallback: { knowledgeBase: 'text' } };
      const parts = buildMethod(method, { knowledgeBase, ...(model && { model: new ScriptedModel('valid') }) });
      return { ...parts, fallback: 'stop' };
    }
  }
}

function chatSystem(behaviour: Behaviour): SystemParts {
  const model = new ScriptedModel(behaviour);
  return {
    policy: chatModelPolicy({ model, protocol: 'tags', temperature: 0.7, imageAt: 'first-step' }),
    reader: chatModelReader({ model, protocol: 'tags' }),
    answerer: chatModelAnswerer({ model, protocol: 'tags' }),
    // What was the default when the runs were recorded.
    fallback: behaviour === 'junk-with-fallback' ? { knowledgeBase: 'text' } : 'stop',
  };
}

/** Draws whatever a policy may say: known and unknown places, probes, repetitions, invalid outputs, a stop. */
const drawing: Policy = {
  name: 'drawing',
  version: '1',
  async decide({ question, steps }, context) {
    const random = keyedRandom(context.seed, 'drawing');
    const asked = random.pick([
      question,
      `more about: ${question.slice(0, 80)}`,
      ...steps.map((step) => step.subQuestion),
    ]);
    if (random.next() < 0.5) await context.search(random.pick(['text', 'table', 'nowhere']), asked);
    const thought = `Drawn at step ${steps.length}.`;
    if (random.next() < 0.15) return { decision: { type: 'stop' }, thought };
    if (random.next() < 0.2) return { decision: { type: 'invalid', reason: 'refused', raw: 'no' }, thought };
    const knowledgeBase = random.pick(['text', 'table', 'image', 'nowhere']);
    return { decision: searchFor(asked, knowledgeBase), thought };
  },
};
