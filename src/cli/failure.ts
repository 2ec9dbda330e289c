/**
 * What a failure looks like from outside: one line on stderr and an exit code. 2: the user must change something. 1: something
 * failed. 130: interrupted. `R1_ROUTER_DEBUG=1` adds the stack and the causes.
 */
import { inspect } from 'node:util';
import { isR1RouterError, messageOf, type R1RouterError } from '../common/errors.ts';
import { missingOnnxRuntime } from '../common/onnx-runtime.ts';
import { isDamagedStore } from '../tools/damaged-store.ts';
import { plainLine } from './terminal/plain-text.ts';

export const EXIT = { success: 0, system: 1, user: 2, interrupted: 130 } as const;

interface Failure {
  line: string;
  exitCode: number;
}

export function describeFailure(error: unknown): Failure {
  if (isAbort(error)) return { line: 'interrupted', exitCode: EXIT.interrupted };
  const refused = modelRefusal(error);
  if (refused !== undefined) return { line: refused, exitCode: EXIT.user };
  const missing = missingOnnxRuntime(error);
  if (missing !== undefined) return { line: missing.message, exitCode: EXIT.user };
  if (isR1RouterError(error)) {
    return {
      line: plainLine(inCommands(error)),
      exitCode: error.kind === 'user' || isDamagedStore(error) ? EXIT.user : EXIT.system,
    };
  }
  return { line: `${plainLine(messageOf(error))} (R1_ROUTER_DEBUG=1 shows where)`, exitCode: EXIT.system };
}

/** A fix that is a call in code is a command here. */
function inCommands({ code, message }: R1RouterError): string {
  if (code !== 'local-qdrant-missing') return message;
  return message.replace('open it for writing to create it', 'fill one there with r1-router ingest');
}

/** Prints the failure and gives the exit code. */
export function reportFailure(error: unknown): number {
  const { line, exitCode } = describeFailure(error);
  process.stderr.write(`r1-router: ${line}\n`);
  if (process.env.R1_ROUTER_DEBUG) process.stderr.write(`${inspect(error, { depth: 5 })}\n`);
  return exitCode;
}

/** What Ctrl-C aborts a run with. */
export class Interrupted extends Error {
  override name = 'AbortError';
}

function isAbort(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Interrupted) return true;
  }
  return false;
}

/** A key that is missing or refused, or a model the provider does not know: the user's to mend, though it shows only in the call. */
function modelRefusal(error: unknown): string | undefined {
  const ofModel = isR1RouterError(error) && error.kind === 'model';
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    // What OpenAI's client throws without any key; it has neither a status nor a code.
    if (/^Missing credentials\b/.test(cause.message)) return plainLine(messageOf(error));
    if (!ofModel) continue;
    const { status } = cause as { status?: unknown };
    if (status === 401 || status === 403) return `${plainLine(messageOf(error))}; check the provider's API key`;
    if (status === 404) return `${plainLine(messageOf(error))}; check the model's name and the provider's address`;
  }
  return undefined;
}
