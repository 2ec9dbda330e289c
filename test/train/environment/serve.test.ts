/** The environment as its clients meet it: over WebSocket, over HTTP, as tools of MCP, and as a reward service. */
import { Client as McpClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, it } from 'vitest';
import { readStepRecord } from '../../../src/graph/step-record-migration.ts';
import { REWARD_PRESETS, scoreRun } from '../../../src/train/rewards/index.ts';
import { smallData } from '../small-world.ts';
import { call, connect, type Reply, serveSmallWorld } from './served.ts';

const ANSWER = { answer: 'Arland City', quote: 'Capital: Arland City', citations: ['p1'] };
const CAPITAL = 'capital-0';

async function post(url: string, path: string, body?: unknown, headers = {}): Promise<{ status: number; body: Reply }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('over a WebSocket', () => {
  it('an episode goes from reset to its end', async () => {
    const { url, sessions } = await serveSmallWorld();
    const client = await connect(url);
    const first = await client.ask('reset', {
      question_id: CAPITAL,
      episode_id: 'mine',
      prompt: 'a column of the row',
    });
    expect(first).toMatchObject({
      type: 'observation',
      data: { reward: null, done: false, observation: { episode_id: 'mine', question_id: CAPITAL } },
    });
    expect(first.data.observation.messages.map(({ role }: Reply) => role)).toEqual(['system', 'user']);
    const found = await client.ask('step', call('search_table', { query: 'capital of Arland' }));
    expect(found.data.observation).toMatchObject({ tool_name: 'search_table', step: 1 });
    expect(found.data.observation.result).toContain('Arland City');
    expect(found.data.reward).toBeGreaterThan(0.5);
    const end = await client.ask('step', call('answer', ANSWER));
    expect(end.data).toMatchObject({ done: true, observation: { answer: 'Arland City', stop_reason: 'policy' } });
    const state = await client.ask('state');
    expect(state).toMatchObject({ type: 'state', data: { episode_id: 'mine', step_count: 2, done: true } });
    const records = state.data.steps.map((step: unknown) => readStepRecord(step));
    expect(records).toHaveLength(2);
    expect(state.data.total_reward).toBeCloseTo(found.data.reward + end.data.reward, 12);
    const { question } = smallData().train.find((one) => one.question.id === CAPITAL)!;
    const run = { question, steps: records, answer: 'Arland City' };
    expect(state.data.rewards).toEqual(scoreRun(run, REWARD_PRESETS.evidence).total);
    client.send(JSON.stringify({ type: 'close' }));
    expect(await client.closed).toBe(1000);
    await expect.poll(() => sessions.count).toBe(0);
  });

  it('what cannot be understood is told with its code, and the session goes on', async () => {
    const { url } = await serveSmallWorld();
    const client = await connect(url);
    const code = async (raw: string) => {
      client.send(raw);
      return (await client.next()).data.code;
    };
    expect(await code('{"type": "res')).toBe('INVALID_JSON');
    expect(await code('[1]')).toBe('VALIDATION_ERROR');
    expect(await code('{"type": "jump"}')).toBe('UNKNOWN_TYPE');
    expect(await code('{"type": "step", "data": {"text": "x"}}')).toBe('EXECUTION_ERROR');
    expect(await code('{"type": "reset", "data": {"max_steps": 900}}')).toBe('VALIDATION_ERROR');
    const unknown = await client.ask('reset', { question_id: 'nowhere' });
    expect(unknown.data.message).toContain('no question "nowhere"');
    expect((await client.ask('state')).data).toEqual({ episode_id: null, step_count: 0 });
    await client.ask('reset', { question_id: CAPITAL });
    const wrong = await client.ask('step', { action: 'north' });
    expect(wrong).toMatchObject({ type: 'observation', data: { done: false, reward: 0 } });
    expect(wrong.data.observation.error.message).not.toBe('');
    const listed = await client.ask('step', { type: 'list_tools' });
    const names = listed.data.observation.tools.map(({ name }: Reply) => name);
    expect(names).toEqual(['search_text', 'search_table', 'calculate_table', 'finish', 'answer']);
  });

  it('a seed draws the same question, and without one each is asked in turn', async () => {
    const { url } = await serveSmallWorld();
    const [one, two] = [await connect(url), await connect(url)];
    const drawn = async (client: typeof one, data: object) =>
      (await client.ask('reset', data)).data.observation.question_id;
    expect(await drawn(one, { seed: 5 })).toBe(await drawn(two, { seed: 5 }));
    const { length } = smallData().train;
    const asked = new Set<string>();
    for (let index = 0; index < length; index++) asked.add(await drawn(index % 2 ? one : two, {}));
    expect(asked.size).toBe(length);
  });

  it('there are only so many sessions, and idle ones end', async () => {
    const { url, sessions } = await serveSmallWorld({ sessions: 2, idleMs: 150 });
    const [one, two] = [await connect(url), await connect(url)];
    const third = await connect(url);
    expect((await third.next()).data).toMatchObject({ code: 'CAPACITY_REACHED', active_sessions: 2, max_sessions: 2 });
    expect(await third.closed).toBe(1013);
    await one.ask('reset', {});
    const told = await two.next();
    expect(told.data).toMatchObject({ code: 'SESSION_ERROR', message: expect.stringContaining('idle') });
    expect(await two.closed).toBe(1001);
    expect(await one.closed).toBe(1001);
    expect(sessions.count).toBe(0);
  });

  it('a server that goes down ends its episodes and says so', async () => {
    const served = await serveSmallWorld();
    const client = await connect(served.url);
    await client.ask('reset', {});
    expect(served.sessions.count).toBe(1);
    await served.stop();
    expect((await client.next()).data).toMatchObject({ code: 'SESSION_ERROR' });
    expect(await client.closed).toBe(1001);
    expect(served.sessions.count).toBe(0);
  });

  it('a client that answers pings stays, one that does not is gone', async () => {
    const { url, sessions } = await serveSmallWorld({ pingMs: 60 });
    const client = await connect(url);
    const deaf = await connect(url, { autoPong: false });
    expect(await deaf.closed).toBe(1006);
    await expect.poll(() => sessions.count).toBe(1);
    expect((await client.ask('reset', {})).type).toBe('observation');
  });

  it('a key is asked for, and pages of other sites are refused', async () => {
    const { url } = await serveSmallWorld({ apiKey: 'a-long-enough-key' });
    await expect(connect(url)).rejects.toThrow('401');
    const client = await connect(url, { headers: { authorization: 'Bearer a-long-enough-key' } });
    expect((await client.ask('reset', {})).type).toBe('observation');
    await expect(connect(url, { headers: { origin: 'https://elsewhere.example' } })).rejects.toThrow('403');
    await expect(connect(url, { path: '/nowhere' })).rejects.toThrow('404');
    expect((await post(url, '/reset', {})).status).toBe(401);
  });
});

