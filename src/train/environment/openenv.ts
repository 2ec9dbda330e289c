/**
 * The words of OpenEnv's protocol: what its clients send over a WebSocket and over HTTP, and what they are answered. Knows messages and no
 * sockets.
 */
import { z } from 'zod';
import { ActionSchema, readAction } from './action.ts';
import { failureText } from './failure-text.ts';
import { callMcp, type JsonRpcReply } from './mcp.ts';
import { ResetSchema } from './reset.ts';
import type { Session, SessionObservation, Sessions } from './sessions.ts';
import { listedTools } from './tools.ts';

export interface ObservationReply {
  observation: Record<string, unknown>;
  reward: number | null;
  done: boolean;
}

/** As OpenEnv has it: reward and end beside the observation. The first has earned nothing yet. */
export function observationReply(observed: SessionObservation, { first = false } = {}): ObservationReply {
  const { reward, done, episodeId, questionId, question, picture, toolName, stopReason, text, ...rest } = observed;
  return {
    observation: {
      episode_id: episodeId,
      question_id: questionId,
      question,
      text,
      ...rest,
      ...(picture !== undefined && { picture }),
      ...(stopReason !== undefined && { stop_reason: stopReason }),
      ...(toolName !== undefined && { tool_name: toolName, result: text }),
    },
    reward: first ? null : reward,
    done,
  };
}

export function stateReply({ episode, episodeId }: Session): Record<string, unknown> {
  if (!episode) return { episode_id: null, step_count: 0 };
  const { steps, rewards, stopReason, ...rest } = episode.state();
  const { id, question } = episode.question.question;
  return {
    episode_id: episodeId,
    step_count: steps.length,
    question_id: id,
    question,
    ...rest,
    ...(stopReason !== undefined && { stop_reason: stopReason }),
    rewards,
    total_reward: rewards.reduce((sum, reward) => sum + reward, 0),
    steps,
  };
}

/** The three schemas that clients may ask for. */
export function schemaReply(): Record<string, unknown> {
  return {
    action: z.toJSONSchema(ActionSchema, { io: 'input', unrepresentable: 'any' }),
    observation: z.toJSONSchema(ObservationSchema),
    state: z.toJSONSchema(StateSchema),
  };
}

const ObservationSchema = z.object({
  episode_id: z.string(),
  question_id: z.string(),
  question: z.string(),
  text: z.string().describe('what is new: what the calls brought, or what was wrong with them'),
  messages: z.array(z.looseObject({ role: z.string() })).describe('everything that the model is shown now'),
  functions: z.array(z.looseObject({ type: z.string() })).describe('the tools it may call now'),
  step: z.number().int().describe('steps that have ended'),
  picture: z.string().optional().describe('with the first: the picture of the question, as a data URL'),
  error: z.object({ error_type: z.string(), message: z.string() }).optional(),
  tool_name: z.string().optional(),
  result: z.string().optional(),
  answer: z.string().nullable().optional(),
  stop_reason: z.string().optional(),
});
const StateSchema = z.looseObject({
  episode_id: z.string().nullable(),
  step_count: z.number().int(),
  rewards: z.array(z.number()).optional(),
  total_reward: z.number().optional(),
  steps: z.array(z.looseObject({ id: z.string() })).optional(),
});

type ErrorCode =
  | 'INVALID_JSON'
  | 'UNKNOWN_TYPE'
  | 'VALIDATION_ERROR'
  | 'EXECUTION_ERROR'
  | 'CAPACITY_REACHED'
  | 'SESSION_ERROR';

export type SocketReply =
  | { type: 'observation'; data: ObservationReply }
  | { type: 'state'; data: Record<string, unknown> }
  | { type: 'mcp'; data: JsonRpcReply }
  | { type: 'error'; data: { message: string; code: ErrorCode; errors?: unknown } };

export function errorReply(code: ErrorCode, message: string, errors?: unknown): SocketReply {
  return { type: 'error', data: { message, code, ...(errors !== undefined && { errors }) } };
}

const MessageSchema = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()).default({}) });

/** The answer to one message of a session's socket; undefined where it ends the session. Throws nothing. */
export async function answerMessage(
  raw: string,
  session: Session,
  sessions: Sessions,
): Promise<SocketReply | undefined> {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch {
    return errorReply('INVALID_JSON', 'Invalid JSON: the message cannot be parsed');
  }
  const parsed = MessageSchema.safeParse(json);
  if (!parsed.success)
    return errorReply('VALIDATION_ERROR', 'Invalid message: give type and data', issuesOf(parsed.error));
  const { type, data } = parsed.data;
  sessions.find(session.id);
  try {
    switch (type) {
      case 'reset': {
        const reset = ResetSchema.safeParse(data);
        if (!reset.success) return errorReply('VALIDATION_ERROR', 'Invalid message', issuesOf(reset.error));
        return { type: 'observation', data: observationReply(await session.reset(reset.data), { first: true }) };
      }
      case 'step':
        return { type: 'observation', data: await stepReply(data, session, sessions) };
      case 'state':
        return { type: 'state', data: stateReply(session) };
      case 'mcp':
        return { type: 'mcp', data: (await callMcp(data, { sessions, session }))! };
      case 'close':
        return undefined;
      default:
        return errorReply('UNKNOWN_TYPE', `Unknown message type: ${type.slice(0, 100)}`);
    }
  } catch (error) {
    return errorReply('EXECUTION_ERROR', failureText(error));
  }
}

export async function stepReply(
  action: Record<string, unknown>,
  session: Session,
  { options }: Sessions,
): Promise<ObservationReply> {
  if (action.type === 'list_tools')
    return { observation: { tools: listedTools(options.graph) }, reward: null, done: false };
  return observationReply(await session.act(readAction(action)));
}

function issuesOf({ issues }: z.ZodError): unknown {
  return issues.map(({ path, message }) => ({ loc: path, msg: message }));
}
