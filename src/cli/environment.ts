/** `r1-router environment serve`: the graph as an environment that trainers drive over OpenEnv's protocol, until it is told to stop. */
import { type Command, Option } from 'commander';
import type { EnvironmentFlags } from './environment/serve.ts';
import { addEpisodeOptions } from './episode-options.ts';
import { addEncoderOption, addStoreOptions, wholeNumber } from './run-options.ts';

const DEFAULT_PORT = 8485;

export function register(program: Command): void {
  const environment = program
    .command('environment')
    .description('the graph as an environment for trainers: OpenEnv, MCP tools, rewards');
  const serve = environment.command('serve').description('serve episodes over WebSocket and HTTP, one a session');
  const command = addEpisodeOptions(serve)
    .option('--sessions <n>', 'sessions at once', wholeNumber({ least: 1, most: 100_000 }), 256)
    .option('--idle <seconds>', 'seconds without a message after which a session ends', wholeNumber({ least: 1 }), 600)
    .option('--seed <n>', 'seed of the order of questions and of the runs', wholeNumber(), 0)
    .option('--port <n>', 'port to listen on, 0 for a free one', wholeNumber({ most: 65_535 }), DEFAULT_PORT)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--api-key <key>', 'key that clients must send (better: the environment variable R1_ROUTER_API_KEY)')
    .addOption(
      new Option('--log <what>', 'what is written to stderr, one JSON object a line')
        .choices(['info', 'error', 'none'] as const)
        .default('error'),
    );
  addEncoderOption(addStoreOptions(command))
    .addHelpText(
      'after',
      `
Example:
  $ r1-router environment serve --store ./store --questions questions.jsonl
In Python: from openenv.core.generic_client import GenericEnvClient`,
    )
    .action(async (flags: EnvironmentFlags) => {
      const [{ openEnvironment }, { stopSignal }] = await Promise.all([
        import('./environment/serve.ts'),
        import('./serve.ts'),
      ]);
      const served = await openEnvironment(flags);
      process.stdout.write(`listening on ${served.url} (${served.questions} questions; WebSocket /ws)\n`);
      await stopSignal();
      await served.close();
    });
}
