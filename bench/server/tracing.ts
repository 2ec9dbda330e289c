/**
 * What tracing costs: processor time a run with a share of the runs traced, against none, side by side in one process and in turns.
 * Measured on a graph whose parts answer at once, where tracing weighs most, and on the atlas; bare and through the server. The
 * receivers are local and in this process, which is not weighed.
 *
 *     node bench/server/tracing.ts [--runs 200] [--rounds 12]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '200' }, rounds: { type: 'string', default: '12' } },
});
const RUNS = Number(values.runs);
const ROUNDS = Number(values.rounds);

/** `off` twice: the second one shows how far the figures can be trusted. */
const MODES = ['off', 'off again', 'rate 0', 'langsmith 5 %', 'spans 5 %', 'langsmith all', 'spans all'] as const;
const PLACES = ['graph, instant parts', 'server, instant parts', 'graph, atlas', 'server, atlas'] as const;

/** Takes what LangSmith's client and OTLP exporters send, and keeps nothing. */
async function startReceiver(): Promise<string> {
  const info = { version: '0.12.0', batch_ingest_config: { use_multipart_endpoint: true, size_limit: 100 } };
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify(info)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const receiver = await startReceiver();
const child = fork(fileURLToPath(new URL('./traced.ts', import.meta.url)), {
  execArgv: ['--expose-gc'],
  env: {
    ...process.env,
    LANGSMITH_TRACING: 'false',
    LANGSMITH_ENDPOINT: receiver,
    LANGSMITH_API_KEY: 'none',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
  },
});
const { questions } = z.object({ questions: z.array(z.string()) }).parse((await once(child, 'message'))[0]);

const UsageSchema = z.object({ cpuMs: z.number(), url: z.string() });
async function tell(message: object) {
  child.send(message);
  return UsageSchema.parse((await once(child, 'message'))[0]);
}

/** Milliseconds a run. Whoever asks a server is here, and is not weighed. */
async function cpuOf(mode: string, place: string, runs: number): Promise<number> {
  const [how, what] = place.split(', ');
  if (how === 'graph') return (await tell({ do: 'run', mode, what, runs })).cpuMs / runs;
  const { url } = await tell({ do: 'begin', mode, what, runs });
  for (let index = 0; index < runs; index++) {
    const body = JSON.stringify({ question: questions[index % questions.length] });
    const asked = { method: 'POST', body, headers: { 'Content-Type': 'application/json' } };
    await (await fetch(`${url}/v1/ask`, asked)).text();
  }
  return (await tell({ do: 'end', mode, what, runs })).cpuMs / runs;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const round = (value: number) => Number(value.toFixed(3));

const table: Record<string, Record<string, { ms: number; ratio: number }>> = {};
for (const place of PLACES) {
  const runs = place.endsWith('atlas') ? Math.ceil(RUNS / 4) : RUNS;
  for (const mode of MODES) await cpuOf(mode, place, Math.ceil(runs / 2)); // warm
  const times = new Map(MODES.map((mode) => [mode as string, [] as number[]]));
  for (let turn = 0; turn < ROUNDS; turn++) {
    // Each round begins elsewhere, so that no mode always follows the same one.
    for (let at = 0; at < MODES.length; at++) {
      const mode = MODES[(at + turn) % MODES.length]!;
      times.get(mode)!.push(await cpuOf(mode, place, runs));
    }
  }
  const off = sum(times.get('off')!);
  const figures = [...times].map(([mode, ms]) => [mode, { ms: round(sum(ms) / ROUNDS), ratio: round(sum(ms) / off) }]);
  table[place] = Object.fromEntries(figures);
  console.error(place, JSON.stringify(table[place]));
}
child.kill();
const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`;
console.log(JSON.stringify({ machine, runs: RUNS, rounds: ROUNDS, table }, null, 2));
process.exit();
