/** `r1-router serve`: the router over HTTP, until it is told to stop. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { userError } from '../common/errors.ts';
import { isAtlas } from '../config/knowledge-bases.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { ServerConfig } from '../config/schema.ts';
import type { RouterAppOptions } from '../server/app.ts';
import type { Log } from '../server/log.ts';
import type { RouterServerOptions } from '../server/options.ts';
import { tellPage } from './open-browser.ts';
import { addKeepOptions, addRunOptions, type RunFlags, readSettings, wholeNumber } from './run-options.ts';
import type { ServedRouter } from './serve-router.ts';
import { openTraces } from './serve-traces.ts';
import { plainLine } from './terminal/plain-text.ts';

interface ServeFlags extends RunFlags {
  port?: number;
  host?: string;
  apiKey?: string;
  concurrency?: number;
  corsOrigin?: string[];
  allowUploads?: boolean;
  threadFile?: string;
  log: 'info' | 'error' | 'none';
  open?: boolean;
  reports?: string;
}

const DEFAULT_PORT = 8484;
/** Read where neither the flag nor the configuration says another. */
const KEY_VARIABLE = 'R1_ROUTER_API_KEY';

export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('answer over HTTP: a page, JSON and server-sent events, the API of OpenAI, MCP')
    .option(
      '--port <n>',
      `port to listen on, 0 for a free one (default: ${DEFAULT_PORT})`,
      wholeNumber({ most: 65_535 }),
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--api-key <key>', `key that clients must send (better: the environment variable ${KEY_VARIABLE})`)
    .option('--concurrency <n>', 'runs at once (default: 8)', wholeNumber({ least: 1, most: 1000 }))
    .addOption(
      new Option(
        '--cors-origin <origin>',
        'origin of a page that may ask from a browser; repeat for several',
      ).argParser((origin: string, others: string[] = []) => [...others, origin]),
    )
    .option('--allow-uploads', 'take files into the knowledge bases of the store; only on this machine')
    .option('--thread-file <file>', 'keep conversations in this SQLite file (default: in memory)')
    .addOption(
      new Option('--log <what>', 'what is written to stderr, one JSON object a line')
        .choices(['info', 'error', 'none'])
        .default('error'),
    )
    .option('--open', 'open the page in a browser')
    .option('--reports <dir>', 'folder whose curves and reports, as train and eval write them, the page lists');
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
  const { host = server.host ?? '127.0.0.1', port = server.port ?? DEFAULT_PORT } = flags;
  const apiKey = findApiKey(flags, server);
  if (flags.allowUploads && !isLoopback(host)) {
    throw userError(
      'invalid-option',
      '--allow-uploads: only on this machine; leave --host out, or use r1-router ingest',
    );
  }
  const [{ openServedRouter }, { uploadsAndPictures }, { createRouterApp }, { listen }, { SqliteSaver }] =
    await Promise.all([
      import('./serve-router.ts'),
      import('./serve-files.ts'),
      import('../server/app.ts'),
      import('../server/listen.ts'),
      import('../server/threads/sqlite-saver.ts'),
    ]);
  const traces = await openTraces(server);
  const checkpointer = new SqliteSaver({ location: threadsFile(flags, loaded) });
  const opened = await openServedRouter(settings, loaded, checkpointer);
  const ending = new AbortController();
  try {
    const log = await openLog(flags, apiKey);
    const files = await uploadsAndPictures(settings, loaded, { allow: flags.allowUploads, onStored: opened.reopen });
    // Onto the object with the getters: what is served may change.
    const options: RouterAppOptions = Object.assign(
      opened.served,
      limitsOf(flags, server, opened),
      files,
      traces.options,
      {
        signal: ending.signal,
        log,
        ...(apiKey && { apiKey }),
        page: { reports: flags.reports, ...(isAtlas(settings, loaded) && { examples: exampleQuestions }) },
      },
    );
    const { url, close } = await listen(createRouterApp(options), { host, port });
    const { policyName, knowledgeBases } = opened.router;
    const names = knowledgeBases.map(({ name }) => plainLine(name)).join(', ');
    process.stdout.write(`listening on ${url} (policy ${policyName}; knowledge bases ${names})\n`);
    if (!apiKey && (server.keys ?? []).length === 0 && !isLoopback(host)) {
      process.stderr.write(`r1-router: anyone who reaches ${url} can ask; set ${KEY_VARIABLE} to require a key\n`);
    }
    await tellPage(url, { open: flags.open });
    await stopSignal();
    process.stderr.write('r1-router: finishing what is under way …\n');
    await close({ abort: () => ending.abort(new Error('the server is shutting down')) });
  } finally {
    await Promise.all([opened.close(), traces.close()]);
    checkpointer.close();
  }
}

const exampleQuestions = async () => (await import('./showcases.ts')).pageExamples(0);

/** Everything that the configuration and the flags say of limits. */
function limitsOf(flags: ServeFlags, server: ServerConfig, opened: ServedRouter): Omit<RouterServerOptions, 'graph'> {
  const { maxSteps, seed, budgets } = opened.router.context;
  return {
    concurrency: flags.concurrency ?? server.concurrency,
    queue: server.queue,
    bodyLimit: server.bodyLimit,
    apiKeys: server.keys,
    requestsPerMinute: server.requestsPerMinute,
    corsOrigins: flags.corsOrigin ?? server.corsOrigins,
    allowedHosts: server.allowedHosts,
    maxSteps,
    seed,
    budgets,
    ready: async () => {
      await Promise.all(opened.router.knowledgeBases.map((knowledgeBase) => knowledgeBase.stats()));
    },
  };
}

function threadsFile({ threadFile }: ServeFlags, { config, directory }: LoadedConfig): string {
  if (threadFile !== undefined) return threadFile;
  const configured = config.server?.threads;
  return configured === undefined || configured === ':memory:' ? ':memory:' : resolve(directory, configured);
}

/** On stderr, where nothing else is read by programs. */
async function openLog({ log }: ServeFlags, apiKey: string | undefined): Promise<Log> {
  const { jsonLines } = await import('../server/log.ts');
  const write = jsonLines((line) => process.stderr.write(line), { secrets: apiKey ? [apiKey] : [] });
  return (entry) => {
    if (log === 'info' || (log === 'error' && entry.level === 'error')) write(entry);
  };
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
export function stopSignal(): Promise<void> {
  return new Promise((done) => {
    let stopping = false;
    const stop = () => {
      if (stopping) process.exit(130);
      stopping = true;
      done();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
