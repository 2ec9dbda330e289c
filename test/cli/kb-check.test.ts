/**
 * `kb check` where something is unfinished: a server without a knowledge base, an ingest that was interrupted, an index of an
 * earlier version.
 */
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/tools/open.ts';
import { createKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import { startQdrantDouble } from '../tools/stores/qdrant-http-double.ts';
import { runCliHere, temporaryDirectory } from './run-cli.ts';

interface Report {
  ok: boolean;
  findings: { level: string; code: string; fix?: string }[];
}

async function check(location: string, environment: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await runCliHere(['kb', 'check', '--store', location, '--json'], {
    environment,
  });
  const { ok, findings } = JSON.parse(stdout) as Report;
  return { exitCode, ok, stderr, codes: findings.map(({ level, code }) => `${level} ${code}`), findings };
}

test('a fresh server is healthy, and the key is no secret on the way to itself', async () => {
  const double = await startQdrantDouble({ apiKey: 'k' });
  onTestFinished(() => double.close());
  const report = await check(double.url, { QDRANT_API_KEY: 'k' });
  expect(report).toMatchObject({ exitCode: 0, ok: true, stderr: '' });
  expect(report.codes).toEqual(['ok version', 'ok key', 'warning no-knowledge-bases']);
});

test('an ingest that was interrupted and words of an earlier version are told', async () => {
  const location = temporaryDirectory();
  const { store, close } = await openStore(location, { readOnly: false });
  const card = (name: string) => ({ name, description: 'letters', modality: 'text' as const });
  const half = await createKnowledgeBase({ store, card: card('half') });
  await half.markFilling(true);
  await half.ingest([{ id: '1', text: 'alpha' }]);
  const old = await createKnowledgeBase({ store, card: card('old'), index: { sparse: { terms: 2 } } });
  await old.ingest([{ id: '1', text: 'beta' }]);
  const whole = await createKnowledgeBase({ store, card: card('whole') });
  await whole.markFilling(true);
  await whole.ingest([{ id: '1', text: 'gamma' }]);
  await whole.markFilling(false);
  await close();
  const report = await check(location);
  expect([report.exitCode, report.codes]).toEqual([
    0,
    ['ok file', 'ok searchable', 'warning incomplete', 'ok searchable', 'warning older-words', 'ok searchable'],
  ]);
  expect(report.findings[4]!.fix).toContain('r1-router kb reindex "old"');
});
