/**
 * What becomes of a policy when the knowledge bases change under it, without any training:
 *
 *     node bench/train/robustness.ts [policy directory] [questions]
 *
 * Reordered and renamed: the decisions must be the same. One taken away: the questions that never needed it. A fourth added
 * (the manual of this package, and two invented ones): the questions of the other three, and its own.
 */
import { join, resolve } from 'node:path';
import { keyedRandom } from '../../src/common/random.ts';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { bootstrapMean, pairedTest } from '../../src/eval/statistics/index.ts';
import { driveRouter } from '../../src/graph/driver.ts';
import { openScorerPolicy } from '../../src/offline/policies/scorer.ts';
import type { SearchableKnowledgeBase } from '../../src/tools/knowledge-base.ts';
import { createKnowledgeBase } from '../../src/tools/store-knowledge-base.ts';
import { openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';
import type { TrainingQuestion } from '../../src/train/rollouts/roll-out.ts';
import { withImages } from '../../src/train/trainer/training-data.ts';
import { answerScore } from '../../src/train/trainer/validate.ts';
import { FOURTHS } from './fourth-knowledge-bases.ts';
import { benchWorld } from './world.ts';

const ROOT = resolve(import.meta.dirname, '../..');

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
    const searches = steps.flatMap(({ decision }) => (decision.type === 'search' ? decision.searches : []));
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
const askedFirst: string[] = [];
for (const { card, documents, questions: ownQuestions } of FOURTHS) {
  const fourth = await createKnowledgeBase({ store, card });
  await fourth.ingest(await documents());
  const four = [...world.knowledgeBases, fourth];
  compared(`with ${card.name}`, before, await run(four, questions));
  const own = await run(
    four,
    ownQuestions.map((question, id) => ({
      question: { id: String(id), question, answers: [], answerable: true } as never,
      image: undefined,
    })),
  );
  const first = own.filter((run) => run.first === card.name).length;
  askedFirst.push(`${card.name} ${first} of ${own.length}`);
}
console.log(`\nasked first for questions of its own: ${askedFirst.join(', ')}`);
await store.close();
await world.close();