describe('over HTTP', () => {
  it('reset, step and state are called by the episode', async () => {
    const { url } = await serveSmallWorld();
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'healthy' });
    const first = await post(url, '/reset', { question_id: CAPITAL });
    expect(first).toMatchObject({ status: 200, body: { reward: null, done: false } });
    const { episode_id: id } = first.body.observation;
    const action = call('search_table', { query: 'Arland' });
    const found = await post(url, '/step', { action, episode_id: id });
    expect(found.body.observation.step).toBe(1);
    const state = (await (await fetch(`${url}/state?episode_id=${id}`)).json()) as Reply;
    expect(state).toMatchObject({ step_count: 1, question_id: CAPITAL });
    expect(await (await fetch(`${url}/state`)).json()).toEqual({ episode_id: null, step_count: 0 });
    expect((await post(url, '/reset')).status).toBe(200);
  });

  it('says what is wrong with a request', async () => {
    const { url } = await serveSmallWorld({ sessions: 1 });
    expect(await post(url, '/step', { action: {} })).toMatchObject({
      status: 400,
      body: { error: { code: 'unknown-episode' } },
    });
    expect((await post(url, '/step', { action: {}, episode_id: 'x' })).status).toBe(404);
    expect((await post(url, '/step', { action: 5 })).status).toBe(422);
    expect((await post(url, '/reset', '{"se')).status).toBe(400);
    expect((await post(url, '/reset', { question_id: 'x' })).body.error.message).toContain('no question');
    expect((await post(url, '/reset', {})).status).toBe(200);
    expect(await post(url, '/reset', {})).toMatchObject({ status: 503, body: { error: { code: 'environment-full' } } });
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    expect((await fetch(`${url}/step`)).status).toBe(405);
  });

  it('describes actions, observations and state', async () => {
    const { url } = await serveSmallWorld();
    const schema = (await (await fetch(`${url}/schema`)).json()) as Reply;
    expect(Object.keys(schema)).toEqual(['action', 'observation', 'state']);
    expect(schema.observation.properties).toHaveProperty('messages');
    expect((await (await fetch(`${url}/metadata`)).json()) as Reply).toMatchObject({
      name: 'r1-router',
      questions: 16,
    });
  });

  it('scores runs as the training does', async () => {
    const { url } = await serveSmallWorld();
    const client = await connect(url);
    await client.ask('reset', { question_id: CAPITAL });
    await client.ask('step', call('search_table', { query: 'Arland' }));
    await client.ask('step', call('finish', ANSWER));
    const { steps, rewards } = (await client.ask('state')).data;
    const runs = [{ question_id: CAPITAL, steps, answer: 'Arland City' }];
    const scored = await post(url, '/v1/rewards', { runs });
    expect(scored.body.rewards[0].total).toEqual(rewards);
    const { question } = smallData().train[0]!;
    const paper = await post(url, '/v1/rewards', { runs: [{ question, steps, answer: null }], rewards: 'paper' });
    expect(paper.body.rewards[0]).toEqual(scoreRun({ question, steps, answer: null }, REWARD_PRESETS.paper));
    expect(await post(url, '/v1/rewards', { runs: [{ steps: [] }] })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid-rewards', message: expect.stringContaining('body.runs.0.answer') } },
    });
    const lost = await post(url, '/v1/rewards', { runs: [{ question_id: 'x', steps: [], answer: null }] });
    expect(lost.body.error.code).toBe('unknown-question');
  });
});

