/**
 * The server's log: one object an entry, with the time, a level, the request's id and, where there is one, the run's. It says
 * what happened and never what was asked or found; words that look like keys are taken out before anything is written.
 */
import { inspect } from 'node:util';
import { isR1RouterError, messageOf } from '../common/errors.ts';

export type LogLevel = 'info' | 'warn' | 'error';

export interface LogEntry {
  /** ISO 8601 in UTC. */
  time: string;
  level: LogLevel;
  /** `request`, `error`, `start`, `stop`. */
  event: string;
  requestId?: string;
  runId?: string;
  [field: string]: unknown;
}

export type Log = (entry: LogEntry) => void;

export function logEntry(level: LogLevel, event: string, fields: Record<string, unknown> = {}): LogEntry {
  return { time: new Date().toISOString(), level, event, ...fields };
}

/** A log of one JSON object a line: `jsonLines((line) => process.stderr.write(line))`. */
export function jsonLines(write: (line: string) => void, { secrets = [] }: { secrets?: readonly string[] } = {}): Log {
  const redact = redactor(secrets);
  return (entry) => write(`${redact(JSON.stringify(entry))}\n`);
}

/** What an error says to those who run the server: code, message, stack, and the same of its causes. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error === 'string' ? error : inspect(error, { depth: 2 }) };
  return {
    ...(isR1RouterError(error) && { code: error.code, kind: error.kind }),
    message: messageOf(error),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  };
}

const REDACTED = '[redacted]';
/** Keys of providers, bearer tokens, and passwords in addresses. */
const PATTERNS = [
  /\b(?:sk|pk|rk|lsv2|ghp|gho|hf|xox[abp])[-_][\w-]{6,}/g,
  /(?<=\bBearer )[^\s"\\]+/gi,
  /(?<=:\/\/[^\s/:@"]{0,64}:)[^\s/@"]+(?=@)/g,
];
const SECRET_NAME = /(?:KEY|TOKEN|SECRET|PASSWORD)$/i;

/** Takes out the given secrets, those of the environment, and what has the look of one. */
export function redactor(secrets: readonly string[] = [], environment = process.env): (text: string) => string {
  const ofEnvironment = Object.entries(environment).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && value !== undefined && value.length >= 8 ? [value] : [],
  );
  const known = [...secrets, ...ofEnvironment].map((secret) => JSON.stringify(secret).slice(1, -1));
  return (text) => {
    const withoutKnown = known.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
    return PATTERNS.reduce((rest, pattern) => rest.replace(pattern, REDACTED), withoutKnown);
  };
}
