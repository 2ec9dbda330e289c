/**
 * Knowledge bases to add as a fourth, each with questions of its own: the manual of this package, and two invented ones on topics
 * that the hand-made questions of training (src/train/models/special-topics.ts) do not have.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { KnowledgeBaseCard } from '../../src/tools/knowledge-base.ts';

export interface FourthKnowledgeBase {
  card: KnowledgeBaseCard;
  documents(): Promise<{ id: string; title: string; text: string }[]>;
  questions: readonly string[];
}

const DOCS = resolve(import.meta.dirname, '../../docs');

export const FOURTHS: readonly FourthKnowledgeBase[] = [
  {
    card: {
      name: 'manual',
      description:
        'The manual of this software: commands, flags, configuration, error codes, training and evaluation settings',
      modality: 'text',
      cost: 1,
    },
    async documents() {
      const pages = (await readdir(DOCS)).filter((name) => name.endsWith('.md')).sort();
      return Promise.all(pages.map(async (id) => ({ id, title: id, text: await readFile(join(DOCS, id), 'utf8') })));
    },
    questions: [
      'Which flag of the ingest command sets the length of a chunk?',
      'How does the embedded store behave after kill -9?',
      'Which environment variable names a mirror for model files?',
      'What does the probe policy do when the reader finds nothing?',
      'Which error code does the store give for a second writer?',
      'How many looks may the scorer take at each step?',
      'Which estimator subtracts the mean of the other members?',
      'How is the average length used in BM25 search measured at ingestion?',
      'Which HTTP header carries the API key of the server?',
      'What does the leap alarm mean in a training run?',
      'Which file holds the log of an evaluation run?',
      'How are LangSmith traces of retriever runs named?',
    ],
  },
  {
    card: {
      name: 'apiary',
      description: 'Notes of a beekeeping club: hives, queens, swarms, honey harvest, mites and winter feeding',
      modality: 'text',
      cost: 1,
    },
    documents: async () => [
      {
        id: 'notes',
        title: 'Notes of the club',
        text: 'A hive is opened when it is warmer than twelve degrees. Winter feeding ends in September; each colony gets fifteen kilos of syrup. Mites are counted on a board under the hive; more than ten a day call for formic acid. A swarm is caught at dusk and kept dark for two days. A queen is marked with the colour of the year. Honey is harvested when the frames are capped on two thirds. The extractor is shared and booked with the warden. Smoke is given at the entrance before the lid is lifted. The club meets on the first Friday.',
      },
    ],
    questions: [
      'How much syrup does a colony get for winter feeding?',
      'When is a swarm caught?',
      'How are mites counted in a hive?',
      'When is honey ready for harvest?',
      'How is a queen marked?',
      'At what temperature may a hive be opened?',
      'Where do I book the extractor?',
      'When does the beekeeping club meet?',
      'How much smoke is given before the lid is lifted?',
      'What is formic acid used for against mites?',
    ],
  },
  {
    card: {
      name: 'climbing',
      description:
        'House rules and prices of a climbing hall: belaying, courses, rental of shoes and ropes, opening times',
      modality: 'text',
      cost: 1,
    },
    documents: async () => [
      {
        id: 'rules',
        title: 'House rules',
        text: 'The hall opens at nine and closes at eleven at night. A day ticket is twelve; children pay seven. Shoes are rented for four, a harness for three. Lead climbers belay with a device that locks. A belay test is taken before the first visit. The beginner course has three evenings. Ropes of our own are sixty metres long. Chalk balls only, no loose chalk. Routes are reset every six weeks. Boulders are cleaned on Mondays.',
      },
    ],
    questions: [
      'What does it cost to rent shoes?',
      'When does the climbing hall open?',
      'How many evenings does the beginner course have?',
      'Who has to take a belay test?',
      'How long are the ropes for rental?',
      'Is loose chalk allowed?',
      'How often are the routes reset?',
      'How much do children pay for a day ticket?',
      'Which device do lead climbers belay with?',
      'What are the prices of the courses?',
    ],
  },
];
