/**
 * For an agent with many retriever tools: a policy picks, before each call of the model, which of them it sees. The others stand in
 * the system message by name only. A definition costs its tokens at every call; a trained scorer or a rule costs none.
 */
import { type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from '@langchain/core/messages';
import type { StructuredToolInterface } from '@langchain/core/tools';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { sha256 } from '../common/content-hash.ts';
import { userError } from '../common/errors.ts';
import type { KnowledgeBaseCard, SearchableKnowledgeBase } from '../tools/knowledge-base.ts';
import { turnsOf } from './agent/hear.ts';
import { queryIn, toolCalls } from './chat-model/protocols/written-calls.ts';
import type { EvidenceStep, Policy, PolicyState, StepContext } from './policy.ts';
import { createSearchLedger } from './steps/search-ledger.ts';

/** A retriever tool with what it searches: the card alone, or the knowledge base for policies that probe. */
export interface RoutedTool {
  tool: StructuredToolInterface;
  knowledgeBase?: KnowledgeBaseCard | SearchableKnowledgeBase;
}

export interface Selection {
  shown: string[];
  hidden: string[];
  /** About how many tokens the definitions of the retriever tools take: of those shown, and of all (a quarter of their characters). */
  tokens: { shown: number; all: number };
}

export interface RouterMiddlewareOptions {
  policy: Policy;
  /** The retriever tools among the agent's tools; others are always shown. A tool alone is described by its own name and description. */
  tools: readonly (StructuredToolInterface | RoutedTool)[];
  /** How many retriever tools are shown: the policy is asked until there are so many, each time without those it has picked. Default 1. */
  limit?: number;
  /** Key of the policy's randomness. Default 0. */
  seed?: number | string;
  /** Told of each choice, before the model is called. */
  onSelection?: (selection: Selection) => void;
}

interface Request {
  messages: BaseMessage[];
  tools: readonly unknown[];
  systemMessage: SystemMessage;
  runtime?: { signal?: AbortSignal };
}

/** What langchain's `createAgent` takes in its list `middleware`. */
export interface RouterMiddleware {
  name: string;
  // The types are langchain's own, which is no dependency.
  wrapModelCall<Call, Reply>(request: Call, handler: (request: Call) => Reply): Promise<Awaited<Reply>>;
}

interface Known {
  tool: StructuredToolInterface;
  card: KnowledgeBaseCard;
  base?: SearchableKnowledgeBase;
}

/** Throws `invalid-options` where no tool is given. Where the policy stops or says nothing valid, every tool is shown. */
export function routerMiddleware(options: RouterMiddlewareOptions): RouterMiddleware {
  const { policy, tools, limit = 1, seed = 0, onSelection } = options;
  if (!tools?.length)
    throw userError('invalid-options', 'routerMiddleware: option tools is empty; give retriever tools');
  const known = tools.map(knownTool);
  const wrapModelCall = async (request: Request, handler: (request: Request) => unknown) => {
    const picked = await pick(known, { policy, limit, seed, request });
    const hidden = picked.length === 0 ? [] : known.filter(({ card }) => !picked.includes(card.name));
    const shown = known.filter((one) => !hidden.includes(one));
    onSelection?.(selectionOf(shown, hidden));
    if (hidden.length === 0) return handler(request);
    const names = new Set(hidden.map(({ tool }) => tool.name));
    const left = request.tools.filter((tool) => !names.has((tool as { name?: string }).name ?? ''));
    const systemMessage = withNames(request.systemMessage, [...names]);
    return handler({ ...request, tools: left, systemMessage });
  };
  const middleware = { name: 'RouterMiddleware', [Symbol.for('AgentMiddleware')]: true, wrapModelCall };
  return middleware as unknown as RouterMiddleware;
}

function knownTool(given: StructuredToolInterface | RoutedTool): Known {
  const { tool, knowledgeBase } = 'tool' in given ? given : { tool: given, knowledgeBase: undefined };
  const { name, description } = tool;
  if (!knowledgeBase)
    return { tool, card: { name, description: description.slice(0, 2000), modality: 'text', cost: 1 } };
  const { name: own, description: told, modality, cost } = knowledgeBase;
  const base = 'search' in knowledgeBase ? knowledgeBase : undefined;
  return { tool, card: { name: own, description: told, modality, cost: cost ?? 1 }, ...(base && { base }) };
}

interface Picking extends Required<Pick<RouterMiddlewareOptions, 'policy' | 'limit' | 'seed'>> {
  request: Request;
}

/** Names of the knowledge bases that the policy would ask next, at most `limit`; none where it would ask none. */
async function pick(known: readonly Known[], { policy, limit, seed, request }: Picking): Promise<string[]> {
  const state = stateOf(known, request.messages);
  const bases = known.flatMap(({ base }) => base ?? []);
  const ledger = createSearchLedger({ knowledgeBases: bases, limit: 10, timeoutMs: 30_000, retries: 0 });
  const signal = request.runtime?.signal;
  const searchable = new Set(bases.map(({ name }) => name));
  const context: StepContext = {
    seed: sha256(JSON.stringify([seed, state.question, state.steps.length])),
    config: {},
    ...(signal && { signal }),
    image: async () => undefined,
    search: async (knowledgeBase, subQuestion) =>
      searchable.has(knowledgeBase)
        ? ledger.ask({ knowledgeBase, subQuestion, ...(signal && { signal }) })
        : { outcome: 'empty', passages: [] },
  };
  const picked = new Set<string>();
  while (picked.size < limit) {
    const knowledgeBases = state.knowledgeBases.filter(({ name }) => !picked.has(name));
    if (knowledgeBases.length === 0) break;
    const { decision } = await policy.decide({ ...state, knowledgeBases }, context);
    const names = decision.type === 'search' ? decision.searches.map(({ knowledgeBase }) => knowledgeBase) : [];
    const fresh = names.filter((name) => knowledgeBases.some((card) => card.name === name));
    if (fresh.length === 0) break;
    for (const name of fresh) picked.add(name);
  }
  return [...picked];
}

/** The conversation as a policy sees a run: since the last question each call of a retriever tool is a step. */
function stateOf(known: readonly Known[], messages: readonly BaseMessage[]): PolicyState {
  const at = messages.findLastIndex((message) => HumanMessage.isInstance(message));
  const since = messages.slice(at + 1);
  const results = new Map(
    since.flatMap((message) =>
      ToolMessage.isInstance(message) ? [[message.tool_call_id, message.text] as const] : [],
    ),
  );
  const steps = since.flatMap((message) =>
    toolCalls(message).flatMap((call): EvidenceStep[] => {
      const one = known.find(({ tool }) => tool.name === call.name);
      const subQuestion = queryIn(call);
      if (!one || !subQuestion) return [];
      const text = results.get(call.id ?? '')?.trim();
      const outcome = text ? 'passages' : 'empty';
      return [{ subQuestion, knowledgeBases: [one.card.name], outcome, answer: text || null, passages: [] }];
    }),
  );
  return {
    question: messages[at]?.text ?? '',
    steps,
    knowledgeBases: known.map(({ card }) => card),
    maxSteps: steps.length + 1,
    conversation: turnsOf(messages.slice(0, Math.max(0, at))),
  };
}

function withNames(system: SystemMessage | undefined, names: readonly string[]): SystemMessage {
  const note = `More retrievers are there and are shown when they fit: ${names.join(', ')}.`;
  const text = system?.text ?? '';
  return new SystemMessage(text === '' ? note : `${text}\n\n${note}`);
}

function selectionOf(shown: readonly Known[], hidden: readonly Known[]): Selection {
  const nameOf = ({ tool }: Known) => tool.name;
  const tokens = (all: readonly Known[]) => all.reduce((sum, { tool }) => sum + tokensOf(tool), 0);
  return {
    shown: shown.map(nameOf),
    hidden: hidden.map(nameOf),
    tokens: { shown: tokens(shown), all: tokens([...shown, ...hidden]) },
  };
}

function tokensOf(tool: StructuredToolInterface): number {
  return Math.ceil(JSON.stringify(convertToOpenAITool(tool)).length / 4);
}
