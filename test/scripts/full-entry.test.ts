import { describe, expect, it } from 'vitest';
import { entryOf, type VitestEnd } from '../../scripts/full-entry.ts';

const report = (changed: Record<string, unknown> = {}) =>
  JSON.stringify({
    success: true,
    numTotalTests: 21,
    numPassedTests: 20,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    ...changed,
  });
const end = (changed: Partial<VitestEnd> = {}): VitestEnd => ({
  report: report(),
  status: 0,
  signal: null,
  seconds: 7,
  ...changed,
});
const reason = (changed: Partial<VitestEnd>) => entryOf('a.test.ts', end(changed)).reason;

describe('the entry of a test file', () => {
  it('counts a run that ended well', () => {
    expect(entryOf('a.test.ts', end())).toEqual({ file: 'a.test.ts', passed: 20, failed: 0, skipped: 1, seconds: 7 });
  });

  it('names failed tests', () => {
    expect(reason({ report: report({ success: false, numPassedTests: 18, numFailedTests: 2 }), status: 1 })).toBe(
      '2 of 21 tests failed',
    );
  });

  it('takes no death of the tests half-way for success, and keeps what had passed', () => {
    // As vitest reports it: nothing failed, the rest is not counted anywhere.
    const died = report({ success: false, numPassedTests: 18, numPendingTests: 0 });
    expect(entryOf('a.test.ts', end({ report: died, status: 1 }))).toEqual({
      file: 'a.test.ts',
      passed: 18,
      failed: 0,
      skipped: 0,
      seconds: 7,
      reason: '3 of 21 tests did not run to their end',
    });
  });

  it('does not trust the counts where vitest itself failed', () => {
    expect(reason({ status: 1 })).toBe('vitest ended with status 1: an error outside the tests');
    expect(reason({ report: report({ success: false }) })).toMatch(/an error outside the tests/);
    expect(reason({ status: null, signal: 'SIGKILL' })).toBe('vitest was ended by SIGKILL');
    expect(reason({ report: report({ numTotalTests: 0, numPassedTests: 0, numPendingTests: 0 }) })).toBe(
      'no test was found',
    );
  });

  it('fails where there is no report, or none that can be read', () => {
    expect(reason({ report: undefined })).toBe('vitest wrote no report');
    expect(reason({ report: undefined, status: 1 })).toBe('vitest wrote no report; vitest ended with status 1');
    expect(reason({ report: '{"success": tr' })).toBe('the report of vitest cannot be read');
  });
});
