/** `r1-router eval judge`: asks a chat model about every answer that has no verdict yet, then reports again. */
import { createChatModel } from '../../config/models.ts';
import { judgeEvaluation } from '../../eval/judge/judge.ts';
import { startProgress } from '../../eval/runner/progress.ts';
import { type ReportFlags, showReport } from './show.ts';

export async function evalJudge(
  folder: string,
  flags: ReportFlags & { model: string; concurrency: number },
  signal: AbortSignal,
): Promise<void> {
  const { model, concurrency } = flags;
  const { judged, unclear } = await judgeEvaluation({
    folder,
    model: await createChatModel(model),
    judge: model,
    concurrency,
    signal,
    onStart: (total) => startProgress({ label: 'judge', total }),
  });
  process.stderr.write(`judge: ${judged} new verdicts, ${unclear} unclear replies\n`);
  await showReport(folder, flags);
}
