/**
 * What becomes of a policy when the knowledge bases change under it, without any training:
 *
 *     node bench/train/robustness.ts [policy directory] [questions]
 *
 * Reordered and renamed: the decisions must be the same. One taken away: the questions that never needed it. A fourth added (the
 * manual of this package): the questions of the other three, and its own.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { keyedRandom } from '../../src/common/random.ts';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { bootstrapMean, pairedTest } from '../../src/eval/statistics/index.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { openScorerPolicy } from '../../src/graph/policies/scorer.ts';
import type { SearchableKnowledgeBase } from '../../src/tools/knowledge-base.ts';
import { createKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import type { TrainingQuestion } from '../../src/train/rollouts/roll-out.ts';
import { withImages } from '../../src/train/trainer/training-data.ts';
import { answerScore } from '../../src/train/trainer/validate.ts';
import { benchWorld } from './world.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Of the manual, each with a word or two that no knowledge base of the atlas has. */
const OWN_QUESTIONS = [
  'Which flag of the ingest command sets the length of a chunk?',
  'How does the embedded store behave after kill -9?',
  'Which environment variable names a mirror for model files?',
  'What does the probe policy do when the reader finds nothing?',
  'Which error code does the store give for a second writer?',
  'How many looks may the scorer take at each step?',
  'Which estimator subtracts the mean of the other members?',
  'How is the average length used in BM25 search measured at ingestion?',
  'Which HTTP header carries the API key of the server?',
  'What does the leap alarm mean in a training run?',
  'Which file holds the log of an evaluation run?',
  'How are LangSmith traces of retriever runs named?',
];

const directory = process.argv[2] ?? join(ROOT, 'models/scorer');
const size = Number(process.argv[3] ?? 400);
const world = await benchWorld();
const policy = await openScorerPolicy(directory);
const drawn = keyedRandom('robustness')
  .shuffle((await loadAtlas('test')).questions)
  .slice(0, size);
const questions = await withImages(drawn, world.images);

interface Run {
  score: number;
  decisions: string[];
  first: string | undefined;
}

async function run(
  knowledgeBases: readonly SearchableKnowledgeBase[],
  asked: readonly TrainingQuestion[],
): Promise<Run[]> {
  const drive = driveRouter({ ...world, knowledgeBases, policy, maxSteps: 5 });
  const runs: Run[] = [];
  for (const { question, image } of asked) {
    const { answer, steps } = await drive({ question: question.question, image }, { context: { seed: 1 } });
    const searches = steps.flatMap(({ decision }) => (decision.type === 'search' ? [decision] : []));
    runs.push({
      score: answerScore({ question }, { answer }),
      decisions: searches.map(({ subQuestion, knowledgeBase }) => `${knowledgeBase}: ${subQuestion}`),
      first: searches[0]?.knowledgeBase,
    });
  }
  return runs;
}

const percent = (value: number): string => (100 * value).toFixed(1);
function compared(label: string, before: readonly Run[], after: readonly Run[]): void {
  const scores = (runs: readonly Run[]) => runs.map(({ score }) => score);
  const old = bootstrapMean(scores(before), { seed: 'robustness' })!;
  const now = bootstrapMean(scores(after), { seed: 'robustness' })!;
  const { difference, p } = pairedTest(scores(after), scores(before), { seed: 'robustness' })!;
  console.log(
    `| ${label} | ${before.length} | ${percent(old.mean)} | ${percent(now.mean)} | ${percent(difference.mean)} [${percent(difference.low)}, ${percent(difference.high)}] | ${p.toFixed(3)} |`,
  );
}

const renamed = (knowledgeBase: SearchableKnowledgeBase): SearchableKnowledgeBase => {
  const { description, modality, cost } = knowledgeBase;
  const name = `${knowledgeBase.name} anew`;
  return {
    name,
    description,
    modality,
    cost,
    search: async (query, options) =>
      (await knowledgeBase.search(query, options)).map((passage) => ({ ...passage, knowledgeBase: name })),
  };
};

const before = await run(world.knowledgeBases, questions);
const [first, ...rest] = world.knowledgeBases.map(renamed);
const turned = await run([...rest, first!], questions);
const same = turned.filter(
  ({ decisions }, index) =>
    decisions.join('\n') === before[index]!.decisions.join('\n').replaceAll(/^(\w+): /gm, '$1 anew: '),
);
console.log(`reordered and renamed: ${same.length} of ${questions.length} questions with the same decisions\n`);
console.log('| change | questions | before | after | difference | p |');
console.log('| --- | ---: | ---: | ---: | --- | ---: |');
for (const { name } of world.knowledgeBases) {
  const places = [...questions.keys()].filter((place) => {
    const { steps = [] } = questions[place]!.question;
    return steps.length > 0 && steps.every(({ knowledgeBase }) => knowledgeBase !== name);
  });
  const left = world.knowledgeBases.filter((knowledgeBase) => knowledgeBase.name !== name);
  const asked = places.map((place) => questions[place]!);
  compared(
    `without ${name}`,
    places.map((place) => before[place]!),
    await run(left, asked),
  );
}

const store = await openLocalQdrant({ location: ':memory:' });
const manual = await createKnowledgeBase({
  store,
  card: {
    name: 'manual',
    description:
      'The manual of this software: commands, flags, configuration, error codes, training and evaluation settings',
    modality: 'text',
    cost: 1,
  },
});
const pages = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).sort();
await manual.ingest(
  await Promise.all(pages.map(async (id) => ({ id, title: id, text: await readFile(join(ROOT, 'docs', id), 'utf8') }))),
);
const four = [...world.knowledgeBases, manual];
compared('a fourth added', before, await run(four, questions));
const own = await run(
  four,
  OWN_QUESTIONS.map((question, id) => ({
    question: { id: String(id), question, answers: [], answerable: true } as never,
    image: undefined,
  })),
);
console.log(
  `\nfirst asked the fourth: ${own.filter(({ first }) => first === 'manual').length} of ${own.length} questions of its own`,
);
await store.close();
await world.close();
