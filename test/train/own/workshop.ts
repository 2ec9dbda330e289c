/** A bicycle workshop's own files, small: notes, a price list, captioned pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKnowledgeBases, openStore } from '../../../src/tools/open.ts';
import { createKnowledgeBase } from '../../../src/tools/store-knowledge-base.ts';

export const NOTES = [
  ['opening', 'Opening hours', 'The workshop is open from 9:00 to 18:00. On Saturdays it closes at 13:00.'],
  [
    'repairs',
    'Repairs',
    'A repair takes three days. Urgent repairs cost 20 euros more and are ready the next morning.',
  ],
  ['loans', 'Loan bikes', 'Loan bikes are free for two days. A deposit of 50 euros is paid at the desk.'],
  ['people', 'People', 'The shop was founded in 1987 by Marta Lund. The Trail line is looked after by Henrik Voss.'],
  ['tyres', 'Tyres', 'Tyres are pumped up every two weeks. Worn tyres are replaced after 4000 km.'],
  ['keys', 'Keys', 'Spare keys hang behind the red door. Lost keys are reported to Ola Berg within one day.'],
  ['waste', 'Waste', 'Old oil goes into the green barrel. The barrel is emptied once a month.'],
  ['courses', 'Courses', 'A repair course lasts two hours. At most eight people take part.'],
] as const;

export const BIKES = {
  header: ['Bike', 'Line', 'Price (EUR)', 'Weight (kg)', 'Gears', 'Built'],
  rows: [
    ['Trail One', 'Trail', '890', '14', '9', '2019'],
    ['Trail Max', 'Trail', '1490', '15', '12', '2022'],
    ['City Swift', 'City', '640', '13', '7', '2018'],
    ['City Cargo', 'City', '2150', '32', '5', '2021'],
    ['Kid Hopper', 'Kid', '210', '8', '3', '2020'],
    ['Road Arrow', 'Road', '1980', '7', '22', '2023'],
  ],
};

export const CAPTIONS = [
  ['photo-1', 'The City Cargo, a green bike with a wooden box.'],
  ['photo-2', 'The Road Arrow, a white bike with thin tyres.'],
  ['photo-3', 'The Kid Hopper, an orange bike with a bell.'],
  ['photo-4', 'Danger sign: never reach into the chain.'],
  ['photo-5', 'The front of the workshop, a yellow house with a blue gate.'],
] as const;

/** A store with the three knowledge bases, in a folder of its own. */
export async function workshopStore(directory: string): Promise<string> {
  const location = join(directory, 'store');
  mkdirSync(location, { recursive: true });
  const { store, close } = await openStore(location, { readOnly: false });
  const make = (name: string, modality: 'text' | 'table' | 'text-image', description: string) =>
    createKnowledgeBase({ store, card: { name, description, modality, cost: 1 } });
  const notes = await make('notes', 'text', 'Notes of the workshop: rules, people, how things are done');
  await notes.ingest(NOTES.map(([id, title, text]) => ({ id, title, text })));
  const bikes = await make('bikes', 'table', 'The bikes that we sell, with their figures');
  await bikes.ingest([{ id: 'bikes', title: 'Bikes', ...BIKES }]);
  const pictures = await make('pictures', 'text-image', 'Captioned pictures');
  await pictures.ingest(CAPTIONS.map(([id, text]) => ({ id, text })));
  await close();
  return location;
}

export const openWorkshop = async (directory: string) => openKnowledgeBases({ store: await workshopStore(directory) });

/** The same as files that `r1-router ingest` takes. */
export function workshopFiles(directory: string): void {
  mkdirSync(join(directory, 'notes'), { recursive: true });
  for (const [id, title, text] of NOTES) writeFileSync(join(directory, 'notes', `${id}.md`), `# ${title}\n\n${text}\n`);
  const lines = [BIKES.header, ...BIKES.rows].map((cells) => cells.join(','));
  writeFileSync(join(directory, 'bikes.csv'), `${lines.join('\n')}\n`);
}
