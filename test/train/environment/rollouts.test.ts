/** Groups against a server that answers in vLLM's format: tokens kept, advantages those of the training, resumed to the same rows. */
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { referenceNames } from '../../../src/graph/chat-model/protocols/naming.ts';
import {
  modelServer,
  type SampledRow,
  type WriteGroupsOptions,
  writeGroups,
} from '../../../src/train/environment/index.ts';
import { REWARD_PRESETS } from '../../../src/train/rewards/index.ts';
import { readRecordStore } from '../../../src/train/rollouts/record-store.ts';
import { groupAdvantages } from '../../../src/train/step-grpo.ts';
import { smallData, smallWorld } from '../small-world.ts';
import { startVllm, type VllmOptions } from './vllm-server.ts';

const { knowledgeBases } = smallWorld();
const questions = smallData().train.slice(0, 6);

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'r1-rollouts-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function optionsFor(url: string, out: string, given: Partial<WriteGroupsOptions> = {}): WriteGroupsOptions {
  return {
    folder: out,
    questions,
    server: modelServer({ url, model: 'tiny', backoffMs: 5, attempts: 3 }),
    graph: { knowledgeBases, maxSteps: 3 },
    rewards: REWARD_PRESETS.evidence,
    groupSize: 4,
    seed: 1,
    iteration: 0,
    concurrency: 5,
    settings: { model: 'tiny' },
    ...given,
  };
}

const fileOf = (out: string): string => readFileSync(join(out, 'rollouts.jsonl'), 'utf8');
const rowsOf = (out: string): SampledRow[] =>
  fileOf(out)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SampledRow);

async function rollOut(vllm: VllmOptions = {}, given: Partial<WriteGroupsOptions> = {}) {
  const server = await startVllm(vllm);
  const out = folder();
  const done = await writeGroups(optionsFor(server.url, out, given));
  return { server, out, done, rows: rowsOf(out) };
}

