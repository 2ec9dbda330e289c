/**
 * What the server costs on top of the graph, and how it bears a crowd, on loopback with autocannon: processor time a question against
 * the bare graph, /healthz while 200 ask at once, clients that leave, and memory over many questions.
 *
 *     node bench/server/run.ts [--questions 300] [--memory 2000]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { z } from 'zod';

const { values } = parseArgs({
  options: { questions: { type: 'string', default: '300' }, memory: { type: 'string', default: '2000' } },
});
const QUESTIONS = Number(values.questions);
const MEMORY = Number(values.memory);
const MB = 1024 * 1024;

const child = fork(fileURLToPath(new URL('./served.ts', import.meta.url)), { execArgv: ['--expose-gc'] });
const HelloSchema = z.object({ url: z.string(), questions: z.array(z.string()) });
const UsageSchema = z.object({ rss: z.number(), heapUsed: z.number(), cpuMs: z.number() });
const { url, questions } = HelloSchema.parse((await once(child, 'message'))[0]);

async function tell(message: { do: string; count?: number }) {
  child.send(message);
  return UsageSchema.parse((await once(child, 'message'))[0]);
}
const usage = () => tell({ do: 'usage' });

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = (await usage()).cpuMs;
  await work();
  return (await usage()).cpuMs - before;
}

const bodyOf = (index: number) => JSON.stringify({ question: questions[index % questions.length] });

interface Load {
  amount: number;
  connections: number;
  accept?: string;
}

/** Asks the same questions in the same order as the bare graph. */
function load({ amount, connections, accept = 'application/json' }: Load): Promise<autocannon.Result> {
  const requests = Array.from({ length: Math.min(amount, questions.length) }, (_, index) => ({
    method: 'POST' as const,
    path: '/v1/ask',
    headers: { 'content-type': 'application/json', accept },
    body: bodyOf(index),
  }));
  return autocannon({ url, amount, connections, requests, timeout: 600 });
}

async function watchHealth(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let watching = true;
  const watched = (async () => {
    while (watching) {
      const began = performance.now();
      await (await fetch(`${url}/healthz`)).text();
      times.push(performance.now() - began);
      await pause(5);
    }
  })();
  await work();
  watching = false;
  await watched;
  return times.sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

await tell({ do: 'bare', count: Math.min(100, QUESTIONS) }); // warm
await load({ amount: Math.min(50, QUESTIONS), connections: 1 });

// In turns, so that what else the machine does falls on all of them.
const cpu = { bare: 0, json: 0, events: 0 };
const ROUNDS = 3;
for (let turn = 0; turn < ROUNDS; turn++) {
  cpu.bare += await cpuOf(() => tell({ do: 'bare', count: QUESTIONS }));
  cpu.json += await cpuOf(() => load({ amount: QUESTIONS, connections: 1 }));
  cpu.events += await cpuOf(() => load({ amount: QUESTIONS, connections: 1, accept: 'text/event-stream' }));
}
const each = (total: number) => round(total / (QUESTIONS * ROUNDS));
const costs = {
  bareMs: each(cpu.bare),
  jsonMs: each(cpu.json),
  eventsMs: each(cpu.events),
  jsonRatio: round(cpu.json / cpu.bare, 3),
  eventsRatio: round(cpu.events / cpu.bare, 3),
};

const ask = (signal?: AbortSignal) =>
  fetch(`${url}/v1/ask`, { method: 'POST', body: bodyOf(0), headers: { 'Content-Type': 'application/json' }, signal });
const statuses = new Map<number, number>();
const health = await watchHealth(() =>
  Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await ask();
      await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }),
  ),
);
const crowd = {
  statuses: Object.fromEntries(statuses),
  healthP50Ms: round(quantile(health, 0.5)),
  healthP99Ms: round(quantile(health, 0.99)),
  healthMaxMs: round(health.at(-1) ?? 0),
};

const LEAVERS = 300;
const whole = costs.jsonMs * LEAVERS;
const left = await cpuOf(async () => {
  for (let at = 0; at < LEAVERS; at += 60) {
    const leaving = Array.from({ length: 60 }, async () => {
      const client = new AbortController();
      const asked = ask(client.signal).catch(() => {});
      await pause(10);
      client.abort();
      await asked;
    });
    await Promise.all(leaving);
  }
  const running = async () => ((await (await fetch(`${url}/healthz`)).json()) as { running: number }).running;
  while ((await running()) > 0) await pause(10);
});
const leavers = { wholeMs: round(whole), leftMs: round(left), share: round(left / whole, 3) };

const memory: number[] = [];
/** What is left after a collection: what grows here is kept by somebody. */
const heap: number[] = [];
for (let done = 0; done < MEMORY; done += Math.ceil(MEMORY / 8)) {
  await load({ amount: Math.ceil(MEMORY / 8), connections: 8 });
  const { rss, heapUsed } = await usage();
  memory.push(round(rss / MB, 0));
  heap.push(round(heapUsed / MB, 1));
}
child.kill();

const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;
console.log(
  JSON.stringify(
    { machine, questions: QUESTIONS, costs, crowd, leavers, memoryQuestions: MEMORY, rssMb: memory, heapMb: heap },
    null,
    2,
  ),
);
