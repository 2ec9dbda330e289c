/**
 * The router as a graph that runs elsewhere: `npx @langchain/langgraph-cli dev` in examples/langgraph-dev serves it, and RemoteGraph
 * asks it as if it were here. Run it with `npx node examples/remote-graph.ts http://127.0.0.1:2024`.
 */
import { RemoteGraph } from '@langchain/langgraph/remote';

export async function main(url: string): Promise<string> {
  const router = new RemoteGraph({ graphId: 'router', url });
  const output = (await router.invoke({ question: 'Where do visitors sign in?' })) as { answer: string | null };
  return output.answer ?? 'no answer';
}

if (import.meta.main) console.log(await main(process.argv[2] ?? 'http://127.0.0.1:2024'));
