/** `train --labels` and `route` as a user runs them: rows in, a policy, decisions out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, runCliHere, temporaryDirectory } from '../run-cli.ts';

const THINGS = ['river', 'film', 'novel', 'city', 'team', 'bridge', 'painter', 'island', 'company', 'planet'];

const rows = THINGS.flatMap((thing) => [
  { question: `Who founded the ${thing} and why?`, knowledgeBase: 'text' },
  { question: `How many points did the ${thing} score in total in 1998?`, knowledgeBase: 'table' },
  { question: `What is the ${thing} in this picture called?`, image: true, knowledgeBase: 'image' },
]);

const jsonl = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('train --labels, then route', () => {
  it('learns which knowledge base a question belongs to and decides in order', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'rows.jsonl'), jsonl(rows));
    const trained = await runCli(['train', '--labels', 'rows.jsonl', '--out', 'policy', '--seed', '3', '--json'], {
      directory,
    });
    expect(trained.exitCode, trained.stderr).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({
      policy: 'policy',
      rows: 30,
      knowledgeBases: ['text', 'image', 'table'],
    });
    const config = JSON.parse(readFileSync(join(directory, 'policy', 'config.json'), 'utf8'));
    expect(config.candidates).toBe('question');

    const questions = [
      { id: 'a', question: 'How many points did the museum score in total in 1971?' },
      { id: 7, question: 'What is the castle in this picture called?', image: true },
      { id: 'c', question: 'Who founded the museum and why?' },
    ];
    const routed = await runCli(['route', '-', '--policy', 'policy', '--json'], { directory, stdin: jsonl(questions) });
    expect(routed.exitCode, routed.stderr).toBe(0);
    const decisions = routed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(decisions.map(({ id }) => id)).toEqual(['a', 7, 'c']);
    expect(decisions.map(({ knowledgeBase }) => knowledgeBase)).toEqual(['table', 'image', 'text']);
    for (const { decision, subQuestion, scores } of decisions) {
      expect(decision).toBe('search');
      expect(questions.map(({ question }) => question)).toContain(subQuestion);
      expect(Object.keys(scores).sort()).toEqual(['image', 'stop', 'table', 'text']);
      expect(Object.values(scores as Record<string, number>).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
  });

  it('says what is wrong with a label, a policy and a pair of options', async () => {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, 'rows.jsonl'),
      jsonl([
        { question: 'Who?', knowledgeBase: 'text' },
        { question: 'Where?', knowledgeBase: 'tabel' },
      ]),
    );
    const label = await runCliHere(['train', '--labels', 'rows.jsonl', '--out', 'policy'], { directory });
    expect(label.exitCode).toBe(2);
    expect(label.stderr).toContain('tabel');
    const policy = await runCliHere(['route', 'rows.jsonl', '--policy', 'nowhere'], { directory });
    expect(policy.exitCode).toBe(2);
    expect(policy.stderr).toContain('nowhere');
    writeFileSync(join(directory, 'config.json'), '{"model_type": "qwen2"}');
    const language = await runCliHere(['route', 'rows.jsonl', '--policy', '.'], { directory });
    expect(language.exitCode).toBe(2);
    expect(language.stderr).toContain('route needs a scorer');
    for (const [row, message] of [
      ['{"question": "Who?"}', 'id: every row needs one'],
      ['{"id": 1, "question": "Who?", "image": 3}', 'image: it is a path, or true'],
    ] as const) {
      const broken = await runCliHere(['route', '-'], { directory, stdin: row });
      expect(broken.exitCode).toBe(2);
      expect(broken.stderr).toContain(`standard input:1: ${message}`);
    }
    const both = await runCliHere(['train', '--labels', 'rows.jsonl', '--quick'], { directory });
    expect(both.exitCode).toBe(2);
    expect(both.stderr).toContain('--labels');
  });
});
