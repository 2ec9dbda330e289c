/**
 * What a request wants back of each point: the payload (whole, some paths, all but some) and the vectors (all or by name).
 */
import type { Schemas } from '@qdrant/js-client-rest';
import type { CollectionConfig } from './collection-config.ts';
import { badRequest } from './errors.ts';
import { isObject, type Json, type PathStep, type Payload, parsePath, removeAt } from './payload/json-path.ts';
import { type PointVectors, vectorOutput } from './vectors.ts';

export type PayloadSelection =
  | { kind: 'none' }
  | { kind: 'all' }
  | { kind: 'include'; paths: readonly (readonly PathStep[])[] }
  | { kind: 'exclude'; paths: readonly string[] };

const isPaths = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

export function readPayloadSelection(value: unknown, fallback: boolean): PayloadSelection {
  if (value === undefined || value === null) return { kind: fallback ? 'all' : 'none' };
  if (typeof value === 'boolean') return { kind: value ? 'all' : 'none' };
  if (isPaths(value)) return { kind: 'include', paths: value.map(parsePath) };
  if (typeof value === 'object') {
    if ('include' in value && isPaths(value.include)) return { kind: 'include', paths: value.include.map(parsePath) };
    if ('exclude' in value && isPaths(value.exclude)) return { kind: 'exclude', paths: value.exclude };
  }
  throw badRequest('with_payload must be true, false, an array of paths, {include: [...]} or {exclude: [...]}');
}

export function selectPayload(payload: Payload, selection: PayloadSelection): Payload | undefined {
  switch (selection.kind) {
    case 'none':
      return undefined;
    case 'all':
      return payload;
    case 'include':
      return include(payload, selection.paths, 0) as Payload;
    case 'exclude':
      for (const path of selection.paths) {
        if (!parsePath(path).some((step) => 'index' in step)) removeAt(payload, path);
      }
      return payload;
    default:
      return selection satisfies never;
  }
}

/**
 * The part of `node` that the paths reach. As on the server, anything that is no object or array stays whole once its key was
 * named, arrays are entered by `[]` only, and positions such as `[0]` select nothing.
 */
function include(node: Json, paths: readonly (readonly PathStep[])[], depth: number): Json {
  if (paths.some((path) => path.length === depth)) return node;
  if (isObject(node)) {
    const out: Payload = {};
    for (const [key, value] of Object.entries(node)) {
      const matching = paths.filter((path) => {
        const step = path[depth]!;
        return 'key' in step && step.key === key;
      });
      if (matching.length > 0) out[key] = include(value, matching, depth + 1);
    }
    return out;
  }
  if (Array.isArray(node)) {
    const elements = paths.filter((path) => 'all' in path[depth]!);
    return elements.length === 0 ? [] : node.map((element) => include(element, elements, depth + 1));
  }
  return node;
}

/** Names of the vectors to send along; undefined for none. */
export type VectorSelection = ReadonlySet<string> | undefined;

export function readVectorSelection(value: unknown, config: CollectionConfig): VectorSelection {
  if (value === undefined || value === null || value === false) return undefined;
  if (value === true) return new Set(config.specs.map((spec) => spec.name));
  const names = typeof value === 'string' ? [value] : value;
  if (!isPaths(names)) throw badRequest('with_vector must be true, false or an array of vector names');
  for (const name of names) config.requireVector(name);
  return new Set(names);
}

/** As the server sends them: the unnamed vector bare, named ones in an object. */
export function vectorsOutput(vectors: PointVectors, selection: ReadonlySet<string>): Schemas['VectorStructOutput'] {
  const unnamed = vectors.get('');
  const named = [...vectors].filter(([name]) => name !== '' && selection.has(name));
  if (unnamed && selection.has('') && named.length === 0 && unnamed.kind !== 'sparse') {
    return vectorOutput(unnamed) as Schemas['VectorStructOutput'];
  }
  const all = unnamed && selection.has('') ? [['', unnamed] as const, ...named] : named;
  return Object.fromEntries(all.map(([name, vector]) => [name, vectorOutput(vector)]));
}
