import { expect, test } from 'vitest';
import { describeFailure } from '../../src/cli/failure.ts';
import { systemError, userError } from '../../src/common/errors.ts';

test.each([
  ['what the user must change', userError('x', 'question: it is empty'), 2, 'question: it is empty'],
  ['what failed', systemError('x', 'the disk is gone'), 1, 'the disk is gone'],
  [
    'a damaged store, wherever it is come upon',
    systemError('local-qdrant-corrupt', 'it is damaged'),
    2,
    'it is damaged',
  ],
  ['what nobody foresaw', new TypeError('x is not a function'), 1, 'R1_ROUTER_DEBUG=1'],
])('%s', (_name, error, exitCode, words) => {
  expect(describeFailure(error)).toEqual({ exitCode, line: expect.stringContaining(words) });
});

test('an optional package that is not there is named with its install line', () => {
  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere/program.js`), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
  expect(describeFailure(missing('onnxruntime-node'))).toEqual({
    exitCode: 2,
    line: expect.stringMatching(/onnxruntime-node is not installed.*npm install onnxruntime-node/),
  });
  expect(describeFailure(missing('sharp')).exitCode).toBe(1);
});
