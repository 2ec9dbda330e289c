/**
 * `r1-router init`: from files to a router that answers, in one command. It fills knowledge bases, says what each knows, looks for a language
 * model that is there, and writes the configuration file. On a terminal it asks; everything can be said by flags, and without a terminal
 * what is not said has a default.
 */
import type { Command } from 'commander';
import { DEFAULT_STORE } from './default-store.ts';
import type { InitFlags } from './init/run.ts';

export function register(program: Command): void {
  program
    .command('init')
    .description('set up a router of your files: knowledge bases, a model that is there, a configuration file')
    .argument('[source...]', 'files or folders; without any, you are asked, or the atlas that ships answers')
    .option('--store <dir>', 'where the knowledge bases are put', DEFAULT_STORE)
    .option('--kb <name>', 'name of the knowledge base (default: that of the file or folder)')
    .option('--description <text>', 'what it knows (default: made from its titles)')
    .option(
      '--model <provider:name>',
      'chat model; none to go without; auto (the default) takes one that is found: Ollama, an OpenAI-compatible server, a GGUF file',
    )
    .option('--base-url <url>', 'address of the server of an openai: or ollama: model')
    .option('--config <file>', 'configuration file to write', 'r1-router.config.json')
    .option('--force', 'write over a configuration file that is there')
    .option('--yes', 'ask nothing, take the defaults')
    .addHelpText(
      'after',
      `
Examples:
  $ r1-router init
  $ r1-router init ./handbook ./prices.csv
  $ r1-router init ./handbook --model ollama:qwen3:4b --yes`,
    )
    .action(async (sources: string[], flags: InitFlags) => {
      const { init } = await import('./init/run.ts');
      await init(sources, flags);
    });
}
