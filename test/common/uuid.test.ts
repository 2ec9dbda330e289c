import fc from 'fast-check';
import { v5 } from 'uuid';
import { expect, it } from 'vitest';
import { uuidv5 } from '../../src/common/uuid.ts';

it('makes the ids that the uuid package makes', () => {
  fc.assert(
    fc.property(fc.string(), fc.uuid(), (name, namespace) => {
      expect(uuidv5(name, namespace)).toBe(v5(name, namespace));
    }),
    { seed: 5, numRuns: 200 },
  );
  expect(() => uuidv5('0', 'not a namespace')).toThrow(/is no UUID/);
});
