/**
 * The one error type of the package. Every failure that reaches a user carries a stable `code`, a `kind` that says whose fault
 * it is, and a message that names the component and the next thing to do. Errors that carry data extend it in their own file.
 */

/** `user`: the input is wrong (exit 2, HTTP 4xx). `model`: a model misbehaved. `system`: a part failed (exit 1, HTTP 5xx). */
export type ErrorKind = 'user' | 'model' | 'system';

const MARK = Symbol.for('r1-router.error');

export interface R1RouterErrorOptions {
  /** Stable, kebab-case, part of the public contract. */
  code: string;
  kind: ErrorKind;
  cause?: unknown;
}

export class R1RouterError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  /** Survives two copies of the package in one process, where `instanceof` does not. */
  readonly [MARK] = true;

  constructor(message: string, { code, kind, cause }: R1RouterErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.kind = kind;
  }
}

/** Whether a value is an error of this package, also one that another copy of it threw. */
export function isR1RouterError(value: unknown): value is R1RouterError {
  return typeof value === 'object' && value !== null && MARK in value;
}

/** An input the caller must change. `message` is one line that names the field and the fix. */
export function userError(code: string, message: string, cause?: unknown): R1RouterError {
  return new R1RouterError(message, { code, kind: 'user', cause });
}

export function systemError(code: string, message: string, cause?: unknown): R1RouterError {
  return new R1RouterError(message, { code, kind: 'system', cause });
}

export function modelError(code: string, message: string, cause?: unknown): R1RouterError {
  return new R1RouterError(message, { code, kind: 'model', cause });
}

/** The message of anything that was thrown, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
