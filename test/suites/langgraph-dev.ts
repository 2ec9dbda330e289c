/**
 * The clients of LangGraph's platform against our graph on `langgraphjs dev`: assistants and their schemas, threads, streams,
 * interrupts and RemoteGraph. Not part of `npm test`, because the development server is no dependency. Start it on a graph of this
 * package (examples/langgraph-dev, or one of your own named `router` whose policy interrupts where the question says "confirm"):
 *
 *     R1_ROUTER_LANGGRAPH_URL=http://localhost:2024 node test/suites/langgraph-dev.ts
 */
import assert from 'node:assert/strict';
import { RemoteGraph } from '@langchain/langgraph/remote';
import { Client } from '@langchain/langgraph-sdk';
import { RouterOutputSchema } from '../../src/graph/run-state.ts';

const url = process.env.R1_ROUTER_LANGGRAPH_URL;
if (url === undefined) {
  console.log('skipped: R1_ROUTER_LANGGRAPH_URL does not say where the development server is');
  process.exit(0);
}

const client = new Client({ apiUrl: url });
const QUESTION = 'Where do visitors sign in?';

async function check(name: string, work: () => Promise<void>): Promise<void> {
  await work();
  console.log(`ok: ${name}`);
}

await check('the assistant tells what goes in and what comes out', async () => {
  const [assistant] = await client.assistants.search({ graphId: 'router' });
  const schemas = await client.assistants.getSchemas(assistant!.assistant_id);
  assert.ok(schemas.input_schema?.properties && 'question' in schemas.input_schema.properties);
  assert.ok(schemas.output_schema?.properties && 'citations' in schemas.output_schema.properties);
});

await check('a run without a thread', async () => {
  const output = await client.runs.wait(null, 'router', { input: { question: QUESTION } });
  assert.ok(RouterOutputSchema.parse(output).answer);
});

await check('a stream of our events on a thread, and the state of it afterwards', async () => {
  const { thread_id: thread } = await client.threads.create();
  const types: string[] = [];
  for await (const { event, data } of client.runs.stream(thread, 'router', {
    input: { question: QUESTION },
    streamMode: ['custom'],
  })) {
    if (event === 'custom') types.push((data as { type: string }).type);
  }
  assert.equal(types[0], 'run-start');
  assert.equal(types.at(-1), 'answer-end');
  const { values } = await client.threads.getState<{ answer: string }>(thread);
  assert.ok(values.answer);
});

await check('an interrupt, and the answer to it', async () => {
  const { thread_id: thread } = await client.threads.create();
  await client.runs.wait(thread, 'router', { input: { question: 'Please confirm first.' } });
  const paused = await client.threads.get(thread);
  if (paused.status !== 'interrupted') return console.log('  (skipped: the policy of this graph does not interrupt)');
  const output = await client.runs.wait(thread, 'router', { command: { resume: QUESTION } });
  const { steps } = RouterOutputSchema.parse(output);
  assert.deepEqual(steps[0]!.decision.type === 'search' && steps[0]!.decision.searches[0]!.subQuestion, QUESTION);
});

await check('RemoteGraph, invoked and streamed', async () => {
  const graph = new RemoteGraph({ graphId: 'router', url });
  const output = RouterOutputSchema.parse(await graph.invoke({ question: QUESTION }));
  assert.ok(output.answer);
  let updates = 0;
  for await (const _update of await graph.stream({ question: QUESTION }, { streamMode: 'updates' })) updates++;
  assert.ok(updates > 3);
});
