/**
 * A chat model as judge of answers, for those that say the right thing in other words. Optional, never part of the metrics that
 * are compared with published figures, and asked once for each different answer. What it does not say clearly is not counted
 * as either: such answers have no verdict.
 */
import { appendFile } from 'node:fs/promises';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { mapConcurrent } from '../../common/map-concurrent.ts';
import type { Question } from '../datasets/question.ts';
import { evaluationFiles, readEvaluation } from '../runner/evaluation.ts';
import type { Progress } from '../runner/progress.ts';
import { readRunLog } from '../runner/run-log.ts';
import { readVerdicts, type Verdict, verdictKey } from './verdicts.ts';

const INSTRUCTION = `You check answers to questions. You are given a question, the accepted answers, and one given answer.
The given answer is right if it states the same fact as one accepted answer, in any wording, language or unit, and adds nothing that contradicts it.
An answer that hedges between several possibilities is wrong.
Reply with a single word: right or wrong.`;

export interface JudgeOptions {
  /** Folder of a finished or unfinished evaluation. */
  folder: string;
  model: BaseChatModel;
  /** Kept with each verdict, e.g. `openai:gpt-4o-mini`. */
  judge: string;
  concurrency?: number;
  signal?: AbortSignal;
  onStart?: (total: number) => Progress | undefined;
}

export interface JudgeReport {
  judged: number;
  /** Replies that were neither `right` nor `wrong`. */
  unclear: number;
}

/** Judges every answer of an evaluation that has no verdict yet, and writes `verdicts.jsonl`; can be killed and run again. */
export async function judgeEvaluation({
  folder,
  model,
  judge,
  concurrency = 4,
  signal,
  onStart,
}: JudgeOptions): Promise<JudgeReport> {
  const files = evaluationFiles(folder);
  const { questions } = await readEvaluation(folder);
  const { lines } = await readRunLog(files.runs);
  const verdicts = await readVerdicts(files.verdicts);
  const byId = new Map(questions.map((question) => [question.id, question]));
  const open = new Map<string, { question: Question; answer: string }>();
  for (const { questionId, output } of lines.values()) {
    const question = byId.get(questionId);
    if (!question?.answerable || output?.answer == null) continue;
    const key = verdictKey(question, output.answer);
    if (!verdicts.has(key)) open.set(key, { question, answer: output.answer });
  }
  const progress = onStart?.(open.size);
  let judged = 0;
  let unclear = 0;
  await mapConcurrent([...open], { concurrency, signal }, async ([key, { question, answer }]) => {
    const said = await ask(model, question, answer, signal);
    const word = /\b(right|wrong)\b/i.exec(said)?.[1]?.toLowerCase();
    progress?.advance();
    if (word === undefined) {
      unclear += 1;
      return;
    }
    judged += 1;
    const verdict: Verdict = { schemaVersion: 1, key, right: word === 'right', said, judge };
    await appendFile(files.verdicts, `${JSON.stringify(verdict)}\n`);
  });
  progress?.end();
  return { judged, unclear };
}

async function ask(
  model: BaseChatModel,
  { question, answers, answerRanges = [] }: Question,
  answer: string,
  signal?: AbortSignal,
): Promise<string> {
  const accepted = [...answers, ...answerRanges.map(([lo, hi]) => `any number from ${lo} to ${hi}`)];
  const text = JSON.stringify({ question, accepted, given: answer });
  const { content } = await model.invoke([new SystemMessage(INSTRUCTION), new HumanMessage(text)], { signal });
  const said =
    typeof content === 'string' ? content : content.map((part) => ('text' in part ? String(part.text) : '')).join('');
  return said.trim().slice(0, 500);
}
