/**
 * Reads `argv[4]` damaged files, made from the sound one at `argv[2]`, one after the other, and prints the number of each as it begins;
 * at the end what came of them. A file that cannot be read throws, and the job names it; what looks like a mistake of the code's own
 * (a TypeError and its like) is told apart.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Modality } from '../../../src/tools/knowledge-base.ts';
import { gather } from './gather.ts';
import { mutate } from './mutate.ts';

const [path, modalities, count] = process.argv.slice(2) as [string, string, string];
const folder = await mkdtemp(join(tmpdir(), 'r1-mutants-'));
const whole = await readFile(path);
const tally = { documents: 0, errors: 0, refused: 0, mistakes: [] as string[] };
for (let index = 0; index < Number(count); index++) {
  process.stdout.write(`${index}\n`);
  const mutant = join(folder, `mutant${extname(path)}`);
  await writeFile(mutant, mutate(whole, path.slice(path.lastIndexOf('/')), index));
  const choices = modalities.split(',') as Modality[];
  try {
    const { documents, errors } = await gather([mutant], choices[index % choices.length]!);
    tally.documents += documents.length;
    tally.errors += errors.length;
  } catch (error) {
    tally.refused++;
    const mistaken = [TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
    if (mistaken) tally.mistakes.push(`${index}: ${(error as Error).stack}`.slice(0, 400));
  }
}
await rm(folder, { recursive: true, force: true });
process.stdout.write(
  `done ${JSON.stringify({ ...tally, mistakes: tally.mistakes.slice(0, 3), megabytes: process.resourceUsage().maxRSS / 1024 })}\n`,
);
