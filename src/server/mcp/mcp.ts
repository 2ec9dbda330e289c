/**
 * `/mcp`: the router and its knowledge bases as tools of the Model Context Protocol, over streamable HTTP and without sessions: each
 * request stands alone. Needs the package `@modelcontextprotocol/sdk`, which is loaded when it is asked for first.
 */
import type { Request, RequestHandler, Response } from 'express';
import type { Runner } from '../ask/run.ts';
import { HttpError } from '../error-reply.ts';
import type { RouterServerOptions } from '../options.ts';
import { contextOf } from '../request-context.ts';
import { addTools } from './tools.ts';

const SERVER = { name: 'r1-router', version: '1' };
const INSTRUCTIONS =
  'Ask a whole question with `ask`: it looks things up step by step and answers with its sources. To look in one knowledge base yourself, use its search tool.';

type Sdk = Awaited<ReturnType<typeof loadSdk>>;
let sdk: Promise<Sdk> | undefined;

async function loadSdk() {
  const [{ McpServer }, { StreamableHTTPServerTransport }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/mcp.js'),
    import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
  ]);
  return { McpServer, StreamableHTTPServerTransport };
}

export function mcp(runner: Runner, options: RouterServerOptions): RequestHandler {
  return async (request, response) => {
    sdk ??= loadSdk();
    const loaded = await sdk.catch(() => {
      sdk = undefined;
      throw new HttpError({
        status: 501,
        code: 'mcp-not-installed',
        message: 'the server has no MCP; install @modelcontextprotocol/sdk beside r1-router',
      });
    });
    if (Array.isArray(request.body)) {
      throw new HttpError({
        status: 400,
        code: 'mcp-batch',
        message: 'body: several messages at once; send one a request',
      });
    }
    await serveOne(loaded, request, response, { runner, options });
  };
}

/** A server and a transport a request: nothing is shared between clients, and nothing is left behind. */
async function serveOne(
  { McpServer, StreamableHTTPServerTransport }: Sdk,
  request: Request,
  response: Response,
  { runner, options }: { runner: Runner; options: RouterServerOptions },
): Promise<void> {
  const context = contextOf(response);
  const server = new McpServer(SERVER, { instructions: INSTRUCTIONS, capabilities: { tools: {} } });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  addTools(server, { runner, options, context });
  response.once('close', () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
}
