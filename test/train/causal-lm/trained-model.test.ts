import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCausalLm } from '../../../src/causal-lm/directory.ts';
import { Sampler } from '../../../src/causal-lm/sampler.ts';
import { makeSmallTokenizer } from '../../../src/causal-lm/tokenizer.ts';
import { keyedRandom } from '../../../src/common/random.ts';
import { listCheckpoints } from '../../../src/engine/checkpoint.ts';
import { inMadeUpWords, renamed } from '../../../src/train/causal-lm/renamed.ts';
import { smallDecoder } from '../../../src/train/causal-lm/small-decoder.ts';
import { parseCausalLmGrpoConfig } from '../../../src/train/trainer/causal-lm-grpo-config.ts';
import { openTrainedModel } from '../../../src/train/trainer/causal-lm-model.ts';
import { trainCausalLmGrpo } from '../../../src/train/trainer/train-causal-lm-grpo.ts';
import { smallData, smallWorld } from '../small-world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-trained-model-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const own = { version: 'v', gitHash: '', prompt: 'short-2' as const };
const config = (changes: object) =>
  parseCausalLmGrpoConfig({ shape: { vocabulary: 300, hidden: 32, layers: 1, heads: 4 }, ...changes });

/** A released model in the hub's layout, made here. */
async function base(special: readonly string[] = ['<|im_start|>', '<|im_end|>']): Promise<string> {
  const directory = join(folder, 'base');
  const { save } = await openTrainedModel(config({}), { texts: [], own });
  await save(directory);
  const json = makeSmallTokenizer(['What is the capital of Arland?'], { size: 300, special });
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(json));
  return directory;
}

describe('adapters over a released base', () => {
  it('are saved worked in, and adopted as the base under new ones', async () => {
    const model = await openTrainedModel(config({ base: await base(), lora: { rank: 2 } }), { texts: [], own });
    const { parameters, frozen } = model.trainable;
    for (const { name } of parameters.specs) parameters.fillNormal(name, 0.3, keyedRandom(name));
    const logits = async () => {
      const sampler = new Sampler(model.sampled);
      const values = await sampler.logits([1, 2, 3]);
      await sampler.release();
      return values;
    };
    const before = await logits();
    const saved = join(folder, 'saved');
    await model.save(saved);
    expect((await loadCausalLm(saved)).parameters.flat).not.toEqual(frozen!.flat);
    await model.adopt(saved);
    const after = await logits();
    expect(Math.max(...before.map((value, place) => Math.abs(value - after[place]!)))).toBeLessThan(1e-4);
    expect(frozen!.flat).toEqual((await loadCausalLm(saved)).parameters.flat);
    expect(JSON.parse(await readFile(join(saved, 'config.json'), 'utf8')).r1_router.prompt).toBe('short-2');
  });

  it('are trained from the supervised start on, and resumed to the same bytes', async () => {
    const directory = await base();
    const trained = config({
      base: directory,
      lora: { rank: 2 },
      start: { steps: 6, batch: 4, evaluateEvery: 3, invalid: 1, renamed: 1 },
      policy: { maxSteps: 2, maxTokens: 6, invalidRetries: 0, form: false },
      grpo: { iterations: 2, questions: 2, groupSize: 2, replacements: 0, klWeight: 0.1, entropyWeight: 0.01 },
      validateEvery: 1,
      checkpointEvery: 1,
    });
    const of = (name: string, signal?: AbortSignal, onEvent?: (event: { type: string }) => void) =>
      trainCausalLmGrpo({
        config: trained,
        world: smallWorld(),
        data: smallData(),
        folder: join(folder, name),
        signal,
        onEvent,
      });
    const bytes = (name: string) =>
      listCheckpoints(join(folder, name, 'checkpoints')).then(([last]) => readFile(last!.file, 'base64'));
    await of('whole');
    const controller = new AbortController();
    const stop = ({ type }: { type: string }) => type === 'iteration-end' && controller.abort(new Error('killed'));
    await expect(of('broken', controller.signal, stop)).rejects.toThrow('killed');
    await of('broken');
    expect(await bytes('broken')).toBe(await bytes('whole'));
  });

  it('need a tokenizer that knows the end of a turn', async () => {
    const directory = await base(['<s>', '</s>']);
    const opened = openTrainedModel(config({ base: directory }), { texts: [], own });
    await expect(opened).rejects.toMatchObject({ code: 'causal-lm-base' });
    await cp(join(directory, 'config.json'), join(folder, 'config.json'));
    await expect(openTrainedModel(config({ base: folder }), { texts: [], own })).rejects.toMatchObject({
      code: 'causal-lm-directory',
    });
  });
});

describe('a question with other names', () => {
  const question = smallData().train[0]!.question;

  it('keeps its shape: what is handed on is the same name everywhere', () => {
    const other = renamed(question, 1);
    const name = /capital of (\w+)\?/.exec(other.question)![1]!;
    expect(name).not.toBe('Arland');
    expect(other.steps![0]!.subQuestion).toBe(`What is the capital of ${name}?`);
    expect(renamed(question, 1)).toEqual(other);
    expect(renamed(question, 2)).not.toEqual(other);
    expect(smallDecoder({ vocabulary: 300, hidden: 32, layers: 1, heads: 4 }, {}).vocab_size).toBe(300);
  });

  it('stays as it is where no name is handed on', () => {
    const plain = {
      ...question,
      question: 'What is shown here?',
      steps: [{ ...question.steps![0]!, subQuestion: 'what' }],
    };
    expect(renamed(plain, 1)).toBe(plain);
  });

  it('has no word left in made-up words, and as many', () => {
    const words = (text: string) => text.match(/\p{L}+/gu)!;
    const made = inMadeUpWords(question, 1).question;
    expect(words(made)).toHaveLength(words(question.question).length);
    expect(made.endsWith('?')).toBe(question.question.endsWith('?'));
    expect(inMadeUpWords(question, 1).question).toBe(made);
    expect(inMadeUpWords(question, 2).question).not.toBe(made);
  });
});
