/** What `r1-router synthesize` does: opens the knowledge bases, makes the items, tries them, writes questions and report. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { contentHash } from '../../common/content-hash.ts';
import { userError } from '../../common/errors.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import type { Passage } from '../../tools/passage.ts';
import { allPassages } from '../../tools/planner/all-passages.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import { type AcceptedQuestion, acceptedQuestions } from '../../train/synthesis/accepted.ts';
import { answerJudge } from '../../train/synthesis/answer-words.ts';
import type { Draft } from '../../train/synthesis/draft.ts';
import { itemsOfQuestions } from '../../train/synthesis/given-questions.ts';
import { openJournal } from '../../train/synthesis/journal.ts';
import { synthesisCounts, synthesisReport } from '../../train/synthesis/report.ts';
import { type BudgetFlags, budgetOf, pricesOf } from '../../train/synthesis/spending.ts';
import { type SynthesisItem, synthesize } from '../../train/synthesis/synthesize.ts';
import { chatTeacher, goldTeacher } from '../../train/synthesis/teacher.ts';
import { type SourceKnowledgeBase, templateItems } from '../../train/synthesis/template-items.ts';
import { writeQuestions, writerTasks } from '../../train/synthesis/writer.ts';
import { tellBuild } from '../ask.ts';
import { namedDataset } from '../eval/dataset.ts';
import { pace, withModel } from '../opened-model.ts';
import { readSettings, type StoreFlags } from '../run-options.ts';
import { createProgress } from '../terminal/progress.ts';

export interface SynthesizeFlags extends StoreFlags, BudgetFlags {
  out: string;
  questions?: string;
  /** Of the set that `questions` names. */
  file?: string;
  images?: string;
  model?: string;
  baseUrl?: string;
  threads?: number;
  limit: number;
  cap?: number;
  wordings: number;
  samples: number;
  validation: number;
  seed: number;
  json?: boolean;
}

export async function runSynthesis(flags: SynthesizeFlags, signal: AbortSignal): Promise<void> {
  const { settings, loaded } = await readSettings(flags);
  await withModel(flags.model, flags, async (model) => {
    const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, { onBuild: tellBuild });
    try {
      await synthesizeFrom(knowledgeBases, model, flags, signal);
    } finally {
      await close();
    }
  });
}

