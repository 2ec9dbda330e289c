/**
 * Paths into a payload, in Qdrant's syntax: `a.b`, `list[].field`, `list[0]`, `"key with.dots".b`. Reading collects every value a
 * path reaches; writing creates missing objects on the way.
 */
import { badRequest } from '../errors.ts';

/** Whole numbers above 2^53 are BigInt. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json };
export type Payload = { [key: string]: Json };

/** A key of an object, a position in an array, or '[]': every element. */
export type PathStep = { key: string } | { index: number } | { all: true };

const SEGMENT = /^(?:"([^"]+)"|([^.[\]"]+))/;
const BRACKET = /^\[(\d*)\]/;

const parsed = new Map<string, readonly PathStep[]>();

export function parsePath(path: string): readonly PathStep[] {
  const known = parsed.get(path);
  if (known) return known;
  const steps: PathStep[] = [];
  let rest = path;
  while (rest.length > 0) {
    const segment = SEGMENT.exec(rest);
    if (!segment) break;
    steps.push({ key: segment[1] ?? segment[2]! });
    rest = rest.slice(segment[0].length);
    for (let bracket = BRACKET.exec(rest); bracket; bracket = BRACKET.exec(rest)) {
      steps.push(bracket[1] === '' ? { all: true } : { index: Number(bracket[1]) });
      rest = rest.slice(bracket[0].length);
    }
    if (rest === '') break;
    if (!rest.startsWith('.') || rest.length === 1) break;
    rest = rest.slice(1);
  }
  if (steps.length === 0 || rest !== '')
    throw badRequest(`${JSON.stringify(path)} is not a payload path; write it like a.b, list[].field or "a key".b`);
  if (parsed.size > 10_000) parsed.clear();
  parsed.set(path, steps);
  return steps;
}

export const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every value the steps reach, arrays at the end left whole. Nothing where the path does not exist. */
export function valuesAt(root: Json | undefined, steps: readonly PathStep[], from = 0): Json[] {
  const out: Json[] = [];
  collect(root, steps, from, out);
  return out;
}

function collect(value: Json | undefined, steps: readonly PathStep[], at: number, out: Json[]): void {
  if (value === undefined) return;
  const step = steps[at];
  if (!step) {
    out.push(value);
  } else if ('key' in step) {
    if (isObject(value) && Object.hasOwn(value, step.key)) collect(value[step.key], steps, at + 1, out);
  } else if (Array.isArray(value)) {
    if ('index' in step) collect(value[step.index], steps, at + 1, out);
    else for (const element of value) collect(element, steps, at + 1, out);
  }
}

/** The keys of `added` over those of `present`; a null takes its key away. */
export function mergePayload(present: Json | undefined, added: Payload): Payload {
  const merged = { ...(isObject(present) ? present : {}), ...added };
  for (const [key, value] of Object.entries(added)) if (value === null) delete merged[key];
  return merged;
}

/** Merges `value` into whatever the path reaches (objects are merged key by key, anything else is replaced). */
export function mergeAt(root: Payload, path: string, value: Payload): void {
  mergeSteps(root, parsePath(path), 0, value);
}

function mergeSteps(node: Json, steps: readonly PathStep[], at: number, value: Payload): void {
  const step = steps[at]!;
  const last = at === steps.length - 1;
  if ('key' in step) {
    if (!isObject(node)) return;
    const next = steps[at + 1];
    const wantsArray = next !== undefined && !('key' in next);
    if (last) {
      node[step.key] = mergePayload(node[step.key], value);
      return;
    }
    const present = node[step.key];
    if (wantsArray ? !Array.isArray(present) : !isObject(present)) node[step.key] = wantsArray ? [] : {};
    mergeSteps(node[step.key]!, steps, at + 1, value);
    return;
  }
  if (!Array.isArray(node)) return;
  const positions = 'index' in step ? (step.index < node.length ? [step.index] : []) : [...node.keys()];
  for (const position of positions) {
    const present = node[position]!;
    if (last) node[position] = mergePayload(present, value);
    else mergeSteps(present, steps, at + 1, value);
  }
}

/** Removes what the path reaches. */
export function removeAt(root: Payload, path: string): void {
  removeSteps(root, parsePath(path), 0);
}

function removeSteps(node: Json | undefined, steps: readonly PathStep[], at: number): void {
  const step = steps[at]!;
  const last = at === steps.length - 1;
  if ('key' in step) {
    if (!isObject(node)) return;
    if (last) delete node[step.key];
    else removeSteps(node[step.key], steps, at + 1);
  } else if (Array.isArray(node)) {
    if ('index' in step) {
      if (last) node.splice(step.index, 1);
      else removeSteps(node[step.index], steps, at + 1);
    } else if (last) node.length = 0;
    else for (const element of node) removeSteps(element, steps, at + 1);
  }
}
