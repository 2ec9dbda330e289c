/** Which commit of the sources made something, for people and model cards. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceCommitOptions {
  /** Paths from the root of the checkout that may differ from the commit, such as what is being made. */
  ignored?: readonly string[];
  /** A folder of the checkout. Default: where this file lies. */
  folder?: string;
}

/**
 * The commit that is checked out, with `-dirty` behind it where a tracked file differs from it; empty outside of a checkout of
 * r1-router.
 */
export function sourceCommit({
  ignored = [],
  folder = fileURLToPath(new URL('.', import.meta.url)),
}: SourceCommitOptions = {}): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    // Installed below somebody else's checkout, their commit says nothing of these sources.
    const manifest = readFileSync(join(git('rev-parse', '--show-toplevel'), 'package.json'), 'utf8');
    if (JSON.parse(manifest).name !== 'r1-router') return '';
    const excluded = ignored.map((path) => `:(top,exclude)${path}`);
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', ':/', ...excluded);
    return git('rev-parse', 'HEAD') + (changed === '' ? '' : '-dirty');
  } catch {
    return '';
  }
}
