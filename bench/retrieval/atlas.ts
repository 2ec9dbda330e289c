/**
 * Retrieval on the atlas: every gold step of a split is asked of its knowledge base, pictures by transform. R@1 / 5 / 20.
 *
 *   node bench/retrieval/atlas.ts [train|validation|test] [--image-only]
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../src/common/content-hash.ts';
import { type Question, QuestionSchema } from '../../src/eval/datasets/question.ts';
import type { QueryImage } from '../../src/tools/knowledge-base.ts';
import { atlasDirectory } from '../../src/tools/open/atlas.ts';
import { openKnowledgeBases } from '../../src/tools/open.ts';
import { goldRank, RANKS, recall, recallLine } from './recall.ts';

const split = process.argv.find((argument) => ['train', 'validation', 'test'].includes(argument)) ?? 'validation';
const imageOnly = process.argv.includes('--image-only');

const folder = join(atlasDirectory(), 'questions');
const questions: Question[] = [];
for (const file of await readdir(folder)) {
  for (const line of (await readFile(join(folder, file), 'utf8')).split('\n').filter(Boolean)) {
    const question = QuestionSchema.parse(JSON.parse(line));
    if (question.split === split) questions.push(question);
  }
}

async function imageOf({ image }: Question): Promise<QueryImage | undefined> {
  if (!image) return undefined;
  const bytes = await readFile(join(folder, ...image.split('/')));
  return { bytes, hash: sha256(bytes) };
}

const { knowledgeBases, close } = await openKnowledgeBases();
const ranks = new Map<string, number[]>();
const add = (group: string, rank: number) => ranks.set(group, [...(ranks.get(group) ?? []), rank]);
const asked = new Set<string>();
const times = new Map<string, number[]>();
for (const question of questions) {
  for (const step of question.steps ?? []) {
    const knowledgeBase = knowledgeBases.find(({ name }) => name === step.knowledgeBase);
    if (!knowledgeBase || step.documents.length === 0) continue;
    const pictured = knowledgeBase.modality === 'text-image' && question.image !== undefined;
    if (imageOnly && !pictured) continue;
    const key = `${step.knowledgeBase} ${step.subQuestion} ${pictured ? question.image : ''}`;
    if (asked.has(key)) continue;
    asked.add(key);
    const image = pictured ? await imageOf(question) : undefined;
    const options = { limit: RANKS.at(-1)!, perDocument: 1 };
    const start = performance.now();
    const withText = await knowledgeBase.search({ text: step.subQuestion, image }, options);
    const kind = pictured ? 'image + sub-question' : knowledgeBase.name === 'image' ? 'captions' : knowledgeBase.name;
    times.set(kind, [...(times.get(kind) ?? []), performance.now() - start]);
    const rank = goldRank(withText, step.documents);
    add(kind, rank);
    if (rank !== 0 && process.argv.includes('--misses')) {
      console.log(
        `${step.documents[0]} as ${withText[0]?.documentId} rank ${rank} ${question.transform ?? ''} | ${step.subQuestion}`,
      );
    }
    if (!image) continue;
    const alone = goldRank(await knowledgeBase.search({ image }, options), step.documents);
    add('image alone', alone);
    add(`  ${step.documents[0]!.split('/')[0]}`, alone);
    for (const transform of (question.transform ?? 'none').split('+')) add(`  ${transform}`, alone);
  }
}
console.log(`Atlas, ${split}: R@${RANKS.join(' / ')} of distinct documents (queries)`);
for (const [group, list] of ranks) {
  const sorted = times.get(group)?.sort((a, b) => a - b);
  const time = sorted ? `  p50 ${sorted[Math.floor(sorted.length / 2)]!.toFixed(1)} ms` : '';
  console.log(`${group.padEnd(22)} ${recallLine(recall(list))}${time}`);
}
await close();
