/**
 * Node 22 announces at every start that its SQLite is experimental. On the command line that would stand between the user and
 * the one line that a mistake is answered with; every other warning goes its way. Code that imports the package hears it.
 */
const SQLITE = /^SQLite is an experimental feature/;

export function quietSqliteWarning(target: Pick<NodeJS.Process, 'emitWarning'> = process): void {
  const emit = target.emitWarning.bind(target) as (warning: string | Error, ...rest: unknown[]) => void;
  target.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (!SQLITE.test(typeof warning === 'string' ? warning : warning.message)) emit(warning, ...rest);
  };
}
