/** Two hundred clients at once, thousands of steps: each hears its own question, and nothing is left when they are gone. */
import { expect, it } from 'vitest';
import { smallData } from '../small-world.ts';
import { type Client, call, connect, type Reply, serveSmallWorld } from './served.ts';

const CLIENTS = 200;
/** All of them in `npm run test:full`. */
const STEPS = process.env.R1_ROUTER_FULL === undefined ? 1_000 : 5_000;

const ids = smallData().train.map(({ question }) => question);
const countryIn = (text: string): string => /of (\w+)\?/.exec(text)![1]!;

/** One episode; how many steps it took. Everything it is told must be of its own question. */
async function playOne(client: Client, member: number): Promise<number> {
  const { id, question } = ids[member % ids.length]!;
  const country = countryIn(question);
  const first = await client.ask('reset', { question_id: id, seed: member, episode_id: `${member}` });
  const isOwn = ({ data: { observation } }: Reply) =>
    observation.question === question && observation.episode_id === `${member}`;
  const others = ids.map((one) => countryIn(one.question)).filter((name) => name !== country);
  if (!isOwn(first)) throw new Error(`episode ${member} began as another`);
  const bad = member % 7 === 0;
  const actions = [
    ...(bad ? [{ tool_calls: [{ name: 'search_moon', arguments: '{' }] }] : []),
    call('search_text', { query: country }),
    call('search_table', { query: country }),
    call('answer', { answer: `${country} City` }),
  ];
  let last: Reply;
  for (const action of actions) {
    last = await client.ask('step', action);
    const { text } = last.data.observation;
    // Plain comparisons: a matcher costs more than the step.
    if (!isOwn(last) || others.some((name) => text.includes(`${name} City`))) throw new Error(`mixed up: ${text}`);
  }
  const { done, observation } = last!.data;
  if (!done || observation.answer !== `${country} City`) throw new Error(`episode ${member} did not end as it should`);
  return actions.length;
}

it('none is mixed up, and none is left', async () => {
  const { url, sessions, sockets } = await serveSmallWorld({ sessions: CLIENTS });
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connect(url)));
  expect(sessions.count).toBe(CLIENTS);
  let steps = 0;
  let member = 0;
  const heap: number[] = [];
  const began = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (steps < STEPS) {
        // Read behind the wait: the others count meanwhile.
        const taken = await playOne(client, member++);
        steps += taken;
        if (member % 200 === 0) {
          globalThis.gc?.();
          heap.push(process.memoryUsage().heapUsed);
        }
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  expect(steps).toBeGreaterThanOrEqual(STEPS);
  // A few clients leave in the middle of an episode, and not all say so.
  await Promise.all(clients.slice(0, 20).map((client) => client.ask('reset', {})));
  for (const client of clients) client.close();
  await expect.poll(() => sessions.count + sockets.count, { timeout: 10_000 }).toBe(0);
  const growth = (heap.at(-1)! - heap[0]!) / 1024 / 1024;
  console.log(
    `${CLIENTS} sessions, ${steps} steps: ${Math.round(steps / seconds)} a second, heap ${growth.toFixed(1)} MB more`,
  );
  expect(growth).toBeLessThan(128);
});
