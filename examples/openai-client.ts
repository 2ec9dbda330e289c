/**
 * A program that speaks to OpenAI, pointed at the router: another base URL, and nothing else. Start `r1-router serve` and run
 * `npx node examples/openai-client.ts http://127.0.0.1:8484`.
 */
import OpenAI from 'openai';

export async function main(url: string): Promise<{ answer: string; streamed: string; sources: string[] }> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: process.env.R1_ROUTER_API_KEY ?? 'none' });
  const messages = [{ role: 'user' as const, content: 'Where do visitors sign in?' }];

  const completion = await client.chat.completions.create({ model: 'r1-router', messages });
  // Beside what OpenAI says, the router says where its answer comes from.
  const { citations } = completion as unknown as { citations: { passageId: string; knowledgeBase: string }[] };

  let streamed = '';
  const stream = await client.chat.completions.create({ model: 'r1-router', messages, stream: true });
  for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? '';

  return {
    answer: completion.choices[0]?.message.content ?? '',
    streamed,
    sources: citations.map(({ passageId, knowledgeBase }) => `${passageId} (${knowledgeBase})`),
  };
}

if (import.meta.main) console.log(await main(process.argv[2] ?? 'http://127.0.0.1:8484'));
