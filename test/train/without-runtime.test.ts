/** onnxruntime-node is optional: without it the training modules load, and what needs it says how to install it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Resolves everything but onnxruntime-node, in every thread of the process. */
const HOOK = `
  import { registerHooks } from 'node:module';
  registerHooks({ resolve(name, context, next) {
    if (name !== 'onnxruntime-node') return next(name, context);
    const message = "Cannot find package 'onnxruntime-node' imported from " + context.parentURL;
    throw Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
  } });`;

async function runWithout(program: string): Promise<unknown> {
  const environment = { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(HOOK)}` };
  const argv = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env: environment });
  return JSON.parse(stdout);
}

const at = (file: string) => JSON.stringify(new URL(`../../src/train/${file}`, import.meta.url).href);

const missing = {
  code: 'onnxruntime-missing',
  kind: 'user',
  message: expect.stringMatching(/onnxruntime-node is not installed.*npm install onnxruntime-node/),
};

it('the training modules load without onnxruntime-node, and the first graph says that it is missing', async () => {
  const error = await runWithout(`
    const { engine } = await import(${at('index.ts')});
    const x = new engine.Graph().input('x', [2]);
    const error = await engine.compile({ y: engine.operators.exp(x) }).catch((error) => error);
    console.log(JSON.stringify({ ...error, message: error.message }));`);
  expect(error).toMatchObject(missing);
});

it('so does the thread of a training', async () => {
  const error = await runWithout(`
    const { startScorerThread } = await import(${at('trainer/scorer-thread.ts')});
    const { initialScorer } = await import(${at('models/scorer.ts')});
    const { parseTrainConfig } = await import(${at('trainer/train-config.ts')});
    const shape = { questionBuckets: 64, descriptionBuckets: 64, width: 4, hidden: 4, stopHidden: 4 };
    const thread = startScorerThread(initialScorer(shape, 1), shape, parseTrainConfig({}));
    const error = await thread.update([]).catch((error) => error);
    console.log(JSON.stringify({ ...error, message: error.message }));`);
  expect(error).toMatchObject(missing);
});
