/**
 * The router and its knowledge bases as tools of the Model Context Protocol. Start `r1-router serve` and run
 * `npx node examples/mcp-client.ts http://127.0.0.1:8484`; an assistant that speaks MCP takes the address `http://127.0.0.1:8484/mcp`.
 */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export async function main(url: string): Promise<{ tools: string[]; steps: string[]; answer: unknown }> {
  const client = new Client({ name: 'example', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  try {
    const { tools } = await client.listTools();
    const steps: string[] = [];
    const asked = { name: 'ask', arguments: { question: 'Where do visitors sign in?' } };
    const { structuredContent } = await client.callTool(asked, undefined, {
      onprogress: ({ message }) => void steps.push(message ?? ''),
    });
    return { tools: tools.map(({ name }) => name), steps, answer: structuredContent };
  } finally {
    await client.close();
  }
}

if (import.meta.main) console.log(await main(process.argv[2] ?? 'http://127.0.0.1:8484'));
