/**
 * Reads `argv[2]` damaged files of each sound one that follows as a path and its modalities, one after the other, and prints the number
 * of each as it begins; at the end of a sound one what came of it. A file that cannot be read throws, and the job names it; what looks like a mistake of the code's own
 * (a TypeError and its like) is told apart.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Modality } from '../../../src/tools/knowledge-base.ts';
import { gather } from './gather.ts';
import { mutate } from './mutate.ts';

const [count, ...sound] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'r1-mutants-'));
for (let place = 0; place < sound.length; place += 2) await readDamaged(sound[place]!, sound[place + 1]!);
await rm(folder, { recursive: true, force: true });

async function readDamaged(path: string, modalities: string): Promise<void> {
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
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`done ${JSON.stringify({ ...tally, mistakes: tally.mistakes.slice(0, 3), megabytes })}\n`);
}
