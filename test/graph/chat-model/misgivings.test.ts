import { expect, test } from 'vitest';
import { isDoubtful } from '../../../src/graph/chat-model/misgivings.ts';

const TEXTS = ['The Tern 300 costs 1,250 crowns. Ada Holm keeps the boats.', 'Boat: Skua 12; Length (m): 11'];
const doubt = (question: string, answer: string, quote: string) =>
  isDoubtful({ question, answer, quote, texts: TEXTS });

test.each<[string, string, string, string]>([
  ['a number that stands nowhere', 'What is the telephone number of Ada Holm?', '555-1234', 'Ada Holm keeps the boats'],
  ['a quote that says no more than the question', 'What is the telephone number of Ada Holm?', 'Ada Holm', 'Ada Holm'],
  ['another thing of the same make', 'What does the Tern 400 cost?', '1250 crowns', 'The Tern 300 costs 1,250 crowns'],
  ['a name of letters and digits', 'How long is the B17?', '11', 'Length (m): 11'],
  ['no, where a thing is asked for', 'What is the telephone number of Ada Holm?', 'No.', 'Ada Holm keeps the boats'],
  ['a name for an address', "Boats. What's her e-mail address?", 'Ada Holm', 'Ada Holm keeps the boats'],
  ['words for nothing', 'How long is the Tern 300?', 'Unknown.', 'The Tern 300 costs 1,250 crowns'],
])('%s speaks against an answer', (_, question, answer, quote) => expect(doubt(question, answer, quote)).toBe(true));

test.each<[string, string, string, string]>([
  ['a number with other separators', 'What does the Tern 300 cost?', '1250 crowns', 'The Tern 300 costs 1,250 crowns'],
  ['a number of the question', 'Who pays 3000 crowns?', 'Ada Holm, 3000 crowns', 'Ada Holm keeps the boats'],
  ['a year beside a name', 'Who kept the boats in March 2024?', 'Ada Holm', 'Ada Holm keeps the boats'],
  [
    'a choice that the question offers',
    'Which is longer, the Skua 12 or the Tern 300?',
    'Skua 12',
    'Boat: Skua 12; Length (m): 11',
  ],
  ['yes', 'Does Ada Holm keep the boats?', 'yes', 'Ada Holm keeps the boats'],
])('%s does not', (_, question, answer, quote) => expect(doubt(question, answer, quote)).toBe(false));
