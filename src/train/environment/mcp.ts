/**
 * The tools of the environment over JSON-RPC, as the Model Context Protocol has them and as OpenEnv's clients ask for them: by a session
 * of their own, `openenv/session/create`, or one that MCP begins with `initialize`. A session begins with a question drawn for it.
 */
import { z } from 'zod';
import { isR1RouterError } from '../../common/errors.ts';
import { readAction } from './action.ts';
import { failureText } from './failure-text.ts';
import { ResetSchema } from './reset.ts';
import type { Session, Sessions } from './sessions.ts';
import { listedTools } from './tools.ts';

const RequestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
  id: z.union([z.string(), z.number()]).nullish(),
});
type Request = z.infer<typeof RequestSchema>;

export interface JsonRpcReply {
  jsonrpc: '2.0';
  id: string | number | null;
  result?: unknown;
  error?: { code: number; message: string; data: unknown };
}

const CODE = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  internal: -32603,
  server: -32000,
} as const;

export interface McpSurroundings {
  sessions: Sessions;
  /** Of the connection, where it has one. */
  session?: Session;
  /** Told of a session that `initialize` began. */
  onSession?: (id: string) => void;
}

/** The answer to one request; undefined for a notification, which has none. Throws nothing. */
export async function callMcp(body: unknown, surroundings: McpSurroundings): Promise<JsonRpcReply | undefined> {
  const parsed = RequestSchema.safeParse(body);
  if (!parsed.success) return failed(null, CODE.request, 'Invalid request: give jsonrpc "2.0", method and params');
  const request = parsed.data;
  if (request.id === undefined && request.method.startsWith('notifications/')) return undefined;
  try {
    return (
      (await METHODS[request.method]?.(request, surroundings)) ??
      failed(request, CODE.method, `Method not found: ${request.method}`)
    );
  } catch (error) {
    const code = isR1RouterError(error) && error.code === 'environment-full' ? CODE.server : CODE.internal;
    return failed(request, code, failureText(error));
  }
}

export const parseError = (): JsonRpcReply => failed(null, CODE.parse, 'Parse error');

type Method = (request: Request, surroundings: McpSurroundings) => Promise<JsonRpcReply> | JsonRpcReply;

const METHODS: Readonly<Record<string, Method>> = {
  async initialize(request, { sessions, session, onSession }) {
    if (!session && onSession) onSession((await begun(sessions, {})).id);
    const { protocolVersion } = request.params;
    return succeeded(request, {
      protocolVersion: typeof protocolVersion === 'string' ? protocolVersion : '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'r1-router-environment', version: '1' },
      instructions: 'The question of this session is told by the tool `question`. Search, then end with `answer`.',
    });
  },
  ping: (request) => succeeded(request, {}),
  'tools/list': (request, { sessions }) => {
    const question = { name: 'question', description: 'Tells the question of this session.', input_schema: EMPTY };
    const tools = [question, ...listedTools(sessions.options.graph)];
    return succeeded(request, { tools: tools.map((tool) => ({ ...tool, inputSchema: tool.input_schema })) });
  },
  'tools/call': callTool,
  async 'openenv/session/create'(request, { sessions, session }) {
    return succeeded(request, { session_id: session ? session.id : (await begun(sessions, request.params)).id });
  },
  'openenv/session/close'(request, { sessions, session }) {
    const { session_id: id } = request.params;
    if (typeof id !== 'string') return failed(request, CODE.params, "Invalid params - 'session_id' is required");
    if (session?.id === id) return failed(request, CODE.request, 'A session of a socket ends with its socket');
    if (!sessions.find(id)) return failed(request, CODE.params, `Unknown session_id: ${id.slice(0, 100)}`);
    sessions.close(id);
    return succeeded(request, { session_id: id, closed: true });
  },
};

const EMPTY = { type: 'object', properties: {}, additionalProperties: false };

async function begun(sessions: Sessions, params: Record<string, unknown>): Promise<Session> {
  const session = sessions.open();
  try {
    await session.reset(ResetSchema.parse(params));
    return session;
  } catch (error) {
    sessions.close(session.id);
    throw error;
  }
}

const CallSchema = z.object({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()).default({}) });

async function callTool(request: Request, { sessions, session: own }: McpSurroundings): Promise<JsonRpcReply> {
  const { session_id: id } = request.params;
  const session = own ?? (typeof id === 'string' ? sessions.find(id) : undefined);
  if (!session) {
    const message =
      typeof id === 'string'
        ? `Unknown session_id: ${id.slice(0, 100)}`
        : 'Give session_id: openenv/session/create makes one';
    return failed(request, CODE.params, message);
  }
  const call = CallSchema.safeParse(request.params);
  if (!call.success) return failed(request, CODE.params, "Missing 'name' in params, or arguments that are no object");
  if (!session.episode) await session.reset({});
  const { name, arguments: given } = call.data;
  if (name === 'question') {
    const { question } = session.episode!.question.question;
    return succeeded(request, content(question, { question }));
  }
  const observed = await session.act(readAction({ type: 'call_tool', tool_name: name, arguments: given }));
  const { text, reward, done, answer, error, stopReason } = observed;
  const told = { reward, done, ...(done && { answer, stop_reason: stopReason }) };
  return succeeded(request, { ...content(text || JSON.stringify(told), told), isError: error !== undefined });
}

function content(text: string, structured: Record<string, unknown>) {
  return { content: [{ type: 'text', text }], structuredContent: structured, isError: false };
}

const succeeded = ({ id }: Request, result: unknown): JsonRpcReply => ({ jsonrpc: '2.0', id: id ?? null, result });

function failed(request: Pick<Request, 'id'> | null, code: number, message: string): JsonRpcReply {
  return { jsonrpc: '2.0', id: request?.id ?? null, error: { code, message, data: null } };
}
