/** Which commit of the sources made something, for people and model cards. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const git = (...args: string[]): string =>
  execFileSync('git', args, {
    cwd: new URL('.', import.meta.url),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/**
 * The commit that is checked out, with `-dirty` behind it where a tracked file outside of `ignored` differs from it; empty outside
 * a checkout. `ignored`: paths from the root of the checkout, e.g. of what is being made.
 */
export function sourceCommit({ ignored = [] }: { ignored?: readonly string[] } = {}): string {
  try {
    // Installed below somebody else's checkout, their commit says nothing of these sources.
    const manifest = readFileSync(join(git('rev-parse', '--show-toplevel'), 'package.json'), 'utf8');
    if (JSON.parse(manifest).name !== 'r1-router') return '';
    const hash = git('rev-parse', 'HEAD');
    const changed = git(
      'status',
      '--porcelain',
      '--untracked-files=no',
      '--',
      ':/',
      ...ignored.map((path) => `:(top,exclude)${path}`),
    );
    return changed === '' ? hash : `${hash}-dirty`;
  } catch {
    return '';
  }
}
