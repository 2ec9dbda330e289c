/** Texts to read, of different kinds, so that agreement is not that on one sort of text. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { priorQuestions } from '../../src/train/models/prior-questions.ts';

const PROSE = [
  'The capital of France is Paris. The capital of Italy is Rome. The capital of Spain is Madrid, and the capital of Germany is',
  'To bake bread you need flour, water, salt and yeast. Mix the flour with the water, knead the dough until it is smooth, and let it rise in a warm place for an hour. Then',
  'Once upon a time there was a little girl who lived in a village near the forest. Every morning she walked to the well to fetch water for her grandmother, who was too old to',
  'Photosynthesis is the process by which plants turn light into chemical energy. Chlorophyll in the leaves absorbs light, and the energy is used to turn carbon dioxide and water into glucose and oxygen.',
  'Water boils at one hundred degrees Celsius at sea level, but on a high mountain the air pressure is lower, and so the water boils at a lower temperature. This is why cooking takes longer there.',
  'The committee met on Monday to discuss the budget for the next year. Several members asked for more money for schools and roads, while others said that taxes were already too high. After a long debate they agreed to meet again.',
  'A dog is a loyal animal that likes to play and run. Cats are more independent and spend much of the day asleep. Both are popular pets all over the world because they keep people company.',
  'To solve the equation, first subtract three from both sides, then divide by two. The result is x equals four. You can check the answer by putting it back into the equation.',
  'The Second World War ended in 1945. Many cities in Europe had been destroyed, and millions of people had lost their homes. In the years that followed the countries worked together to rebuild them.',
  'In 1969 two astronauts landed on the Moon while a third stayed in orbit. They collected rocks, took photographs and set up experiments before they returned to Earth.',
  'def mean(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)\n\ndef largest(values):\n    best = values[0]\n    for value in values[1:]:\n        if value > best:\n            best = value\n    return',
  'Country | Capital | Population\nFrance | Paris | 68 million\nItaly | Rome | 59 million\nSpain | Madrid | 48 million\nGermany | Berlin | 84 million\nPortugal | Lisbon |',
  'La biblioteca abre a las nueve de la mañana y cierra a las ocho de la tarde. Los libros se pueden llevar a casa durante dos semanas.',
  "Le train part à huit heures du matin et arrive à midi. Il faut acheter son billet avant de monter, sinon l'on paie plus cher.",
  'Dear Anna,\n\nthank you for your letter of last week. We were glad to hear that you have settled in well and that the new school is to your liking. Here everything is as it was:',
  'User: My printer does not print. What can I do?\nAssistant: First check that it is switched on and that there is paper in the tray. Then',
];

/** Paragraphs of the repository's documents, for the bulk. */
const documents = [
  'README.md',
  'docs/research/retrieval.md',
  'docs/how-to/chat-models.md',
  'docs/how-to/serve.md',
].flatMap((file) =>
  readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8')
    .split('\n\n')
    .filter((paragraph) => paragraph.length > 250 && /^[A-Z]/.test(paragraph))
    .slice(0, 5),
);

export const smollm2Texts = (): string[] => [
  ...PROSE,
  ...(['text', 'table', 'text-image'] as const).map((modality) => priorQuestions(modality, 12, 7).join('\n')),
  ...documents,
];
