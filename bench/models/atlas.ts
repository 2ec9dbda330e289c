/**
 * A real model on questions of the atlas' validation split that need no picture, as `r1-router ask` has it. One JSON line a question, with
 * what went wrong (`faults.ts`); the same command goes on where it was killed. Their order is drawn, so that the first ones are a sample.
 *
 *   node bench/models/atlas.ts OUT.jsonl --model gguf:FILE [--threads 1] [--questions 40]
 */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { addModelOptions, modelSettings } from '../../src/cli/run-options.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { openRouter } from '../../src/config/open-router.ts';
import type { ModelSettings } from '../../src/config/router-parts.ts';
import { loadAtlas } from '../../src/eval/datasets/atlas.ts';
import { exactMatch } from '../../src/eval/metrics/answer-match.ts';
import { selectQuestions } from '../../src/eval/runner/sample.ts';
import { type Fault, faultOf, watchPrompts } from './faults.ts';
import type { Verdict } from './kit.ts';
import { doneRows, type KitRow, rowOf, summary } from './own-files.ts';

async function main(out: string, { questions: count, ...flags }: ModelSettings & { questions: string }): Promise<void> {
  const { questions: all } = await loadAtlas('validation');
  const asked = all.filter(({ image }) => image === undefined);
  const questions = keyedRandom('order', 0).shuffle(selectQuestions(asked, { sample: Number(count), seed: 0 }));
  const done = doneRows<AtlasRow>(out);
  const router = await openRouter({ ...modelSettings(flags), seed: 0 }, { config: {}, directory: process.cwd() });
  const graph = await router.graph();
  for (const question of questions) {
    if (done.some(({ id }) => id === question.id)) continue;
    const clock = performance.now();
    const shown: string[] = [];
    const output = await graph.invoke(
      { question: question.question },
      { context: router.context, callbacks: [watchPrompts(shown)] },
    );
    const { id, answers, answerable } = question;
    const row = rowOf(
      { id, question: question.question, answers, answerable },
      output,
      (performance.now() - clock) / 1000,
    );
    const verdict = answerable ? answeredAs(output.answer, answers) : row.verdict;
    const isRight = verdict === 'right' || verdict === 'refused';
    const fault = isRight ? undefined : faultOf({ question, output, shown });
    const hops = question.steps?.length ?? 0;
    const kept: AtlasRow = { ...row, verdict, template: question.template, hops, answers, ...(fault && { fault }) };
    appendFileSync(out, `${JSON.stringify(kept)}\n`);
    done.push(kept);
    console.log(
      `${verdict.padEnd(9)} ${fault ?? ''} ${row.seconds}s ${row.calls} calls  ${row.question} -> ${row.answer} (${answers[0]})`,
    );
  }
  await router.close();
  const faults = Object.entries(Object.groupBy(done, ({ fault }) => fault ?? 'none')).map(([name, rows]) => [
    name,
    rows?.length,
  ]);
  console.log(JSON.stringify({ ...summary(done), faults: Object.fromEntries(faults) }));
}

/** The atlas has its own measure of a right answer. */
function answeredAs(answer: string | null, answers: readonly string[]): Verdict {
  if (answer === null) return 'abstained';
  return exactMatch(answer, answers) === 1 ? 'right' : 'wrong';
}

interface AtlasRow extends KitRow {
  template?: string;
  hops: number;
  answers: readonly string[];
  fault?: Fault;
}

const command = new Command().argument('<out>').option('--questions <n>', 'how many', '40');
addModelOptions(command).action((out: string, flags) => main(resolve(out), flags));
await command.parseAsync();
