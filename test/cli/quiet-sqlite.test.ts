import { expect, test } from 'vitest';
import { quietSqliteWarning } from '../../src/cli/quiet-sqlite.ts';

test('the one warning is kept back, every other goes its way with all it came with', () => {
  const heard: unknown[][] = [];
  const target = { emitWarning: (...warning: unknown[]) => void heard.push(warning) };
  quietSqliteWarning(target);
  target.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning');
  target.emitWarning('something else', 'DeprecationWarning', 'DEP0001');
  target.emitWarning(new Error('a third'));
  expect(heard).toEqual([['something else', 'DeprecationWarning', 'DEP0001'], [new Error('a third')]]);
});
