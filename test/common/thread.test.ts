import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
const PROGRAM = `
import { once } from 'node:events';
import { startThread } from ${url('../../src/common/thread.ts')};
for (let i = 0; i < 3; i++) {
  const thread = startThread(new URL(${url('./typed-thread.ts')}), { name: 'typed' });
  await once(thread, 'message');
  await thread.terminate();
}
console.log('all done');`;

it('threads of TypeScript leave V8 no compiled WebAssembly import to free twice', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--trace-wasm-code-gc',
    '--stress-wasm-code-gc',
    '--input-type=module',
    '--eval',
    PROGRAM,
  ]);
  // The collection did run, so that it would have said so.
  expect(stdout).toContain('[wasm-gc] Freeing');
  expect(stdout).not.toMatch(/Freeing \d+ wrappers?/);
  expect(stdout).toContain('all done');
});
