/** What `r1-router tune` does: questions, a chat model in the graph, a teacher, and the file that says what to change. */
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { openConfiguredKnowledgeBases } from '../../config/knowledge-bases.ts';
import { createChatModel } from '../../config/models.ts';
import { chatModelAnswerer } from '../../graph/chat-model/answerer.ts';
import { chatModelPolicy } from '../../graph/chat-model/policy.ts';
import { chatModelReader } from '../../graph/chat-model/reader.ts';
import { driveRouter, type RouterDriver } from '../../graph/driver.ts';
import { memoryImageStore } from '../../graph/image-store.ts';
import type { SearchableKnowledgeBase } from '../../tools/knowledge-base.ts';
import { ownTrainingData } from '../../train/own/training-data.ts';
import { remembering } from '../../train/trainer/remembering-knowledge-base.ts';
import { parseTrainConfig } from '../../train/trainer/train-config.ts';
import { chatTuningTeacher } from '../../train/tuning/chat-teacher.ts';
import { tuningReport } from '../../train/tuning/report.ts';
import { type Guidance, tune } from '../../train/tuning/tune.ts';
import { tellBuild } from '../ask.ts';
import { readSettings, type StoreFlags } from '../run-options.ts';

export interface TuneFlags extends StoreFlags {
  questions: string;
  model: string;
  teacher?: string;
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
  const model = await createChatModel(flags.model);
  const teacher = flags.teacher === undefined ? model : await createChatModel(flags.teacher);
  const { knowledgeBases, close } = await openConfiguredKnowledgeBases(settings, loaded, { onBuild: tellBuild });
  try {
    const images = memoryImageStore();
    const bases = knowledgeBases.map((one) => remembering(one));
    const config = parseTrainConfig({
      seed: flags.seed,
      data: { questions: flags.questions, validation: flags.heldOut },
    });
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
    const result = await tune({
      start,
      train: data.train,
      heldOut: data.validation,
      drive,
      teacher: chatTuningTeacher(teacher),
      reward: REWARD,
      rounds: flags.rounds,
      questions: flags.batch,
      groupSize: flags.group,
      candidates: flags.candidates,
      seed: flags.seed,
      signal,
      onEvent: (event) => {
        const said =
          event.type === 'lessons-end'
            ? `round ${event.round + 1}: ${event.lessons} lessons from ${event.groups} groups`
            : `  candidate: ${event.trial.verdict}${event.trial.test ? `, ${event.trial.test.difference.mean.toFixed(3)}, p = ${event.trial.test.p.toFixed(3)}` : ''}`;
        process.stderr.write(`${said}\n`);
      },
    });
    const instructions = `${flags.out.replace(/\.md$/, '')}.instructions.txt`;
    await writeFileAtomic(flags.out, tuningReport(start, result, { store: flags.store, file: instructions }));
    if (result.guidance.instructions !== '') await writeFileAtomic(instructions, `${result.guidance.instructions}\n`);
    const kept = result.trials.filter(({ verdict }) => verdict === 'better').length;
    process.stdout.write(`${kept} of ${result.trials.length} candidates kept; read ${flags.out} before you use it\n`);
  } finally {
    await close();
  }
}

/** The same knowledge base under another description. */
function described(base: SearchableKnowledgeBase, { descriptions }: Guidance): SearchableKnowledgeBase {
  const { name, modality, cost, search } = base;
  return { name, modality, cost, search, description: descriptions[name] ?? base.description };
}
