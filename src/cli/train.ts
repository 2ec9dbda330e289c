/**
 * `r1-router train`: a policy from the atlas or a user's questions by Step-GRPO (`--config`, `--quick`), or from labels alone
 * (`--labels`). Progress goes to stderr; killed, the same command goes on where it was.
 */
import type { Command } from 'commander';
import { userError } from '../common/errors.ts';
import { sourceCommit } from '../common/source-commit.ts';
import { withInterrupt } from './interrupt.ts';
import { knowledgeBaseOption, wholeNumber } from './run-options.ts';

interface TrainFlags {
  config?: string;
  quick?: boolean;
  store?: string;
  questions?: string;
  runs?: string;
  model?: string;
  baseUrl?: string;
  kb?: string[];
  labels?: string;
  causalLm?: boolean;
  grpo?: boolean;
  knowledgeBases?: string;
  out?: string;
  seed?: number;
  threads?: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('train')
    .description('train a policy')
    .option(
      '--config <file>',
      'configuration of the training (see docs/reference/train-config.md); default: the full recipe on the atlas',
    )
    .option('--quick', 'learning proved on the atlas in about two minutes')
    .option('--store <dir|url>', 'knowledge bases to train on: a directory or a Qdrant server (default: the atlas)')
    .option('--questions <file>', 'with --store: JSONL file of questions, such as r1-router synthesize writes')
    .option('--runs <dir>', 'with --store: learn from the runs that --keep-runs kept, and what people thought of them')
    .option('--model <provider:name>', 'with --store: chat model that proposes what to ask, once a question')
    .option('--base-url <url>', 'address of the server of an openai: or ollama: model')
    .addOption(knowledgeBaseOption('with --store: '))
    .option('--labels <file>', 'train from JSONL rows {question, image?, knowledgeBase} alone')
    .option(
      '--knowledge-bases <file>',
      'with --labels: JSON list of {name, description, modality, cost}; default: text, image, table',
    )
    .option('--causal-lm', 'train a small language model that writes its decisions, from nothing, on gold trajectories')
    .option('--grpo', 'with --causal-lm: and then by Step-GRPO, on runs of the graph that it serves')
    .option('--out <dir>', 'folder of the training; one that was interrupted goes on')
    .option('--seed <number>', 'seed of every random choice', wholeNumber())
    .option('--threads <number>', 'threads of the engine', wholeNumber())
    .option('--json', 'print the result as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ r1-router train --quick --out ./first\n  $ r1-router train --store ./store --questions questions.jsonl --out ./ours\n  $ r1-router train --labels rows.jsonl --out ./policy && r1-router route questions.jsonl --policy ./policy',
    )
    .action(train);
}

async function train(flags: TrainFlags): Promise<void> {
  if (flags.labels !== undefined && (flags.quick || flags.config !== undefined)) {
    throw userError('invalid-option', '--labels: it goes without --quick and --config');
  }
  if (flags.causalLm && (flags.quick || flags.labels !== undefined)) {
    throw userError('invalid-option', '--causal-lm: it goes without --quick and --labels');
  }
  if (flags.grpo && !flags.causalLm) {
    throw userError('invalid-option', '--grpo: it goes with --causal-lm; the scorer is trained by Step-GRPO anyway');
  }
  if (flags.questions !== undefined && (flags.quick || flags.causalLm || flags.labels !== undefined)) {
    throw userError('invalid-option', '--questions: it goes without --quick, --labels and --causal-lm');
  }
  if (flags.model !== undefined && (flags.questions ?? flags.runs) === undefined) {
    throw userError(
      'invalid-option',
      '--model: it proposes what to ask of your own store; add --store and --questions',
    );
  }
  await withInterrupt((signal) => {
    if (flags.labels !== undefined) return trainFromLabels(flags.labels, flags, signal);
    return flags.causalLm ? trainLanguageModel(flags, signal) : trainByRuns(flags, signal);
  });
}

