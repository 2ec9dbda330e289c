/** The five commands that docs/how-to/train.md begins with, as they stand there, on a folder of files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli, runCliHere, temporaryDirectory } from '../cli/run-cli.ts';
import { FULL_VOLUME } from '../slow.ts';
import { workshopFiles } from '../train/own/workshop.ts';

const page = readFileSync(new URL('../../docs/how-to/train.md', import.meta.url), 'utf8');
const commands = /^```sh\n([\s\S]*?)^```$/m
  .exec(page)![1]!
  .trim()
  .split('\n')
  .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!).slice(1));

it(
  'from a folder of files to an answer by a trained policy',
  async () => {
    const directory = temporaryDirectory();
    workshopFiles(directory);
    expect(commands).toHaveLength(5);
    let last = '';
    for (const argv of commands) {
      // The first and the last as their user starts them, those between them in this process.
      const run = argv[0] === 'ingest' || argv[0] === 'ask' ? runCli : runCliHere;
      const { exitCode, stdout, stderr } = await run(argv, { directory });
      expect(exitCode, `${argv[0]}: ${stderr}`).toBe(0);
      last = stdout;
      if (argv[0] === 'train') expect(stdout).toContain('evidence read on');
    }
    expect(last).toContain('2150');
    expect(readFileSync(join(directory, 'questions.report.md'), 'utf8')).toContain('## Refused');
    const again = await runCliHere([...commands[4]!, '--json'], { directory });
    const { steps } = JSON.parse(again.stdout) as { steps: { policy: { name: string } }[] };
    expect(steps[0]!.policy.name).toBe('scorer');
  },
  FULL_VOLUME,
);
