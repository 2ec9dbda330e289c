/** The table of commands. A command's file is imported only when it is called: `--help` needs none of them. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';

/** What the file of a command exports. */
export interface CommandModule {
  register(program: Command): void;
}

interface CommandEntry {
  name: string;
  description: string;
}

const COMMANDS: readonly CommandEntry[] = [
  { name: 'ask', description: 'answer a question step by step, with citations' },
  { name: 'demo', description: 'three questions of the atlas that ships, from flags to figures' },
  { name: 'kb', description: 'list, describe, search, move and check knowledge bases' },
  { name: 'ingest', description: 'fill a knowledge base from files' },
  { name: 'serve', description: 'answer over HTTP, as JSON or as server-sent events' },
  { name: 'eval', description: 'measure methods on a set of questions' },
  { name: 'train', description: 'train a policy' },
  { name: 'route', description: 'first decisions for a file of questions' },
];

/** `.ts` in a checkout, `.js` once built. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const fileOf = ({ name }: CommandEntry) => new URL(`./${name}${extension}`, import.meta.url);

export const commands: readonly CommandEntry[] = COMMANDS.filter((command) => existsSync(fileOf(command)));

export async function loadCommand(command: CommandEntry): Promise<CommandModule> {
  return import(fileOf(command).href) as Promise<CommandModule>;
}