async function synthesizeFrom(
  knowledgeBases: readonly StoreKnowledgeBase[],
  model: BaseChatModel | undefined,
  flags: SynthesizeFlags,
  signal: AbortSignal,
): Promise<void> {
  const { out, limit, cap = limit, samples, seed } = flags;
  const budget = budgetOf(flags);
  const { concurrency, timeoutMs } = pace(flags.model);
  const prices = pricesOf(flags);
  const images = memoryImageStore();
  const sources = await sourcesOf(knowledgeBases, signal);
  const items = await itemsOf(flags, { knowledgeBases, sources, model });
  if (items.length === 0) throw nothingToAsk(flags, sources);
  const teacher = model ? chatTeacher(model, { knowledgeBases, images }) : goldTeacher({ knowledgeBases, images });
  const journal = await openJournal(
    `${base(out)}.log.jsonl`,
    settingsHash(flags, sources, items),
    items.length,
    concurrency,
  );
  const progress = createProgress();
  const judge = judgeOf(sources);
  try {
    if (journal.lines.length > 0)
      process.stderr.write(`going on after ${journal.lines.length} of ${items.length} items\n`);
    const end = await synthesize({
      items,
      teacher,
      journal,
      samples,
      seed,
      judge,
      batch: concurrency,
      retry: { timeoutMs },
      signal,
      limits: { questions: limit, perTemplate: cap, ...budget },
      image: async (file) => images.put(await readFile(file)),
      onProgress: ({ items: done, of, accepted }) =>
        progress.update(Math.max(done / of, accepted / limit), `${accepted} questions kept`),
    });
    const accepted = acceptedQuestions(
      journal.lines.flatMap(({ trials }) => trials),
      { seed, validation: flags.validation / 100 },
    );
    await writeFileAtomic(out, accepted.map((row) => `${JSON.stringify(besideFile(row, out))}\n`).join(''));
    const report = `${base(out)}.report.md`;
    await writeFileAtomic(
      report,
      synthesisReport(journal.lines, accepted, { teacher: flags.model ?? teacher.name, end, prices }),
    );
    const counts = synthesisCounts(journal.lines, accepted, prices);
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ questions: out, report, end, ...counts })}\n`
        : `${out}: ${counts.accepted} questions of ${counts.tried} tried (${counts.train} train, ${counts.validation} validation); what was refused and why: ${report}\n${nextCommand(flags)}\n`,
    );
  } finally {
    progress.end();
    await journal.close();
  }
}

/** Pictures are named as the readers of such files look for them: from the file's own folder. */
const besideFile = (row: AcceptedQuestion, out: string): AcceptedQuestion =>
  row.image === undefined ? row : { ...row, image: relative(dirname(resolve(out)), resolve(row.image)) };

const base = (out: string): string => out.replace(/\.jsonl$/, '');

const nextCommand = ({ store, out }: SynthesizeFlags): string =>
  `next: r1-router train${store === undefined ? '' : ` --store ${store}`} --questions ${out} --out ./policy`;

async function sourcesOf(
  knowledgeBases: readonly StoreKnowledgeBase[],
  signal: AbortSignal,
): Promise<SourceKnowledgeBase[]> {
  const sources: SourceKnowledgeBase[] = [];
  for (const knowledgeBase of knowledgeBases) {
    const { name, modality } = knowledgeBase;
    sources.push({ name, modality, passages: await allPassages(knowledgeBase, signal) });
  }
  return sources;
}

interface Given {
  knowledgeBases: readonly StoreKnowledgeBase[];
  sources: readonly SourceKnowledgeBase[];
  model: BaseChatModel | undefined;
}

async function itemsOf(flags: SynthesizeFlags, { knowledgeBases, sources, model }: Given): Promise<SynthesisItem[]> {
  const { questions, file, images, seed, wordings } = flags;
  if (questions !== undefined) {
    const dataset = await namedDataset({ dataset: questions, file, images, onBrokenLine: 'fail' });
    return itemsOfQuestions(dataset.questions, { knowledgeBases, byWords: model === undefined });
  }
  if (model !== undefined) {
    return writerTasks(sources, seed).map((task) => ({
      key: task.key,
      drafts: (signal, spend) => writeQuestions(model, task, { wordings, seed: `${seed}`, signal, spend }),
    }));
  }
  const imageFile = ({ image }: Passage): string | undefined => {
    const file = image?.file === undefined || images === undefined ? undefined : join(images, image.file);
    return file !== undefined && existsSync(file) ? file : undefined;
  };
  return templateItems(sources, { seed, wordings, imageFile }).map(({ key, drafts }) => ({
    key,
    drafts: async () => drafts,
  }));
}

function nothingToAsk({ questions }: SynthesizeFlags, sources: readonly SourceKnowledgeBase[]) {
  const passages = sources.reduce((sum, source) => sum + source.passages.length, 0);
  return userError(
    'nothing-to-ask',
    questions === undefined
      ? `synthesize: the knowledge bases hold ${passages} passages, and no template fits any; fill them with r1-router ingest, or have a model write the questions with --model`
      : `synthesize: ${questions} holds no question`,
  );
}

/** Same settings, same knowledge bases, same items: same file. What only ends it sooner is left out. */
function settingsHash(
  flags: SynthesizeFlags,
  sources: readonly SourceKnowledgeBase[],
  items: readonly SynthesisItem[],
): string {
  const { limit, cap, wordings, samples, seed, model = null } = flags;
  const content = sources.map(({ name, passages }) => [
    name,
    passages.map(({ id, text, title = '' }) => [id, title, text]),
  ]);
  return contentHash({
    limit,
    cap: cap ?? limit,
    wordings,
    samples,
    seed,
    model,
    content,
    items: items.map(({ key }) => key),
  });
}

function judgeOf(sources: readonly SourceKnowledgeBase[]): (draft: Draft, ids: readonly string[]) => boolean {
  const byId = new Map(sources.flatMap(({ passages }) => passages.map((passage) => [passage.id, passage] as const)));
  return ({ question, answers }, ids) => {
    const { judges, holds } = answerJudge(question, answers);
    // Where the answer's words say nothing the recall rule alone decides.
    return ids.length > 0 && (!judges || ids.some((id) => byId.has(id) && holds(byId.get(id)!)));
  };
}
