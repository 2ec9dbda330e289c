/** The options that commands share, and what they mean as settings. */
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf, userError } from '../common/errors.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import type { RouterSettings } from '../config/open-router.ts';
import type { ModelSettings } from '../config/router-parts.ts';
import { NAMINGS } from '../config/schema.ts';
import { isGgufName } from '../graph/chat-model/local/engine.ts';
import { IMAGE_AT } from '../graph/chat-model/pictures.ts';
import { PROTOCOLS } from '../graph/chat-model/protocols/protocol.ts';
import { chosenStore } from './default-store.ts';

export interface StoreFlags {
  kb?: string[];
  store?: string;
  config?: string;
  encoder?: string;
}

export interface RunFlags extends StoreFlags, ModelSettings {
  policy?: string;
  seed?: number;
  maxSteps?: number;
  keepRuns?: string;
  /** File of what a chat model is told besides. */
  instructions?: string;
  explore?: number;
}

export function addStoreOptions(command: Command): Command {
  return command
    .option(
      '--store <dir|url>',
      'where the knowledge bases live: a directory, a Qdrant server, or atlas (default: ./r1-router-store where it is there, else the atlas)',
    )
    .option('--config <file>', 'configuration file (default: r1-router.config.json, where there is one)');
}

export function addEncoderOption(command: Command): Command {
  return command.option(
    '--encoder <model>',
    'directory of the text encoder that filled the index, where it is no known model; none: search by words',
  );
}

export function knowledgeBaseOption(when = ''): Option {
  const what = `${when}knowledge base to use; repeat for several (default: all)`;
  return new Option('--kb <name>', what).argParser((name: string, others: string[] = []) => [...others, name]);
}

export function addRunOptions(command: Command): Command {
  command
    .option(
      '--policy <name>',
      'scorer (default on the atlas), files (default on your own files), probe, cover, chat-model, fixed:KB, random, all, all-once, or a trained directory',
    )
    .addOption(knowledgeBaseOption());
  addEncoderOption(addStoreOptions(addModelOptions(command)));
  return command
    .option('--seed <n>', 'seed of every random choice (default: 0)', wholeNumber({ least: Number.MIN_SAFE_INTEGER }))
    .option('--max-steps <n>', 'searching steps at most (default: 5)', wholeNumber({ least: 0, most: 50 }));
}

export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--model <provider:name>',
      'chat model that decides and reads: openai:NAME, ollama:NAME, another provider, or gguf:FILE in this process',
    )
    .option('--base-url <url>', 'address of the server of an openai: or ollama: model, e.g. http://127.0.0.1:8080/v1')
    .option(
      '--threads <n>',
      'threads of a gguf: model (default: all cores but one)',
      wholeNumber({ least: 1, most: 256 }),
    )
    .addOption(
      new Option(
        '--protocol <how>',
        'how the model says what it wants (default: auto, tools where it takes them)',
      ).choices(PROTOCOLS),
    )
    .option(
      '--fallback <what>',
      'after invalid replies: question (ask it everywhere, the default), stop, or a knowledge base',
    )
    .addOption(
      new Option('--naming <names>', 'what the model is told the knowledge bases are called (default: own)').choices(
        NAMINGS,
      ),
    )
    .addOption(
      new Option(
        '--image-at <when>',
        "when the model sees the question's picture (default: every-step; one that reads text alone never does)",
      ).choices(IMAGE_AT),
    )
    .option(
      '--look-first',
      'ask every knowledge base the question first, without a call of the model (default for gguf:)',
    )
    .option('--no-look-first', 'let the model decide from the first step on');
}

async function readInstructions(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw userError(
      'file-not-found',
      `--instructions ${file}: cannot be read (${messageOf(error)}); give a text file`,
      error,
    );
  });
}

/** Of the commands that answer people. */
export function addKeepOptions(command: Command): Command {
  return command
    .option('--instructions <file>', 'with --model: text that it is told besides, such as r1-router tune writes')
    .option('--keep-runs <dir>', 'keep every run there, to learn from: steps, passages by reference, pictures by hash')
    .addOption(
      new Option(
        '--explore <temperature>',
        'with --keep-runs: how freely a trained policy tries other ways (default: 0)',
      ).argParser((text: string): number => {
        const temperature = Number(text);
        if (text.trim() !== '' && temperature >= 0 && temperature <= 2) return temperature;
        throw new InvalidArgumentError('Give a number from 0 to 2.');
      }),
    );
}

export function wholeNumber({ least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {}) {
  return (text: string): number => {
    const number = Number(text);
    if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
    const range =
      most !== Number.MAX_SAFE_INTEGER
        ? ` from ${least} to ${most}`
        : least === Number.MIN_SAFE_INTEGER
          ? ''
          : ` of at least ${least}`;
    throw new InvalidArgumentError(`Give a whole number${range}.`);
  };
}

/** The flags that `addModelOptions` adds. Throws the user error `invalid-option` for those that need another. */
export function modelSettings(flags: ModelSettings): ModelSettings {
  const { model, baseUrl, threads, protocol, fallback, naming, imageAt, lookFirst } = flags;
  if (threads !== undefined && model !== undefined && !isGgufName(model)) {
    throw userError('invalid-option', `--threads: it is for gguf: models, and not for ${model}; leave it out`);
  }
  return { model, baseUrl, threads, protocol, fallback, naming, imageAt, lookFirst };
}

/** The configuration file with the flags over it. */
export async function readSettings(flags: RunFlags): Promise<{ settings: RouterSettings; loaded: LoadedConfig }> {
  const loaded = await loadConfig({ file: flags.config });
  const { policy, kb, encoder, seed, maxSteps, keepRuns, explore } = flags;
  const store = chosenStore(flags.store, loaded.config);
  const instructions = flags.instructions === undefined ? undefined : await readInstructions(flags.instructions);
  const run = { policy, seed, maxSteps, keepRuns, explore, instructions };
  return { loaded, settings: { ...run, ...modelSettings(flags), knowledgeBases: kb, store, encoder } };
}
