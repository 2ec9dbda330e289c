import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SHORT_PROMPTS, type ShortPromptName } from '../../src/causal-lm/short-prompt.ts';
import { contentHash } from '../../src/common/content-hash.ts';
import type { HistoryEntry } from '../../src/graph/step-record.ts';
import { parseCausalLmTrainConfig } from '../../src/train/trainer/causal-lm-config.ts';
import { parseCausalLmGrpoConfig } from '../../src/train/trainer/causal-lm-grpo-config.ts';
import { claimConfig, withFirstPrompt } from '../../src/train/trainer/folder-config.ts';
import { parseTrainConfig } from '../../src/train/trainer/train-config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-folder-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const refused = { code: 'training-folder', kind: 'user' };

describe.each([
  ['a scorer', parseTrainConfig],
  ['a language model', parseCausalLmTrainConfig],
  ['Step-GRPO of a language model', parseCausalLmGrpoConfig],
])('the configuration of %s in its folder', (_, parse) => {
  const config = parse({ seed: 3 });
  const file = () => join(folder, 'config.json');

  it('is written once, and is the same however often it is asked for', async () => {
    const hash = await claimConfig(folder, { config, parse });
    expect(hash).toBe(contentHash(config));
    const text = await readFile(file(), 'utf8');
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(config)));
    expect(await claimConfig(folder, { config, parse })).toBe(hash);
    expect(await readFile(file(), 'utf8')).toBe(text);
  });

  it('of an earlier version goes on, under the hash that its checkpoints name', async () => {
    const { threads: _, ...earlier } = JSON.parse(JSON.stringify(config));
    await writeFile(file(), JSON.stringify(earlier));
    expect(await claimConfig(folder, { config, parse })).toBe(contentHash(earlier));
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(earlier);
    const other = parse({ seed: 3, threads: 2 });
    await expect(claimConfig(folder, { config: other, parse })).rejects.toMatchObject(refused);
  });

  it.each([
    ['of another seed', (held: object) => JSON.stringify({ ...held, seed: 4 })],
    ['with a field there is no more', (held: object) => JSON.stringify({ ...held, gone: true })],
    ['that is damaged', () => '{"seed": 3'],
  ])('%s is refused and left as it is', async (_name, written) => {
    const text = written(config);
    await writeFile(file(), text);
    await expect(claimConfig(folder, { config, parse })).rejects.toMatchObject(refused);
    expect(await readFile(file(), 'utf8')).toBe(text);
  });
});

describe('a language model of before configurations named its prompt', () => {
  it('goes on with the prompt there was, and with no other', async () => {
    const parse = (held: unknown) => parseCausalLmGrpoConfig(withFirstPrompt(held));
    const first = parseCausalLmGrpoConfig({ seed: 3, prompt: 'short' });
    const { prompt: _, ...held } = JSON.parse(JSON.stringify(first));
    await writeFile(join(folder, 'config.json'), JSON.stringify(held));
    expect(await claimConfig(folder, { config: first, parse })).toBe(contentHash(held));
    const today = parseCausalLmGrpoConfig({ seed: 3 });
    await expect(claimConfig(folder, { config: today, parse })).rejects.toMatchObject(refused);
  });

  it('is shown what it was taught with', () => {
    const history: HistoryEntry[] = [
      { subQuestion: 'Who?', knowledgeBases: ['text', 'table'], outcome: 'empty', answer: null },
    ];
    const shown = (name: ShortPromptName) => SHORT_PROMPTS[name]({ question: 'Whose?', hasImage: true, history }).user;
    expect(shown('short')).toBe(
      'Origin question: Whose?\n(an image)\nSub-question1: Who?\nAnswer1: (nothing was found)',
    );
    expect(shown('short-2')).toContain('\nSub-question1 (text, table): Who?\n');
  });
});
