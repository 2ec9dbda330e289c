/** What `r1-router tune` does: questions, a chat model in the graph, a teacher, and the file that says what to change. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { contentHash } from '../../common/content-hash.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import { driveRouter, type RouterDriver } from '../../graph/driver.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { ownTrainingData } from '../../train/own/training-data.ts';
import { type BudgetFlags, budgetOf, pricesOf } from '../../train/synthesis/spending.ts';
import { remembering } from '../../train/trainer/remembering-knowledge-base.ts';
import { parseTrainConfig } from '../../train/trainer/train-config.ts';
import type { TrainingData } from '../../train/trainer/training-data.ts';
import { chatTuningTeacher } from '../../train/tuning/chat-teacher.ts';
import { openTuneJournal } from '../../train/tuning/journal.ts';
import { tuningReport } from '../../train/tuning/report.ts';
import { type Guidance, type TuneEvent, tune } from '../../train/tuning/tune.ts';
import { tellBuild } from '../ask.ts';
import { pace, withModel } from '../opened-model.ts';
import { readSettings, type StoreFlags } from '../run-options.ts';

export interface TuneFlags extends StoreFlags, BudgetFlags {
  questions: string;
  model: string;
  teacher?: string;
  baseUrl?: string;
  threads?: number;
  out: string;
  rounds: number;
  batch: number;
  group: number;
  candidates: number;
  heldOut: number;
  seed: number;
}

/** Evidence and the answer, by the reference's rule, less a little for each search. */
const REWARD = { weights: { 'evidence-gain': 1, 'answer-recall-rule': 1, 'search-cost': 0.05 }, failure: -1 };

export async function runTuning(flags: TuneFlags, signal: AbortSignal): Promise<void> {
  const { settings, loaded } = await readSettings(flags);
  // Before a model is opened, which may take a while.
  budgetOf(flags);
  await withModel(flags.model, flags, (model) =>
    withModel(flags.teacher, flags, async (teacher = model) => {
      const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, { onBuild: tellBuild });
      try {
        await tuneModel({ model: model!, teacher: teacher!, knowledgeBases }, flags, signal);
      } finally {
        await close();
      }
    }),
  );
}

interface Parts {
  model: BaseChatModel;
  teacher: BaseChatModel;
  knowledgeBases: readonly SearchableKnowledgeBase[];
}

async function tuneModel({ model, teacher, knowledgeBases }: Parts, flags: TuneFlags, signal: AbortSignal) {
  const images = memoryImageStore();
  const bases = knowledgeBases.map((one) => remembering(one));
  const { seed, rounds, batch, group, candidates, heldOut } = flags;
  const config = parseTrainConfig({ seed, data: { questions: flags.questions, validation: heldOut } });
  const data = await ownTrainingData(config, { knowledgeBases: bases, images, signal });
  const start: Guidance = {
    descriptions: Object.fromEntries(knowledgeBases.map(({ name, description }) => [name, description])),
    instructions: '',
  };
  const drive = (guidance: Guidance): RouterDriver =>
    driveRouter({
      knowledgeBases: bases.map((one) => described(one, guidance)),
      policy: chatModelPolicy({ model, ...(guidance.instructions && { systemPrompt: guidance.instructions }) }),
      reader: chatModelReader({ model }),
      answerer: chatModelAnswerer({ model }),
      images,
    });
  const base = flags.out.replace(/\.md$/, '');
  const journal = await openTuneJournal(`${base}.log.jsonl`, settingsHash(flags, start, data), budgetOf(flags));
  try {
    const result = await tune({
      start,
      train: data.train,
      heldOut: data.validation,
      drive,
      teacher: chatTuningTeacher(teacher, { timeoutMs: pace(flags.teacher ?? flags.model).timeoutMs }),
      concurrency: Math.min(4, pace(flags.model).concurrency),
      reward: REWARD,
      rounds,
      questions: batch,
      groupSize: group,
      candidates,
      seed,
      journal,
      signal,
      onEvent: (event) => process.stderr.write(`${inWords(event)}\n`),
    });
    const instructions = `${base}.instructions.txt`;
    const report = tuningReport(start, result, { store: flags.store, file: instructions, prices: pricesOf(flags) });
    await writeFileAtomic(flags.out, report);
    if (result.guidance.instructions !== '') await writeFileAtomic(instructions, `${result.guidance.instructions}\n`);
    const kept = result.trials.filter(({ verdict }) => verdict === 'better').length;
    process.stdout.write(`${kept} of ${result.trials.length} candidates kept; read ${flags.out} before you use it\n`);
  } finally {
    await journal.close();
  }
}

function inWords(event: TuneEvent): string {
  if (event.type === 'lessons-end')
    return `round ${event.round + 1}: ${event.lessons} lessons from ${event.groups} groups`;
  const { verdict, test } = event.trial;
  return `  candidate: ${verdict}${test ? `, ${test.difference.mean.toFixed(3)}, p = ${test.p.toFixed(3)}` : ''}`;
}

/** Same models, questions and descriptions: same file. What only ends it sooner is left out. */
function settingsHash(flags: TuneFlags, start: Guidance, { train, validation }: TrainingData): string {
  const { model, teacher = model, rounds, batch, group, candidates, seed } = flags;
  const asked = [train, validation].map((split) => split.map(({ question }) => [question.id, question.question]));
  return contentHash({ model, teacher, rounds, batch, group, candidates, seed, start, asked });
}

/** The same knowledge base under another description. */
function described(base: SearchableKnowledgeBase, { descriptions }: Guidance): SearchableKnowledgeBase {
  const { name, modality, cost, search } = base;
  return { name, modality, cost, search, description: descriptions[name] ?? base.description };
}