describe('as tools of MCP', () => {
  it('a client of the protocol lists them and plays an episode', async () => {
    const { url } = await serveSmallWorld();
    const client = new McpClient({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('search_table');
    expect(tools.map(({ name }) => name)).toContain('answer');
    const asked = (await client.callTool({ name: 'question', arguments: {} })) as Reply;
    const country = /of (\w+)\?/.exec(asked.content[0].text)![1]!;
    const found = (await client.callTool({ name: 'search_table', arguments: { query: country } })) as Reply;
    expect(found.content[0].text).toContain(`${country} City`);
    expect(found.structuredContent).toMatchObject({ done: false });
    const wrong = (await client.callTool({ name: 'search_moon', arguments: {} })) as Reply;
    expect(wrong.isError).toBe(true);
    const end = (await client.callTool({ name: 'answer', arguments: { answer: `${country} City` } })) as Reply;
    expect(end.structuredContent).toMatchObject({ done: true, answer: `${country} City` });
    await client.close();
  });

  it("OpenEnv's own session calls open, use and close one", async () => {
    const { url, sessions } = await serveSmallWorld();
    const rpc = async (method: string, params: object = {}) =>
      (await post(url, '/mcp', { jsonrpc: '2.0', method, params, id: 1 })).body;
    const { session_id: id } = (await rpc('openenv/session/create', { question_id: CAPITAL })).result;
    const found = await rpc('tools/call', { session_id: id, name: 'search_table', arguments: { query: 'Arland' } });
    expect(found.result.content[0].text).toContain('Arland City');
    expect((await rpc('openenv/session/close', { session_id: id })).result).toEqual({ session_id: id, closed: true });
    expect(sessions.count).toBe(0);
    expect((await rpc('tools/call', { session_id: id, name: 'answer' })).error.code).toBe(-32602);
    expect((await rpc('tools/fly')).error.code).toBe(-32601);
    expect((await post(url, '/mcp', { method: 'x' })).body.error.code).toBe(-32600);
    const socket = await connect(url, { path: '/mcp' });
    socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'tools/call', params: { name: 'question' }, id: 'a' }));
    expect((await socket.next()).result.content[0].text).toMatch(/\?$/);
  });
});
