/**
 * A small decoder from nothing to a policy that speaks the tag protocol: a tokenizer and a model made here, taught by gold
 * trajectories. Killed anywhere, it goes on from its last checkpoint to the same bytes.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CausalLm } from '../../causal-lm/causal-lm.ts';
import { END_OF_TURN } from '../../causal-lm/decision-tokens.ts';
import { saveCausalLm } from '../../causal-lm/directory.ts';
import { Sampler } from '../../causal-lm/sampler.ts';
import { type TextTokenizer, textTokenizer } from '../../causal-lm/tokenizer.ts';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { contentHash } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import { checkpointFile, pruneCheckpoints, resumeFrom, saveCheckpoint } from '../../engine/checkpoint.ts';
import type { OptimiserState } from '../../engine/optimiser.ts';
import type { Question } from '../../eval/datasets/question.ts';
import { parseDecision } from '../../graph/chat-model/protocols/decision-tags.ts';
import { freshDecoder, tokenizerOf } from '../causal-lm/small-decoder.ts';
import { trainSupervised } from '../causal-lm/supervised.ts';
import { type TrajectoryText, textSequence, trajectoryTexts } from '../causal-lm/trajectory-text.ts';
import { type CausalLmTrainConfig, parseCausalLmTrainConfig } from './causal-lm-config.ts';
import { claimConfig, withFirstPrompt } from './folder-config.ts';
import { lockTraining } from './training-lock.ts';

export interface TrainCausalLmOptions {
  config: CausalLmTrainConfig;
  data: { train: readonly Question[]; validation: readonly Question[] };
  folder: string;
  gitHash?: string;
  signal?: AbortSignal;
  onResume?: (step: number) => void;
  onDamaged?: (message: string) => void;
  onStep?: (progress: { step: number; steps: number; loss: number }) => void;
}

export interface CausalLmResult {
  /** Directory in the layout of the Hugging Face hub. */
  policy: string;
  parameters: number;
  /** Greedy decisions at gold states of the validation questions: usable, of the right knowledge base, word for word. */
  validation: { states: number; usable: number; routed: number; same: number };
}

/** Throws `training-folder` where the folder holds another training. */
export async function trainCausalLm(options: TrainCausalLmOptions): Promise<CausalLmResult> {
  await mkdir(options.folder, { recursive: true });
  const lock = lockTraining(options.folder);
  try {
    return await trainLocked(options);
  } finally {
    lock.release();
  }
}

async function trainLocked(options: TrainCausalLmOptions): Promise<CausalLmResult> {
  const { config, data, folder, gitHash = '', signal } = options;
  const { seed, prompt, shape, steps, batch, rate, threads } = config;
  const configHash = await claimConfig(folder, {
    config,
    parse: (held) => parseCausalLmTrainConfig(withFirstPrompt(held)),
  });
  const textsOf = (question: Question) => trajectoryTexts(question, prompt);
  const texts = data.train.flatMap(textsOf);
  if (texts.length === 0) throw userError('training-data', 'no question of the train split has gold steps');
  const tokenizerJson = tokenizerOf(texts, { size: shape.vocabulary });
  const tokenizer = textTokenizer(tokenizerJson);
  // Which prompt it was taught with, for the policy that opens it.
  const own = { prompt, version: configHash.slice(0, 12), seed, gitHash };
  const { raw, config: modelConfig, parameters } = freshDecoder(shape, { own, seed });
  const optimiser: OptimiserState = { step: 0, mu: parameters.like(), nu: parameters.like() };
  const checkpoints = join(folder, 'checkpoints');
  await mkdir(checkpoints, { recursive: true });
  const resumed = await resumeFrom(checkpoints, {
    parameters,
    optimiser,
    configHash,
    onDamaged: ({ message }) => options.onDamaged?.(message),
  });
  if (resumed) options.onResume?.(resumed.step);
  const sequences = texts.map((text) => textSequence(tokenizer, text));
  await trainSupervised(sequences, {
    config: modelConfig,
    parameters,
    steps,
    batch,
    rate,
    seed,
    threads,
    signal,
    resume: optimiser,
    async onStep({ step, loss }) {
      options.onStep?.({ step: step + 1, steps, loss });
      const made = step + 1;
      if (made % config.checkpointEvery !== 0 && made !== steps) return;
      const record = { version: 1, step: made, random: seed, cursor: made * batch, configHash, gitHash } as const;
      await saveCheckpoint(checkpointFile(checkpoints, made), { parameters, optimiser, record });
      await pruneCheckpoints(checkpoints, 3);
    },
  });
  const policy = join(folder, 'policy');
  await saveCausalLm(policy, { raw, parameters });
  await writeFileAtomic(join(policy, 'tokenizer.json'), `${JSON.stringify(tokenizerJson)}\n`);
  const validation = await validate({ config: modelConfig, parameters: [parameters] }, tokenizer, {
    texts: data.validation.flatMap(textsOf),
    threads,
    signal,
  });
  return { policy, parameters: parameters.count, validation };
}

async function validate(
  model: CausalLm,
  tokenizer: TextTokenizer,
  { texts, threads, signal }: { texts: readonly TrajectoryText[]; threads: number; signal?: AbortSignal },
): Promise<CausalLmResult['validation']> {
  const sampler = new Sampler(model, { threads });
  const counts = { states: texts.length, usable: 0, routed: 0, same: 0 };
  for (let from = 0; from < texts.length; from += 16) {
    const part = texts.slice(from, from + 16);
    const prompts = part.map(({ prompt }) => tokenizer.encode(prompt));
    const rows = await sampler.sample(prompts, { maxTokens: 96, temperature: 0, signal });
    for (const [place, { completion }] of part.entries()) {
      const gold = decisionOf(completion.replace(END_OF_TURN, ''));
      const said = decisionOf(tokenizer.decode(rows[place]!.tokenIds));
      const [wanted, asked] = [gold, said].map((one) =>
        one.type === 'search' ? one.searches[0]!.knowledgeBase : one.type,
      );
      if (said.type !== 'invalid') counts.usable++;
      if (wanted === asked) counts.routed++;
      if (contentHash(gold) === contentHash(said)) counts.same++;
    }
  }
  await sampler.release();
  return counts;
}

/** Any name counts as one of a knowledge base: what it is called is compared, not whether it exists. */
function decisionOf(text: string) {
  const name = /<ret>([^<]*)<\/ret>/.exec(text)?.[1]?.trim() ?? '';
  return parseDecision(text, new Map([[name, name]])).decision;
}
