/**
 * A real small language model as policy, reader and answerer, through node-llama-cpp. It is far too small to be any good; what
 * is held here is that whatever it writes becomes a valid decision, a named invalid one or an abstention, that all of it is
 * counted, and that a run always ends. Not part of `npm test`, because it needs two things that are no dependencies:
 *
 *     R1_ROUTER_GGUF=/path/to/SmolLM2-135M-Instruct.gguf node test/suites/small-model.ts
 *
 * (R1_ROUTER_RECORD=FILE keeps the replies; `test/graph/fixtures/smollm2-replies.json` came about so.)
 * and node-llama-cpp, installed beside this project or named by R1_ROUTER_LLAMA (its folder). Skips with a reason otherwise.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel, type BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { chatModelAnswerer } from '../../src/graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../src/graph/chat-model/policy.ts';
import { chatModelReader } from '../../src/graph/chat-model/reader.ts';
import { createRouterGraph } from '../../src/graph/graph.ts';
import { StepRecordSchema } from '../../src/graph/step-record.ts';
import { fakeKnowledgeBase, passage } from '../../src/test/fakes.ts';

/** The part of node-llama-cpp that is used, since its types are not at hand. */
interface LlamaModule {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<LlamaModel> }>;
  LlamaChatSession: new (
    options: object,
  ) => {
    prompt(text: string, options: object): Promise<string>;
  };
}
interface LlamaModel {
  createContext(
    options: object,
  ): Promise<{ getSequence(): { tokenMeter: Meter; dispose(): void }; dispose(): Promise<void> }>;
}
interface Meter {
  usedInputTokens: number;
  usedOutputTokens: number;
}

class LlamaChatModel extends BaseChatModel<BaseChatModelCallOptions> {
  readonly model = 'SmolLM2-135M-Instruct';
  readonly #llama: LlamaModule;
  readonly #weights: LlamaModel;
  readonly replies: string[] = [];

  constructor(llama: LlamaModule, weights: LlamaModel) {
    super({});
    this.#llama = llama;
    this.#weights = weights;
  }

  _llmType(): string {
    return 'node-llama-cpp';
  }

  async _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    _runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const context = await this.#weights.createContext({ contextSize: 2048, threads: 1 });
    try {
      const sequence = context.getSequence();
      const [system, user] = messages;
      const session = new this.#llama.LlamaChatSession({ contextSequence: sequence, systemPrompt: system?.text });
      const settings = { maxTokens: 120, temperature: 0.7, seed: this.replies.length, signal: options.signal };
      const text = await session.prompt(user?.text ?? '', settings);
      this.replies.push(text);
      const { usedInputTokens: input_tokens, usedOutputTokens: output_tokens } = sequence.tokenMeter;
      const usage_metadata = { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens };
      return { generations: [{ text, message: new AIMessage({ content: text, usage_metadata }) }] };
    } finally {
      await context.dispose();
    }
  }
}

async function findLlama(): Promise<LlamaModule | string> {
  const folder = process.env.R1_ROUTER_LLAMA;
  const name = folder ? pathToFileURL(join(folder, 'dist', 'index.js')).href : 'node-llama-cpp';
  try {
    return (await import(name)) as LlamaModule;
  } catch (error) {
    return `node-llama-cpp is not installed (${error instanceof Error ? error.message.split('\n')[0] : error})`;
  }
}

const QUESTIONS = [
  'Who wrote the novel Emma?',
  'When was the author of Emma born?',
  'What is the capital of the country whose flag is red and white with a maple leaf?',
  'How many people live in Paris?',
];

async function main(): Promise<void> {
  const file = process.env.R1_ROUTER_GGUF;
  if (!file || !existsSync(file)) {
    console.log('skipped: set R1_ROUTER_GGUF to the GGUF file of a small instruction-tuned model');
    return;
  }
  const llama = await findLlama();
  if (typeof llama === 'string') {
    console.log(`skipped: ${llama}`);
    return;
  }
  const runtime = await llama.getLlama({ gpu: false, build: 'never', logLevel: 'error' });
  const model = new LlamaChatModel(llama, await runtime.loadModel({ modelPath: file }));
  const facts = [
    'Emma is a novel by Jane Austen.',
    'Jane Austen was born in 1775.',
    'Ottawa is the capital of Canada.',
  ];
  const found = async () => facts.map((text, rank) => passage('Encyclopedia', `fact-${rank}`, text, rank));
  const graph = createRouterGraph({
    knowledgeBases: [
      fakeKnowledgeBase('Encyclopedia', found),
      fakeKnowledgeBase('Statistics', {}, { modality: 'table' }),
    ],
    policy: chatModelPolicy({ model }),
    reader: chatModelReader({ model }),
    answerer: chatModelAnswerer({ model }),
    fallback: { knowledgeBase: 'Encyclopedia' },
    maxSteps: 2,
  });

  const record = process.env.R1_ROUTER_RECORD;
  const counts: Record<string, number> = {};
  const count = (key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  for (const question of QUESTIONS) {
    const before = model.replies.length;
    const { steps, answer, usage, stopReason } = await graph.invoke({ question }, { context: { seed: 1 } });
    assert.equal(usage.modelCalls, model.replies.length - before, 'every call is counted');
    assert.ok(usage.tokens.input > 0 && usage.tokens.output > 0, 'tokens are counted');
    assert.ok(steps.length >= 1 && steps.length <= 2);
    for (const step of steps) {
      assert.deepEqual(StepRecordSchema.parse(step), step);
      count(step.fallback ? 'fallback' : step.decision.type);
      for (const { invalid } of step.attempts) if (invalid) count(`invalid: ${invalid}`);
    }
    if (record) await writeFile(record, `${JSON.stringify({ model: model.model, replies: model.replies }, null, 2)}\n`);
    count(answer === null ? 'abstained' : 'answered');
    console.log(
      `${question}\n  ${steps.map(({ decision }) => JSON.stringify(decision)).join('\n  ')}\n  ${answer} (${stopReason})`,
    );
  }
  console.table(counts);
  console.log(`${model.replies.length} replies of ${model.model}, all of them read, none thrown on`);
}

await main();
