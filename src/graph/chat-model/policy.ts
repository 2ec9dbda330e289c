/**
 * A policy that is any LangChain chat model. It calls a retriever tool for each knowledge base it wants asked, fills a schema, or
 * writes the paper's tags; the released R1-Router checkpoints behind an OpenAI-compatible server do the last (arXiv 2505.22095).
 */
import { userError } from '../../common/errors.ts';
import type { Decision } from '../decision.ts';
import type { Policy, PolicyOutput, PolicyState, StepContext } from '../policy.ts';
import type { ChatModelPolicyOptions, DecideRequest, LookFirst } from './decide-request.ts';
import { modelName, modelOpener } from './model.ts';
import { IMAGE_AT, type ImageAt, shownPicture } from './pictures.ts';
import { decideBySchema } from './protocols/decide-by-schema.ts';
import { decideByTags } from './protocols/decide-by-tags.ts';
import { decideByTools } from './protocols/decide-by-tools.ts';
import { ownNames } from './protocols/naming.ts';
import { checkProtocol, type ResolvedProtocol, resolveProtocol } from './protocols/protocol.ts';
import { withoutRepetition } from './repeated.ts';

export type { ChatModelPolicyOptions } from './decide-request.ts';

const PROTOCOLS: Record<ResolvedProtocol, (request: DecideRequest) => Promise<PolicyOutput>> = {
  tools: decideByTools,
  structured: decideBySchema,
  tags: decideByTags,
};

/**
 * The policy that is a LangChain chat model: it decides by tool calls, a schema or the tags of the paper. Throws the user error
 * `invalid-options` for what is no model, or a protocol that it cannot speak.
 */
export function chatModelPolicy(options: ChatModelPolicyOptions): Policy {
  const { name = 'chat-model', protocol = 'auto', imageAt = 'every-step', temperature, repeated = 'stop' } = options;
  checkProtocol(protocol, 'chatModelPolicy');
  checkImageAt(imageAt);
  const open = modelOpener(options.model, 'chatModelPolicy');
  const wanted = protocol === 'auto' && (options.naming || options.prompts?.decide) ? 'tags' : protocol;
  if (typeof options.model !== 'string')
    resolveProtocol(options.model as DecideRequest['model'], wanted, 'chatModelPolicy');
  return {
    name,
    version: options.version ?? modelName(options.model),
    async decide(state, context, rejected) {
      if (options.lookFirst && isFirst(state)) return { decision: await everywhere(state, context, options.lookFirst) };
      const model = await open();
      const decideBy = PROTOCOLS[resolveProtocol(model, wanted, 'chatModelPolicy')];
      const image = await shownPicture(model, imageAt, state, context);
      const request = { ...options, model, naming: options.naming ?? ownNames, state, context, rejected, image };
      const output = await decideBy(request);
      const decision = repeated === 'stop' ? await withoutRepetition(output.decision, state, context) : output.decision;
      return { ...output, decision, ...(temperature !== undefined && { temperature }) };
    },
  };
}

/** Nothing was asked and nothing was said before, so that the question can be understood on its own. */
function isFirst({ steps, conversation }: PolicyState): boolean {
  return steps.length === 0 && conversation.length === 0;
}

/** Looking costs nothing twice: the graph answers what was asked here from its record. */
async function everywhere(
  { question, knowledgeBases }: PolicyState,
  context: StepContext,
  lookFirst: true | LookFirst,
): Promise<Decision> {
  const asked = knowledgeBases.map(({ name }) => ({ subQuestion: question, knowledgeBase: name }));
  if (lookFirst === true) return { type: 'search', searches: asked };
  const outcomes = await Promise.all(knowledgeBases.map(({ name }) => context.search(name, question)));
  const empty = outcomes.map(({ outcome }) => outcome === 'empty');
  if (!empty.includes(false)) {
    const subQuestion = lookFirst.wider(question);
    return { type: 'search', searches: asked.map((search) => ({ ...search, subQuestion })) };
  }
  const compared = lookFirst.compared(question);
  const searches = asked.map((search, index) => {
    const isMended = compared !== undefined && empty[index] && knowledgeBases[index]?.modality === 'table';
    return isMended ? { ...search, subQuestion: compared } : search;
  });
  return { type: 'search', searches };
}

function checkImageAt(imageAt: ImageAt): void {
  if (IMAGE_AT.includes(imageAt)) return;
  throw userError(
    'invalid-options',
    `chatModelPolicy: option imageAt: "${imageAt}" is none of ${IMAGE_AT.join(', ')}; give one of them`,
  );
}
