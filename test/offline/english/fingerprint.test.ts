/**
 * A trained scorer's inputs are made of what English makes of a question. Where that changes, the version must: a policy trained
 * before is then refused, and not silently shown something else.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ENGLISH, english } from '../../../src/offline/english/english.ts';
import { fingerprintOf } from './fingerprint.ts';

const recorded = JSON.parse(readFileSync(new URL('fingerprint.json', import.meta.url), 'utf8'));
/** Of the chains, where any will do. */
const FEW = { share: 0.1 };

it('is that of its version', () => {
  const now = { version: ENGLISH.version, ...fingerprintOf() };
  const advice =
    recorded.version === ENGLISH.version
      ? 'What English makes of questions has changed: raise the version in src/offline/english/english.ts, write this fingerprint to fingerprint.json, and train the scorer again.'
      : 'The version of English is new: write this fingerprint to fingerprint.json.';
  expect(now, advice).toEqual(recorded);
});

it('does not depend on what an instance was asked before', () => {
  const language = english();
  expect(fingerprintOf(language, FEW)).toEqual(fingerprintOf(language, FEW));
});

it('changes with a word', () => {
  const language = english();
  const altered = { ...language, inquire: (question: string) => language.inquire(question.replace('capital', 'seat')) };
  expect(fingerprintOf(altered, FEW)).not.toEqual(fingerprintOf(language, FEW));
});
