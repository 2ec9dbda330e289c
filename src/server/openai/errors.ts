/** Failures as clients of OpenAI expect them. */
import type { ErrorReply } from '../error-reply.ts';

export interface OpenAiError {
  error: { message: string; type: string; param: string | null; code: string };
}

export function openAiError({ status, code, message }: ErrorReply): OpenAiError {
  const [, param = null] = /^(messages(?:\.[\w.]+)?|model|stream|n|seed): /.exec(message) ?? [];
  return { error: { message, type: typeOf(status), param, code: code === 'unauthorized' ? 'invalid_api_key' : code } };
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
