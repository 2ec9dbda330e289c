/**
 * A program that asks one question with an image through the graph or the plain driver, with a chat model, and knows nothing of
 * tracing (`sample`: forty questions, some of them traced; `spans`: as OpenTelemetry spans). The test starts it with the ordinary
 * environment variables of LangSmith or of OpenTelemetry.
 */
import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { AIMessage } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { fakeModel } from 'langchain';
import { chatModelPolicy } from '../../../src/graph/chat-model/policy.ts';
import { chatModelReader } from '../../../src/graph/chat-model/reader.ts';
import { driveRouter } from '../../../src/graph/driver.ts';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { memoryImageStore } from '../../../src/graph/image-store.ts';
import { askOncePolicy } from '../../../src/graph/policies/reroute.ts';
import { withoutAmbientTracing } from '../../../src/graph/tracing/ambient.ts';
import { openTelemetryTracing } from '../../../src/graph/tracing/open-telemetry.ts';
import { sampledTracing } from '../../../src/graph/tracing/sampled-tracer.ts';
import { fakeAnswerer, fakeKnowledgeBase, fakeReader } from '../../../src/test/fakes.ts';

const images = memoryImageStore();
const image = await images.put(Buffer.from('\x89PNG the pixels that must not leave', 'latin1'));
const responses = [
  '<think>See what it is.</think><sub-question>What is this?</sub-question><ret>Pictures</ret>',
  '<think>Clear.</think><answer>a cat</answer><cite>tir-0</cite>',
  '<think>Done.</think><sub-question>None</sub-question><ret>None</ret>',
];
const options = {
  knowledgeBases: [fakeKnowledgeBase('Pictures', { 'What is this?': ['a cat', 'a dog'] }, { modality: 'text-image' })],
  policy: chatModelPolicy({
    protocol: 'tags',
    model: new FakeListChatModel({ responses: [responses[0]!, responses[2]!] }),
  }),
  reader: chatModelReader({ model: new FakeListChatModel({ responses: responses.slice(1, 2) }) }),
  answerer: fakeAnswerer(),
  images,
};
const input = { question: 'What is in the picture?', image };
const context = { runId: '019a0000-0000-7000-8000-000000000000' };
switch (process.argv[2]) {
  case 'graph':
    console.log((await createRouterGraph(options).invoke(input, { context })).answer);
    break;
  case 'driver':
    console.log((await driveRouter(options)(input, { context })).answer);
    break;
  case 'sample': {
    const tracing = sampledTracing({ rate: 0.25, seed: 1, project: 'sampled' });
    const drive = driveRouter({ ...options, policy: askOncePolicy(), reader: fakeReader() });
    await withoutAmbientTracing(async () => {
      for (let index = 0; index < 40; index++) {
        await drive({ question: `question ${index}` }, { callbacks: tracing.callbacksFor(`question ${index}`) });
      }
    });
    await tracing.flush();
    break;
  }
  case 'spans': {
    const tracing = await openTelemetryTracing({ onError: ({ message }) => console.log(`not sent: ${message}`) });
    const usage_metadata = { input_tokens: 30, output_tokens: 12, total_tokens: 42 };
    const counted = fakeModel().respond(new AIMessage({ content: responses[1]!, usage_metadata }));
    const graph = createRouterGraph({ ...options, reader: chatModelReader({ model: counted, protocol: 'tags' }) });
    const { runId } = context;
    console.log((await graph.invoke(input, { context, runId, callbacks: tracing.callbacksFor(runId) })).answer);
    await tracing.close();
    break;
  }
  default:
    throw new Error('traced-run: say graph, driver, sample or spans');
}
await awaitAllCallbacks();
