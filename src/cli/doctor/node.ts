/** Node, and the packages with native code that not every machine can have. */
import { availableParallelism, totalmem } from 'node:os';
import { importOptional } from '../../common/import-optional.ts';
import { importSharp } from '../../common/native-packages.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';

/** What each is for, said where it is missing. */
const OPTIONAL = [
  ['onnxruntime-node', 'training and dense encoders need it'],
  ['usearch', 'stores above 20,000 passages are searched faster with it'],
] as const;

export async function nodeFindings(): Promise<Finding[]> {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, ${gigabytes} GB of memory`;
  const findings: Finding[] = [
    { level: 'ok', code: 'node', message: `Node ${process.versions.node} (${process.execPath}), ${machine}` },
  ];
  try {
    await importSharp();
    findings.push({ level: 'ok', code: 'sharp', message: 'sharp, which reads pictures, loads' });
  } catch {
    findings.push({
      level: 'error',
      code: 'sharp',
      message: 'sharp, which reads pictures, does not load',
      fix: 'install the packages again on this machine, with optional dependencies',
    });
  }
  for (const [name, purpose] of OPTIONAL) {
    const there = (await importOptional(name).catch(() => undefined)) !== undefined;
    findings.push(
      there
        ? { level: 'ok', code: name, message: `${name} loads` }
        : { level: 'warning', code: name, message: `${name} is not installed; ${purpose}`, fix: `npm install ${name}` },
    );
  }
  return findings;
}
