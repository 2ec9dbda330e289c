/**
 * A model by name, by repository or by directory, as files on this machine. Named ones are fetched once into the shared cache;
 * a directory is used as it is.
 */
import { existsSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { cacheDirectory } from '../../../common/cache-directory.ts';
import { sha256 } from '../../../common/content-hash.ts';
import { isR1RouterError, messageOf, systemError, userError } from '../../../common/errors.ts';
import { MODELS, type ModelKind, type ModelSpec, unlistedFiles, type Variant } from './catalogue.ts';
import { type DownloadProgress, downloadFile } from './download.ts';

export interface ModelOptions {
  /** A name of the catalogue, `owner/name@commit` of a repository, or a directory with the files of one. */
  model: string;
  /** `int8` is a quarter of the size and about twice as fast, for a small loss in quality. Default fp32. */
  variant?: Variant;
  /** Default: `models` in the cache directory. */
  directory?: string;
  /** Server of the files; default R1_ROUTER_MODELS_URL, then HF_ENDPOINT, then https://huggingface.co. */
  endpoint?: string;
  /** Fetch nothing; also by R1_ROUTER_OFFLINE=1. */
  offline?: boolean;
  onProgress?: (progress: DownloadProgress) => void;
  signal?: AbortSignal;
}

export interface LocalModel {
  /** Name, revision and variant: stored with every index the model filled. */
  id: string;
  directory: string;
  variant: Variant;
  spec: Partial<ModelSpec>;
}

/** Throws `unknown-model`, `model-offline` (with where to put the files), `model-checksum`, `model-not-found`. */
export async function resolveModel(kind: ModelKind, options: ModelOptions): Promise<LocalModel> {
  const { model, variant = 'fp32' } = options;
  const spec = MODELS.find(({ name }) => name.toLowerCase() === model.toLowerCase());
  if (spec && spec.kind !== kind) {
    throw userError('unknown-model', `Model ${model} is a ${spec.kind} model; a ${kind} model is needed here`);
  }
  if (spec) return fetchModel(spec, options);
  if ((await stat(model).catch(() => undefined))?.isDirectory()) return localModel(model, variant, kind);
  const [, repository, revision] = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})$/.exec(model) ?? [];
  if (repository && revision) {
    return fetchModel(
      { name: repository.split('/')[1]!, kind, repository, revision, files: unlistedFiles(kind) },
      options,
    );
  }
  const known = MODELS.filter((entry) => entry.kind === kind).map(({ name }) => name);
  throw userError(
    'unknown-model',
    `Unknown ${kind} model "${model}"; use ${known.join(' or ')}, a directory, or owner/name@commit with the full commit id`,
  );
}

async function localModel(path: string, variant: Variant, kind: ModelKind): Promise<LocalModel> {
  const directory = resolve(path);
  const model = { id: basename(directory), directory, variant, spec: {} };
  const graph = modelFile(model, graphPaths(kind === 'text-image' ? 'vision_model' : 'model', variant));
  return { ...model, id: `${basename(directory)}@${await fingerprint(graph)}/${variant}` };
}

/** Tells the weights of two exports apart without reading gigabytes: size, beginning and end of the file. */
async function fingerprint(path: string): Promise<string> {
  const edge = 1 << 16;
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = await file.read(Buffer.alloc(edge), 0, edge, 0);
    const tail = await file.read(Buffer.alloc(edge), 0, edge, Math.max(0, size - edge));
    const parts = [head, tail].map(({ buffer, bytesRead }) => buffer.subarray(0, bytesRead));
    return sha256(Buffer.concat([Buffer.from(String(size)), ...parts])).slice(0, 8);
  } finally {
    await file.close();
  }
}

async function fetchModel(spec: ModelSpec, options: ModelOptions): Promise<LocalModel> {
  const variant = options.variant ?? 'fp32';
  const root = options.directory ?? join(cacheDirectory(), 'models');
  const directory = join(root, spec.repository.replace('/', '--'), spec.revision);
  const endpoint =
    options.endpoint ?? process.env.R1_ROUTER_MODELS_URL ?? process.env.HF_ENDPOINT ?? 'https://huggingface.co';
  const files = spec.files.filter((file) => file.variant === undefined || file.variant === variant);
  const missing = files.filter((file) => !existsSync(join(directory, ...file.path.split('/'))));
  try {
    if (missing.some((file) => !file.optional) && (options.offline ?? process.env.R1_ROUTER_OFFLINE === '1')) {
      throw systemError('model-offline', `Model ${spec.name}: it is not in the cache, and fetching is switched off`);
    }
    for (const file of missing) {
      if (options.offline ?? process.env.R1_ROUTER_OFFLINE === '1') break;
      await downloadFile({
        url: `${endpoint.replace(/\/$/, '')}/${spec.repository}/resolve/${spec.revision}/${file.path}`,
        target: join(directory, ...file.path.split('/')),
        file,
        model: spec.name,
        onProgress: options.onProgress,
        signal: options.signal,
      });
    }
  } catch (error) {
    if (!isR1RouterError(error) || error.code !== 'model-offline') throw error;
    throw systemError(
      'model-offline',
      `${error.message}. Search works without it (BM25); to have it, put ${missing.map(({ path }) => path).join(', ')} of ` +
        `${spec.repository} at ${spec.revision} into ${directory}, or name a mirror in R1_ROUTER_MODELS_URL`,
      error,
    );
  }
  return { id: `${spec.name}@${spec.revision.slice(0, 8)}/${variant}`, directory, variant, spec };
}

/** Undefined where the file is not there. Throws `model-broken` where it is not JSON. */
export async function readJson<Value>(directory: string, path: string): Promise<Value | undefined> {
  const file = join(directory, ...path.split('/'));
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw systemError(
      'model-broken',
      `Model file ${file} is not JSON (${messageOf(error)}); delete it and run again`,
      error,
    );
  }
}

/** Where exports keep a graph. */
export const graphPaths = (name: string, variant: Variant): string[] =>
  variant === 'int8'
    ? [`onnx/${name}_quantized.onnx`, `onnx/${name}_int8.onnx`, `${name}_quantized.onnx`]
    : [`onnx/${name}.onnx`, `${name}.onnx`];

/** The first of the paths that is there. Throws `model-broken` naming what was looked for. */
export function modelFile({ id, directory }: LocalModel, candidates: readonly string[]): string {
  for (const path of candidates) {
    const file = join(directory, ...path.split('/'));
    if (existsSync(file)) return file;
  }
  throw userError(
    'model-broken',
    `Model ${id}: ${directory} has none of ${candidates.join(', ')}; export the model to ONNX first`,
  );
}