describe('rollouts', () => {
  it('keep every call with its tokens, and the advantage of its step beside them', async () => {
    const { server, out, rows, done } = await rollOut();
    expect(done).toMatchObject({ groups: 6, resumed: 0, rows: rows.length });
    expect(rows).toHaveLength(server.requests.length);
    for (const row of rows) {
      expect(row.token_ids).toHaveLength(row.log_probabilities!.length);
      expect(row.prompt_token_ids!.length).toBeGreaterThan(10);
      expect(row.prompt[0]!.role).toBe('system');
      expect(row.tools.length).toBeGreaterThan(0);
    }
    const { groups, records } = await readRecordStore(join(out, 'records'));
    expect(groups.map(({ questionId }) => questionId)).toEqual(questions.map(({ question }) => question.id));
    for (const { groupId, members } of groups) {
      const { advantages } = groupAdvantages(members.map(({ rewards }) => rewards));
      for (const row of rows.filter(({ group }) => group === groupId)) {
        expect(row.advantage).toBe(advantages[row.member]![row.step]);
        expect(row.reward).toBe(members[row.member]!.rewards[row.step]);
        const record = records.get(members[row.member]!.records[row.step]!)!;
        // The record of the step holds the very tokens of the call that decided it.
        if (row.call === row.step) expect(record.attempts.at(-1)!.tokenIds).toEqual(row.token_ids);
      }
    }
    expect(rows.some(({ advantage }) => advantage !== 0)).toBe(true);
    expect(new Set(server.requests.map(({ seed }) => seed)).size).toBe(rows.length);
    expect(server.requests[0]).toMatchObject({ logprobs: true, return_token_ids: true, temperature: 1 });
  });

  it('run no more at once than they may', async () => {
    const { server } = await rollOut({ delay: 5 }, { concurrency: 3 });
    expect(server.mostAtOnce).toBeLessThanOrEqual(3);
    expect(server.mostAtOnce).toBeGreaterThan(1);
  });

  it('are the same rows whatever runs at once, and after a kill', async () => {
    const { out, server } = await rollOut();
    const whole = fileOf(out);
    const again = folder();
    await writeGroups(optionsFor(server.url, again, { concurrency: 1 }));
    expect(fileOf(again)).toBe(whole);
    // Torn in the middle of a row, and records ahead of it.
    for (const bytes of [Math.round(whole.length * 0.55), 40, 0]) {
      truncateSync(join(again, 'rollouts.jsonl'), bytes);
      const asked = server.requests.length;
      const { resumed } = await writeGroups(optionsFor(server.url, again));
      expect(fileOf(again)).toBe(whole);
      expect(resumed).toBe(bytes > 1000 ? 3 : 0);
      expect(server.requests.length - asked).toBeGreaterThan(0);
    }
    expect((await readRecordStore(join(again, 'records'))).groups).toHaveLength(6);
    const ended = new AbortController();
    const third = folder();
    const killed = writeGroups(
      optionsFor(server.url, third, {
        // One after the other: side by side all may be done before the abort is heard.
        concurrency: 1,
        signal: ended.signal,
        onGroup: (count) => count === 2 && ended.abort(new Error('killed')),
      }),
    );
    await expect(killed).rejects.toThrow('killed');
    expect(rowsOf(third).length).toBeGreaterThan(0);
    await writeGroups(optionsFor(server.url, third));
    expect(fileOf(third)).toBe(whole);
  });

  it('go on only with the same settings', async () => {
    const { out, server } = await rollOut();
    const other = writeGroups(optionsFor(server.url, out, { settings: { model: 'another' } }));
    await expect(other).rejects.toMatchObject({ code: 'rollouts-differ' });
  });

  it('do without token ids where the server knows none', async () => {
    const { rows } = await rollOut({ strict: true });
    expect(rows.every((row) => row.token_ids === undefined && row.log_probabilities !== undefined)).toBe(true);
  });

  it('wait for a busy server, and end with the address of one that is gone', async () => {
    const busy = await rollOut({ fails: (count) => (count === 3 || count === 8 ? 503 : undefined) });
    expect(busy.done.groups).toBe(6);
    const server = await startVllm({ fails: (count) => (count > 12 ? 500 : undefined) });
    const out = folder();
    await expect(writeGroups(optionsFor(server.url, out))).rejects.toMatchObject({
      code: 'model-unreachable',
      message: expect.stringContaining(server.url),
    });
  });

  it('keep a run that the server refuses as a failure of its group', async () => {
    const { rows, done } = await rollOut({ fails: (count) => (count === 2 ? 404 : undefined) }, { concurrency: 1 });
    expect(done.groups).toBe(6);
    const failed = rows.filter(({ failure }) => failure !== undefined);
    expect(failed.map(({ failure }) => failure)).toContain('model-refused');
    expect(new Set(rows.map(({ group, member }) => `${group}/${member}`)).size).toBe(24);
  });

  it('speak the tags with the names of the reference', async () => {
    const say: VllmOptions['say'] = ({ messages }) => {
      const [system, user] = messages.map(({ content }: { content: string }) => content);
      const country = /of (\w+)\?/.exec(user)![1];
      if (system.includes('<answer>')) return { content: `<think></think><answer>${country} City</answer>` };
      const stop = user.includes('Answer1');
      const [asked, name] = stop ? ['None', 'None'] : [`What is the capital of ${country}?`, 'Table Retriever'];
      return { content: `<think></think><sub-question>${asked}</sub-question><ret>${name}</ret>` };
    };
    const { rows } = await rollOut(
      { say },
      { protocol: 'tags', naming: referenceNames, questions: questions.slice(0, 1) },
    );
    expect(rows[0]!.prompt[0]!.content).toContain('Table Retriever');
    // Decide, read, stop, answer: the reading belongs to the first step, the answer to the last.
    expect(rows.filter(({ member }) => member === 0).map(({ step }) => step)).toEqual([0, 0, 1, 1]);
    expect(rows.every(({ answer }) => answer === 'Arland City')).toBe(true);
  });
});
