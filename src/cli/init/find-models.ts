/**
 * Which language models are there without anybody's help: what Ollama has, what a server on this machine that speaks OpenAI's API serves, and
 * GGUF files at hand. Nothing outside this machine is asked, unless an address is given.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ollamaAddress } from '../../config/models.ts';

export interface FoundModel {
  /** As `--model` takes it. */
  model: string;
  baseUrl?: string;
  /** Where it was found, for people. */
  place: string;
}

export interface FindOptions {
  /** Of a server that speaks OpenAI's API; default the environment's, else those that are usual on this machine. */
  baseUrl?: string;
  /** Folders in which GGUF files are looked for. */
  folders?: readonly string[];
  environment?: NodeJS.ProcessEnv;
  /** Addresses tried where none is given. */
  usual?: readonly string[];
}

/** llama.cpp, vLLM and LM Studio, as they listen when nothing else is said. */
const USUAL_SERVERS = ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8000/v1', 'http://127.0.0.1:1234/v1'];
const PATIENCE_MS = 1_000;

const OllamaTags = z.object({ models: z.array(z.object({ name: z.string() })) });
const OpenAiModels = z.object({ data: z.array(z.object({ id: z.string() })) });

/** In the order in which they are to be preferred: an address that was given, Ollama, servers of this machine, files. */
export async function findModels(options: FindOptions = {}): Promise<FoundModel[]> {
  const { folders = ['.', 'models'], environment = process.env, usual = USUAL_SERVERS } = options;
  const given = options.baseUrl ?? (environment.OPENAI_BASE_URL || undefined);
  const servers = given === undefined ? usual : [given];
  // Only who was named is shown the key, and not whatever listens at a usual place.
  const key = given === undefined ? undefined : environment.OPENAI_API_KEY;
  const [ollama, files, ...served] = await Promise.all([
    ollamaModels(),
    ggufFiles(folders),
    ...servers.map((address) => servedModels(address, key)),
  ]);
  return given === undefined ? [...ollama, ...served.flat(), ...files] : [...served.flat(), ...ollama, ...files];
}

async function ollamaModels(): Promise<FoundModel[]> {
  const address = ollamaAddress();
  const tags = OllamaTags.safeParse(await answerOf(`${address.replace(/\/$/, '')}/api/tags`));
  return (tags.data?.models ?? [])
    .filter(({ name }) => !/embed/i.test(name))
    .map(({ name }) => ({ model: `ollama:${name}`, place: `Ollama at ${address}` }));
}

async function servedModels(address: string, key: string | undefined): Promise<FoundModel[]> {
  const models = OpenAiModels.safeParse(await answerOf(`${address.replace(/\/$/, '')}/models`, key));
  return (models.data?.data ?? [])
    .filter(({ id }) => !/embed/i.test(id))
    .map(({ id }) => ({ model: `openai:${id}`, baseUrl: address, place: `the server at ${address}` }));
}

async function ggufFiles(folders: readonly string[]): Promise<FoundModel[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder).catch((): string[] => []);
      return names
        .filter((name) => name.endsWith('.gguf') && !/mmproj|embed/i.test(name))
        .sort()
        .map((name) => ({ model: `gguf:${join(folder, name)}`, place: 'a file, run in this process' }));
    }),
  );
  return found.flat();
}

/** What is no server, is another one, or is silent, is undefined: nothing was found there. */
async function answerOf(url: string, key?: string): Promise<unknown> {
  try {
    const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS), headers, redirect: 'error' });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
