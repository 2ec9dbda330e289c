/** A program that routes to a wrapped retriever and knows nothing of tracing; the test starts it with LangSmith's variables. */
import type { CallbackManagerForRetrieverRun } from '@langchain/core/callbacks/manager';
import { awaitAllCallbacks } from '@langchain/core/callbacks/promises';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { BaseRetriever } from '@langchain/core/retrievers';
import { RunnableLambda } from '@langchain/core/runnables';
import { FakeRetriever } from '@langchain/core/utils/testing';
import { createRouterGraph } from '../../../src/graph/graph.ts';
import { askOncePolicy } from '../../../src/graph/policies/reroute.ts';
import { fakeAnswerer, fakeReader } from '../../../src/test/fakes.ts';
import { knowledgeBaseFromRetriever } from '../../../src/tools/langchain/from-retriever.ts';

const inner = new FakeRetriever({ output: [new Document({ id: 'z', pageContent: 'Stripes.' })] });
const rewrite = RunnableLambda.from((text: string) => text.toUpperCase()).withConfig({ runName: 'rewrite' });

/** Hands its callbacks on to one part, and forgets to with the other. */
class TwoSteps extends BaseRetriever {
  lc_namespace = ['test'];
  override async _getRelevantDocuments(
    query: string,
    run?: CallbackManagerForRetrieverRun,
  ): Promise<DocumentInterface[]> {
    return inner.invoke(await rewrite.invoke(query), { callbacks: run?.getChild() });
  }
}

const graph = createRouterGraph({
  knowledgeBases: [knowledgeBaseFromRetriever(new TwoSteps(), { name: 'Own', description: 'What we wrote.' })],
  policy: askOncePolicy(),
  reader: fakeReader(),
  answerer: fakeAnswerer(),
});
console.log((await graph.invoke({ question: 'What has stripes?' })).steps[0]?.outcome);
await awaitAllCallbacks();
