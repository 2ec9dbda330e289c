/** `r1-router synthesize` as a process: the same file whatever kills it, and what it says of wrong options. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FULL_VOLUME } from '../../slow.ts';
import { workshopStore } from '../../train/own/workshop.ts';
import { runCli, runCliHere, temporaryDirectory } from '../run-cli.ts';

const KILLS = process.env.R1_ROUTER_FULL === '1' ? 20 : 3;

describe('r1-router synthesize', () => {
  it(
    'writes the same bytes after kill -9 at several moments',
    async () => {
      const directory = temporaryDirectory();
      const store = await workshopStore(directory);
      const synthesize = (out: string, killAfter?: number) =>
        runCli(['synthesize', '--store', store, '--out', out, '--limit', '300', '--json'], {
          directory,
          onStart: (child) => {
            if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
          },
        });
      const began = performance.now();
      const whole = await synthesize('whole.jsonl');
      const took = performance.now() - began;
      expect(whole.exitCode, whole.stderr).toBe(0);
      const counts = JSON.parse(whole.stdout);
      expect(counts.accepted).toBeGreaterThan(100);
      expect(counts.accepted).toBe(counts.train + counts.validation);
      for (let kill = 1; kill <= KILLS; kill++)
        await synthesize('killed.jsonl', took * (0.25 + (0.7 * kill) / (KILLS + 1)));
      const last = await synthesize('killed.jsonl');
      expect(last.exitCode, last.stderr).toBe(0);
      for (const end of ['.jsonl', '.log.jsonl', '.report.md'])
        expect(readFileSync(join(directory, `killed${end}`), 'utf8')).toBe(
          readFileSync(join(directory, `whole${end}`), 'utf8'),
        );
    },
    FULL_VOLUME,
  );

  it('finds the evidence of questions that people have, by the words of their answers', async () => {
    const directory = temporaryDirectory();
    const store = await workshopStore(directory);
    const rows = [
      { question: 'what does the cargo bike cost', answers: ['2150'] },
      { question: 'who started this shop', answers: ['Marta Lund'] },
      { question: 'is it open on sunday', answers: ['no'] },
      { question: 'where are the whales', answers: ['in the sea'] },
    ];
    writeFileSync(join(directory, 'mine.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
    const argv = ['synthesize', '--store', store, '--questions', 'mine.jsonl', '--out', 'out.jsonl', '--json'];
    const { exitCode, stdout, stderr } = await runCliHere(argv, { directory });
    expect(exitCode, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 2, rejected: { evidence: 2 } });
    const kept = readFileSync(join(directory, 'out.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(kept.map(({ route }) => route)).toEqual(['bikes', 'notes']);
  });

  it('says what is wrong', async () => {
    const directory = temporaryDirectory();
    const store = await workshopStore(directory);
    writeFileSync(join(directory, 'other.log.jsonl'), 'no synthesis\n');
    const other = await runCliHere(['synthesize', '--store', store, '--out', 'other.jsonl'], { directory });
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('it is no synthesis; choose another --out');
    const missing = await runCliHere(['synthesize', '--store', store], { directory });
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('--out');
    const nothing = await runCliHere(
      ['synthesize', '--store', store, '--out', 'x.jsonl', '--questions', 'none.jsonl'],
      {
        directory,
      },
    );
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stderr).toContain('there is no file "none.jsonl"');
    const money = await runCli(['synthesize', '--store', store, '--out', 'x.jsonl', '--spend', '2'], { directory });
    expect(money.exitCode).toBe(2);
    expect(money.stderr).toContain('say with --price-in and --price-out what a million tokens read and written cost');
    const set = await runCli(['synthesize', '--store', store, '--out', 'x.jsonl', '--questions', 'infoseek'], {
      directory,
    });
    expect(set.exitCode).toBe(2);
    expect(set.stderr).toContain('give its JSONL file with --file');
  });
});
