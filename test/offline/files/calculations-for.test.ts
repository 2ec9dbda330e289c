/** Which calculations English questions may need. */
import { expect, test } from 'vitest';
import { FINDS } from '../../../src/graph/chat-model/protocols/form.ts';
import { calculationsFor } from '../../../src/offline/files/calculations-for.ts';

test.each([
  'Who keeps the boats?',
  'what does the harbour cost for a guest',
  "where's the lock keeper?",
  'How long does a lesson last?',
  'What is the phone number of the harbour master?',
  'Which pier has the diesel?',
])('"%s" compares nothing', (question) => expect(calculationsFor(question)).toEqual([]));

test.each([
  'How many lakes are deeper than 30 m?',
  'is a dinghy dearer than a canoe',
  'Which boats were built in 1998?',
  'What is the number of berths?',
  'Which ship was built after 1990?',
  'What was the average depth?',
  'How many fish live in the deepest lake?',
])('"%s" may need any', (question) => expect(calculationsFor(question)).toEqual(FINDS));

test.each(['Which is the deepest lake?', 'Which boat has the most berths?', 'What is the dearest berth?'])(
  '"%s" ranks',
  (question) => expect(calculationsFor(question)).toEqual(['highest', 'lowest']),
);

test('of what is no English question nothing is known', () => {
  expect(calculationsFor('Welches ist der tiefste See')).toEqual(FINDS);
});
