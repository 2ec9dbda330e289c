/** What a training logged, iteration by iteration, and what it cost. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type IterationMetrics, IterationMetricsSchema } from '../../src/train/monitor/iteration-metrics.ts';

/** Of the folder of a training; none where it logged nothing. */
export async function metricsOf(folder: string): Promise<IterationMetrics[]> {
  const text = await readFile(join(folder, 'metrics.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => IterationMetricsSchema.parse(JSON.parse(line)));
}

/** CPU seconds of this process, all threads together. */
export function processSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
