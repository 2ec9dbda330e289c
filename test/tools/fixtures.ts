/** A store in memory and a few documents, for the tests of the planner. */
import { openLocalQdrant } from '../../src/tools/stores/local-qdrant/index.ts';

export const memoryStore = () => openLocalQdrant({ location: ':memory:' });

export const TEXTS = [
  {
    id: 'otter',
    title: 'Otter',
    text: 'Otters are carnivorous mammals that swim in rivers.',
    metadata: { kind: 'animal' },
  },
  { id: 'oak', title: 'Oak', text: 'An oak is a tree with lobed leaves and acorns.', metadata: { kind: 'plant' } },
  { id: 'river', title: 'River', text: 'A river is a natural stream of fresh water.' },
];

export const RIVERS = {
  id: 'rivers',
  title: 'Longest rivers',
  section: 'World',
  header: ['River', 'Length (km)', 'Continent'],
  rows: Array.from({ length: 24 }, (_, i) => [`River${i}`, String(6000 - i * 10), i % 2 ? 'Asia' : 'Africa']),
};
