/**
 * A real model on somebody's own files: the questions of a kit folder through the configuration that `r1-router ask` has. One JSON line
 * a question; the same command goes on where it was killed. Nothing of CI runs it.
 *
 *   node bench/models/own-files.ts KIT OUT.jsonl --model gguf:FILE [--threads 1] [other model flags of ask] [--only 1,2]
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { addModelOptions, modelSettings } from '../../src/cli/run-options.ts';
import { openRouter } from '../../src/config/open-router.ts';
import type { ModelSettings } from '../../src/config/router-parts.ts';
import type { RouterOutput } from '../../src/graph/run-state.ts';
import { type KitQuestion, kitParts, kitQuestions, type Verdict, verdictOf } from './kit.ts';

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface KitRow {
  id: string;
  question: string;
  answer: string | null;
  verdict: Verdict;
  calls: number;
  tokens: { input: number; output: number };
  seconds: number;
  invalid: number;
  repeats: number;
  stopReason: string;
  /** What was asked and said, for looking at failures. */
  steps: unknown[];
}

export function rowOf(question: KitQuestion, output: RouterOutput, seconds: number): KitRow {
  const searches = output.steps.flatMap(({ decision }) => (decision.type === 'search' ? decision.searches : []));
  const distinct = new Set(searches.map(({ subQuestion, knowledgeBase }) => `${knowledgeBase}\n${subQuestion}`));
  return {
    id: question.id,
    question: question.question,
    answer: output.answer,
    verdict: verdictOf(question, { answer: output.answer, evidence: output.evidence }),
    calls: output.usage.modelCalls,
    tokens: output.usage.tokens,
    seconds: Math.round(seconds * 10) / 10,
    invalid: output.steps.flatMap(({ attempts }) => attempts).filter(({ invalid }) => invalid !== undefined).length,
    repeats: searches.length - distinct.size,
    stopReason: output.stopReason,
    steps: output.steps.map(({ decision, thought, attempts }) => ({
      ...(thought && { thought }),
      decision,
      raw: attempts.map(({ raw }) => raw),
    })),
  };
}

export function doneRows<Row extends { id: string }>(file: string): Row[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // A line that a kill cut short is asked again.
  return lines.flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Row];
    } catch {
      return [];
    }
  });
}

export function summary(rows: readonly KitRow[]) {
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  const total = (value: (row: KitRow) => number) => rows.reduce((sum, row) => sum + value(row), 0);
  const each = (value: (row: KitRow) => number) => Math.round((100 * total(value)) / Math.max(1, rows.length)) / 100;
  return {
    questions: rows.length,
    right: count('right'),
    shown: count('shown'),
    wrong: count('wrong'),
    abstained: count('abstained'),
    refused: count('refused'),
    invented: count('invented'),
    callsEach: each(({ calls }) => calls),
    inputTokensEach: each(({ tokens }) => tokens.input),
    outputTokensEach: each(({ tokens }) => tokens.output),
    secondsEach: each(({ seconds }) => seconds),
    invalid: total(({ invalid }) => invalid),
    repeats: total(({ repeats }) => repeats),
  };
}

export function fillStore(kit: string): string {
  const store = mkdtempSync(join(tmpdir(), 'kit-'));
  for (const { name, modality, description, sources } of kitParts(kit)) {
    const flags = ['--kb', name, '--modality', modality, '--description', description, '--store', store];
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'ingest', ...sources, ...flags], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`ingest ${name}: ${stderr.trim()}`);
  }
  return store;
}

async function main(kit: string, out: string, flags: ModelSettings & { only?: string }): Promise<void> {
  const done = doneRows<KitRow>(out);
  const only = flags.only?.split(',');
  const questions = kitQuestions(kit).filter(({ id }) => !only || only.includes(id));
  const left = questions.filter(({ id }) => !done.some((row) => row.id === id));
  if (left.length > 0) {
    const settings = { ...modelSettings(flags), store: fillStore(kit), seed: 0 };
    const router = await openRouter(settings, { config: {}, directory: process.cwd() });
    const graph = await router.graph();
    for (const question of left) {
      const image = question.image && (await router.images.put(readFileSync(join(kit, question.image))));
      const clock = performance.now();
      const input = { question: question.question, ...(image && { image }) };
      const output = await graph.invoke(input, { context: router.context });
      const row = rowOf(question, output, (performance.now() - clock) / 1000);
      appendFileSync(out, `${JSON.stringify(row)}\n`);
      done.push(row);
      console.log(`${row.verdict.padEnd(9)} ${row.seconds}s ${row.calls} calls  ${row.question} -> ${row.answer}`);
    }
    await router.close();
  }
  const asked = new Set(questions.map(({ id }) => id));
  console.log(JSON.stringify(summary(done.filter(({ id }) => asked.has(id)))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const command = new Command().argument('<kit>').argument('<out>').option('--only <ids>');
  addModelOptions(command).action((kit: string, out: string, flags) => main(resolve(kit), resolve(out), flags));
  await command.parseAsync();
}
