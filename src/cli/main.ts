#!/usr/bin/env node
/**
 * Where `r1-router` starts. It imports nothing before the version of Node is known to run the rest, so that an old Node gets
 * one clear line instead of a syntax error from somewhere inside.
 */
/** The first of Node 22 whose SQLite says whether a transaction is open, which the embedded store relies on. */
const OLDEST = [22, 13] as const;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `r1-router: needs Node ${OLDEST.join('.')} or newer, but this is ${process.versions.node}; install a newer one from https://nodejs.org\n`,
  );
  process.exitCode = 2;
} else {
  const { quietSqliteWarning } = await import('./quiet-sqlite.ts');
  quietSqliteWarning();
  const { guardOutput } = await import('./terminal/guarded-output.ts');
  guardOutput(process.stdout);
  guardOutput(process.stderr);
  const { runProgram } = await import('./program.ts');
  process.exitCode = await runProgram(process.argv.slice(2));
}

export {};
