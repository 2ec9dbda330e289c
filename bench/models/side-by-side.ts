/**
 * The same real model, the same knowledge bases and questions: `createAgent` of LangChain with one search tool a knowledge base, and the
 * router as `r1-router ask --model` makes it. One JSON line a question and system; the same command goes on where it was killed.
 * Nothing of CI runs it.
 *
 *   node bench/models/side-by-side.ts KIT OUT.jsonl --model gguf:FILE [--threads 1] [--only 1,2] [--systems agent,router]
 *
 * KIT is a folder, or `real` for `--questions` real ones (`real-questions.ts`).
 */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { Command } from 'commander';
import { createAgent } from 'langchain';
import { addModelOptions, modelSettings } from '../../src/cli/run-options.ts';
import { createChatModel } from '../../src/config/models.ts';
import { openRouter } from '../../src/config/open-router.ts';
import type { ModelSettings } from '../../src/config/router-parts.ts';
import { createRetrieverTools } from '../../src/tools/langchain/retriever-tool.ts';
import { type KitQuestion, kitQuestions, type Verdict, verdictOf } from './kit.ts';
import { doneRows, fillStore } from './own-files.ts';
import { realQuestions, realStore } from './real-questions.ts';

interface Row {
  id: string;
  system: 'agent' | 'router';
  question: string;
  answer: string | null;
  verdict: Verdict;
  calls: number;
  searches: number;
  tokens: { input: number; output: number };
  seconds: number;
  error?: string;
}
type Outcome = Pick<Row, 'answer' | 'calls' | 'searches' | 'tokens' | 'error'> & { evidence?: { text: string }[] };

const INSTRUCTIONS =
  'Answer the question from what the search tools find, in a few words. Search before you answer. If what they find does not tell, say: I do not know.';
/** LangGraph's count of supersteps, two a turn: no more turns than the router may take steps. */
const RECURSION_LIMIT = 13;
const DOES_NOT_KNOW =
  /\b(?:do(?:es)? not|don't|doesn't|cannot|can't|could not|couldn't|unable to|no) (?:know|tell|find|provide|determine|mention|contain|information|answer|specify)\b|\bnot (?:found|mentioned|provided|available|specified|stated)\b/i;

function ofMessages(messages: readonly BaseMessage[]): Outcome {
  const said = messages.filter((message) => AIMessage.isInstance(message));
  const last = said.at(-1)?.text.trim() ?? '';
  const count = (of: (message: AIMessage) => number) => said.reduce((sum, message) => sum + of(message), 0);
  return {
    answer: last === '' || DOES_NOT_KNOW.test(last) ? null : last,
    calls: said.length,
    searches: count(({ tool_calls }) => tool_calls?.length ?? 0),
    tokens: {
      input: count(({ usage_metadata }) => usage_metadata?.input_tokens ?? 0),
      output: count(({ usage_metadata }) => usage_metadata?.output_tokens ?? 0),
    },
  };
}

interface Flags extends ModelSettings {
  only?: string;
  systems: string;
  questions: string;
}

async function main(kit: string, out: string, flags: Flags) {
  const isReal = kit === 'real';
  const done = doneRows<Row>(out);
  const only = flags.only?.split(',');
  const all = isReal ? await realQuestions(Number(flags.questions)) : kitQuestions(kit);
  // A picture cannot be shown to a tool-calling model that reads text only.
  const questions = all.filter(({ id, image }) => image === undefined && (!only || only.includes(id)));
  const settings = { ...modelSettings(flags), store: isReal ? await realStore() : fillStore(resolve(kit)), seed: 0 };
  const router = await openRouter(settings, { config: {}, directory: process.cwd() });
  const graph = await router.graph();
  const model: BaseChatModel = await createChatModel(settings.model!, {
    baseUrl: settings.baseUrl,
    threads: settings.threads,
    directory: process.cwd(),
  });
  // Real tables are long: each system is shown the three best of a knowledge base.
  const tools = createRetrieverTools(router.knowledgeBases, isReal ? { limit: 3 } : {});
  const agent = createAgent({ model, tools, systemPrompt: INSTRUCTIONS });
  const systems: Record<Row['system'], (question: KitQuestion) => Promise<Outcome>> = {
    async agent({ question }) {
      const given = { messages: [{ role: 'user', content: question }] };
      let messages: BaseMessage[] = [];
      try {
        for await (const state of await agent.stream(given, {
          recursionLimit: RECURSION_LIMIT,
          streamMode: 'values',
        })) {
          messages = state.messages;
        }
      } catch (thrown) {
        // The limit reached, as a rule: what was asked so far counts.
        return { ...ofMessages(messages), answer: null, error: String(thrown).slice(0, 200) };
      }
      return ofMessages(messages);
    },
    async router({ question }) {
      const { answer, evidence, usage } = await graph.invoke({ question }, { context: router.context });
      return { answer, evidence, calls: usage.modelCalls, searches: usage.searches, tokens: usage.tokens };
    },
  };
  for (const question of questions) {
    for (const system of flags.systems.split(',') as Row['system'][]) {
      if (done.some((row) => row.id === question.id && row.system === system)) continue;
      const clock = performance.now();
      const { evidence = [], ...outcome } = await systems[system](question);
      const seconds = Math.round((performance.now() - clock) / 100) / 10;
      const verdict = verdictOf(question, { answer: outcome.answer, evidence });
      const row = { id: question.id, system, question: question.question, verdict, ...outcome, seconds };
      appendFileSync(out, `${JSON.stringify(row)}\n`);
      done.push(row);
      console.log(
        `${system.padEnd(7)} ${verdict.padEnd(9)} ${seconds}s ${row.calls} calls  ${row.question} -> ${row.answer ?? row.error}`,
      );
    }
  }
  await router.close();
  for (const system of ['agent', 'router'] as const)
    console.log(JSON.stringify({ system, ...summaryOf(done, system) }));
}

function summaryOf(rows: readonly Row[], system: Row['system']) {
  const own = rows.filter((row) => row.system === system);
  const mean = (value: (row: Row) => number) =>
    Math.round((10 * own.reduce((sum, row) => sum + value(row), 0)) / Math.max(1, own.length)) / 10;
  const verdicts = Object.groupBy(own, ({ verdict }) => verdict);
  return {
    questions: own.length,
    ...Object.fromEntries(Object.entries(verdicts).map(([verdict, list]) => [verdict, list.length])),
    failed: own.filter(({ error }) => error !== undefined).length,
    calls: mean(({ calls }) => calls),
    searches: mean(({ searches }) => searches),
    inputTokens: mean(({ tokens }) => tokens.input),
    outputTokens: mean(({ tokens }) => tokens.output),
    seconds: mean(({ seconds }) => seconds),
  };
}

const command = new Command().argument('<kit>').argument('<out>').option('--only <ids>');
command.option('--systems <names>', 'agent, router or both', 'agent,router');
command.option('--questions <n>', 'how many real ones', '40');
addModelOptions(command).action((kit: string, out: string, flags) => main(kit, resolve(out), flags));
await command.parseAsync();
