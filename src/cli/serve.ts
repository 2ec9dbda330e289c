/** `r1-router serve`: the router over HTTP, until it is told to stop. */
import type { Command } from 'commander';
import { messageOf, userError } from '../common/errors.ts';
import type { OpenRouter } from '../config/open-router.ts';
import type { ServerConfig } from '../config/schema.ts';
import type { RouterGraph } from '../graph/graph.ts';
import { tellBuild } from './ask.ts';
import { addKeepOptions, addRunOptions, type RunFlags, readSettings, wholeNumber } from './run-options.ts';
import { plainLine } from './terminal/plain-text.ts';

interface ServeFlags extends RunFlags {
  port?: number;
  host?: string;
  apiKey?: string;
  concurrency?: number;
}

const DEFAULT_PORT = 8484;
/** Read where neither the flag nor the configuration says another. */
const KEY_VARIABLE = 'R1_ROUTER_API_KEY';

export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('answer over HTTP: POST /v1/ask as JSON or as server-sent events, GET /healthz')
    .option(
      '--port <n>',
      `port to listen on, 0 for a free one (default: ${DEFAULT_PORT})`,
      wholeNumber({ most: 65_535 }),
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--api-key <key>', `key that clients must send (better: the environment variable ${KEY_VARIABLE})`)
    .option('--concurrency <n>', 'runs at once (default: 8)', wholeNumber({ least: 1, most: 1000 }));
  addKeepOptions(addRunOptions(command))
    .addHelpText(
      'after',
      `
Example:
  $ r1-router serve --port 8484
  $ curl http://127.0.0.1:8484/v1/ask -H 'Content-Type: application/json' \\
      -d '{"question": "What is the capital of Iceland?"}'`,
    )
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const { settings, loaded } = await readSettings(flags);
  const server = loaded.config.server ?? {};
  const apiKey = findApiKey(flags, server);
  const { host = server.host ?? '127.0.0.1', port = server.port ?? DEFAULT_PORT } = flags;
  const [{ openRouter }, { createRouterApp }, { listen }] = await Promise.all([
    import('../config/open-router.ts'),
    import('../server/app.ts'),
    import('../server/listen.ts'),
  ]);
  const onKeepError = (error: unknown) =>
    process.stderr.write(`r1-router: a run is not kept: ${plainLine(messageOf(error))}\n`);
  const router = await openRouter(settings, loaded, { onBuild: tellBuild, onKeepError });
  const ending = new AbortController();
  try {
    const app = createRouterApp({
      graph: await router.graph(),
      policies: await offeredPolicies(router),
      images: router.images,
      concurrency: flags.concurrency ?? server.concurrency,
      queue: server.queue,
      bodyLimit: server.bodyLimit,
      maxSteps: router.context.maxSteps,
      seed: router.context.seed,
      budgets: router.context.budgets,
      keeper: router.keeper,
      signal: ending.signal,
      onError: (error) => process.stderr.write(`r1-router: ${plainLine(messageOf(error))}\n`),
      ...(apiKey && { apiKey }),
    });
    const { url, close } = await listen(app, { host, port });
    const names = router.knowledgeBases.map(({ name }) => plainLine(name)).join(', ');
    process.stdout.write(`listening on ${url} (policy ${router.policyName}; knowledge bases ${names})\n`);
    if (!apiKey && !isLoopback(host)) {
      process.stderr.write(`r1-router: anyone who reaches ${url} can ask; set ${KEY_VARIABLE} to require a key\n`);
    }
    await stopSignal();
    process.stderr.write('r1-router: finishing what is under way …\n');
    await close({ abort: () => ending.abort(new Error('the server is shutting down')) });
  } finally {
    await router.close();
  }
}

/** What requests may name besides the default: everything that needs no model, and the chat model where there is one. */
async function offeredPolicies(router: OpenRouter): Promise<Record<string, RouterGraph>> {
  const fixed = router.knowledgeBases.map(({ name }) => `fixed:${name}`);
  const names = new Set([router.policyName, 'probe', 'scorer', 'random', 'all', 'all-once', ...fixed]);
  return Object.fromEntries(
    await Promise.all([...names].map(async (name) => [name, await router.graph(name)] as const)),
  );
}

function findApiKey({ apiKey }: ServeFlags, { apiKeyVariable }: ServerConfig): string | undefined {
  if (apiKey !== undefined) {
    if (/^\S+$/.test(apiKey)) return apiKey;
    throw userError('invalid-option', '--api-key: it is empty or has spaces; give a key of visible characters');
  }
  if (apiKeyVariable === undefined) return process.env[KEY_VARIABLE] || undefined;
  const key = process.env[apiKeyVariable];
  if (key) return key;
  throw userError(
    'api-key-missing',
    `server.apiKeyVariable: the environment variable ${apiKeyVariable} is not set; set it to the key`,
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(130);
      stopping = true;
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
