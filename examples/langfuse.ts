/**
 * Every step of a run in Langfuse, by its own callback. It reads LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY and LANGFUSE_BASE_URL. Needs
 * `@langfuse/langchain`, `@langfuse/otel` and what they ask for. Run it with `npx node examples/langfuse.ts`.
 */
import { CallbackHandler } from '@langfuse/langchain';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createRouterGraph, fixedPolicy } from 'r1-router';
import { createRouterApp, listen } from 'r1-router/server';
import { officeNotes } from './custom-knowledge-base.ts';
import { answerWithLastReading, readFirstLine } from './parts.ts';

const graph = createRouterGraph({
  knowledgeBases: [officeNotes],
  policy: fixedPolicy({ knowledgeBase: officeNotes.name }),
  reader: readFirstLine,
  answerer: answerWithLastReading,
});

export async function main(): Promise<string[]> {
  const provider = new BasicTracerProvider({ spanProcessors: [new LangfuseSpanProcessor()] });
  trace.setGlobalTracerProvider(provider); // or NodeSDK of @opentelemetry/sdk-node

  // A graph takes it like every LangChain runnable; a handler a run.
  const asked = { question: 'Where do visitors sign in?' };
  const { answer } = await graph.invoke(asked, { callbacks: [new CallbackHandler()] });

  // A server takes what it is to give each run.
  const tracing = { callbacksFor: () => [new CallbackHandler()] };
  const { url, close } = await listen(createRouterApp({ graph, tracing }));
  const response = await fetch(`${url}/v1/ask`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(asked),
  });
  const served = (await response.json()) as { answer: string };
  await close();
  await provider.shutdown(); // sends what is left
  return [answer ?? '', served.answer];
}

if (import.meta.main) console.log((await main()).join('\n'));