async function trainFromLabels(
  file: string,
  { out, seed, threads, knowledgeBases, json }: TrainFlags,
  signal: AbortSignal,
): Promise<void> {
  if (out === undefined) throw userError('missing-option', '--out: say where the policy goes');
  const [
    { LabelRowSchema, trainScorerOnLabels, DEFAULT_LABEL_KNOWLEDGE_BASES },
    { saveScorer },
    { readJsonl },
    { readKnowledgeBaseCards },
  ] = await Promise.all([
    import('../train/models/scorer-labels.ts'),
    import('../offline/policies/scorer/directory.ts'),
    import('./read-jsonl.ts'),
    import('./knowledge-base-cards.ts'),
  ]);
  const cards =
    knowledgeBases === undefined ? DEFAULT_LABEL_KNOWLEDGE_BASES : await readKnowledgeBaseCards(knowledgeBases);
  const rows: ReturnType<typeof LabelRowSchema.parse>[] = [];
  for await (const row of readJsonl(file, LabelRowSchema)) rows.push(row);
  const { createProgress } = await import('./terminal/progress.ts');
  const progress = createProgress();
  const began = performance.now();
  const scorer = await trainScorerOnLabels(rows, cards, {
    seed,
    threads,
    signal,
    onProgress: ({ step, steps, loss }) => progress.update(step / steps, `loss ${loss.toFixed(4)}`),
  }).finally(() => progress.end());
  await saveScorer(out, scorer);
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    json
      ? `${JSON.stringify({ policy: out, rows: rows.length, knowledgeBases: cards.map(({ name }) => name), seconds })}\n`
      : `${rows.length} rows, ${cards.map(({ name }) => name).join(', ')}: policy written to ${out} in ${seconds.toFixed(0)} s\ntry: r1-router route questions.jsonl --policy ${out}\n`,
  );
}

async function trainLanguageModel(flags: TrainFlags, signal: AbortSignal): Promise<void> {
  const { out, json } = flags;
  if (out === undefined) throw userError('missing-option', '--out: say where the training keeps its files');
  if (flags.grpo) {
    const { readCausalLmGrpoConfig } = await import('./read-train-config.ts');
    const { trainLanguageModelByRuns } = await import('./train/causal-lm-grpo.ts');
    return trainLanguageModelByRuns({ config: await readCausalLmGrpoConfig(flags), out, json }, signal);
  }
  const [{ readCausalLmConfig }, { loadTrainingQuestions }, { trainCausalLm }, { createProgress }] = await Promise.all([
    import('./read-train-config.ts'),
    import('../train/trainer/training-data.ts'),
    import('../train/trainer/train-causal-lm.ts'),
    import('./terminal/progress.ts'),
  ]);
  const config = await readCausalLmConfig(flags);
  const data = await loadTrainingQuestions(config);
  const progress = createProgress();
  const began = performance.now();
  const { policy, parameters, validation } = await trainCausalLm({
    config,
    data,
    folder: out,
    gitHash: sourceCommit(),
    signal,
    onResume: (step) => process.stderr.write(`going on after step ${step}\n`),
    onDamaged: (message) => process.stderr.write(`${message}; trying the one before\n`),
    onStep: ({ step, steps, loss }) =>
      progress.update(step / steps, `step ${step} of ${steps}, loss ${loss.toFixed(3)}`),
  }).finally(() => progress.end());
  const seconds = (performance.now() - began) / 1000;
  const { states, usable, routed, same } = validation;
  const percent = (count: number): string => `${((100 * count) / Math.max(1, states)).toFixed(1)}%`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ policy, parameters, validation, seconds })}\n`
      : `${(parameters / 1e6).toFixed(2)} M parameters in ${seconds.toFixed(0)} s; at ${states} gold states of validation questions: usable ${percent(usable)}, right knowledge base ${percent(routed)}, word for word ${percent(same)}\npolicy: ${policy}\ntry: r1-router ask "What is the capital of Peru?" --policy ${policy}\n`,
  );
}

async function trainByRuns(flags: TrainFlags, signal: AbortSignal): Promise<void> {
  const { readTrainConfig } = await import('./read-train-config.ts');
  const config = await readTrainConfig(flags);
  const out = flags.out ?? (flags.quick ? 'r1-router-training' : undefined);
  if (out === undefined) throw userError('missing-option', '--out: say where the training keeps its files');
  const { trainFromRuns } = await import('./train/from-runs.ts');
  const { store, kb, questions, runs, model, baseUrl, json } = flags;
  await trainFromRuns({ config, out, store, kb, questions, runs, model, baseUrl, json }, signal);
}
