/**
 * A decoder in a directory as a policy. One that `train --causal-lm` made is shown the short prompt it was taught with; any other of
 * the hub's layout is shown the prompt that every chat model is shown.
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import type { RuntimeOptions } from '../engine/program.ts';
import { chatModelPolicy } from '../graph/chat-model/policy.ts';
import type { Policy } from '../graph/policy.ts';
import { CausalLmChatModel, chatMl } from './chat-model.ts';
import { decisionForm } from './decision-form.ts';
import { loadCausalLm } from './directory.ts';
import { SHORT_PROMPTS, ShortPromptNameSchema, shortChatMl } from './short-prompt.ts';
import { loadTokenizer } from './tokenizer.ts';

const OwnSchema = z.object({
  prompt: ShortPromptNameSchema,
  version: z.string(),
  /** What it was held to while it learnt. */
  form: z.object({ names: z.array(z.string()), maxTokens: z.number().int().positive() }).optional(),
});

/** A decision is a short text; a model that rambles is cut and reminded. */
const LONGEST_DECISION = 160;

/** Throws user errors that name the file that is missing or wrong. */
export async function openCausalLmPolicy(directory: string, runtime: RuntimeOptions = {}): Promise<Policy> {
  const raw = await readFile(join(directory, 'config.json'), 'utf8').catch(() => '{}');
  const own = OwnSchema.safeParse((JSON.parse(raw) as { r1_router?: unknown }).r1_router).data;
  const { config, parameters } = await loadCausalLm(directory);
  const { vocabulary } = config;
  const tokenizer = await loadTokenizer(directory, { vocabulary });
  const model = new CausalLmChatModel({
    model: { config, parameters: [parameters] },
    tokenizer,
    runtime,
    maxTokens: own?.form?.maxTokens ?? (own ? LONGEST_DECISION : 512),
    form: own?.form && decisionForm({ tokenizer, vocabulary, ...own.form }),
    render: own ? shortChatMl : chatMl,
  });
  return chatModelPolicy({
    protocol: 'tags',
    model,
    name: 'causal-lm',
    version: own?.version ?? basename(resolve(directory)),
    imageAt: 'never',
    ...(own && { prompts: { decide: SHORT_PROMPTS[own.prompt] } }),
  });
}
