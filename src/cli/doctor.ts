/** `r1-router doctor`: what is there, what is missing, what to do about it. It changes nothing of yours. Exit code 1 where something is wrong. */
import type { Command } from 'commander';
import { EXIT } from './failure.ts';
import { addStoreOptions, type StoreFlags } from './run-options.ts';
import { jsonText } from './terminal/guarded-output.ts';

export function register(program: Command): void {
  const command = program
    .command('doctor')
    .description('look at Node, store, models, server and caches, and say what to fix');
  addStoreOptions(command)
    .option('--json', 'print the findings as one JSON object')
    .action(async ({ json, ...flags }: StoreFlags & { json?: boolean }) => {
      const [{ examine }, { findingsText }] = await Promise.all([
        import('./doctor/examine.ts'),
        import('./kb/check.ts'),
      ]);
      const sections = await examine(flags);
      const findings = sections.flatMap((section) => section.findings);
      const ok = findings.every(({ level }) => level !== 'error');
      const text = sections.map(({ title, findings: found }) => `\n  ${title}${findingsText(found)}`).join('');
      process.stdout.write(json ? `${jsonText({ ok, sections }, 2)}\n` : text);
      if (!ok) process.exitCode = EXIT.system;
    });
}
