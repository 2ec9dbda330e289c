import { describe, expect, it } from 'vitest';
import { allPassages } from '../../../src/tools/planner/all-passages.ts';
import { clustersOf } from '../../../src/train/synthesis/accepted.ts';
import { templateItems } from '../../../src/train/synthesis/template-items.ts';
import { temporaryDirectory } from '../../cli/run-cli.ts';
import { openWorkshop } from '../own/workshop.ts';

async function itemsOfTheWorkshop(wordings = 20) {
  const { knowledgeBases, close } = await openWorkshop(temporaryDirectory());
  const sources = await Promise.all(
    knowledgeBases.map(async (one) => ({ name: one.name, modality: one.modality, passages: await allPassages(one) })),
  );
  await close();
  return { items: templateItems(sources, { seed: 1, wordings }), sources };
}

describe('questions by plain templates', () => {
  it('asks rows, extremes, sentences, titles and captions, with their evidence', async () => {
    const { items } = await itemsOfTheWorkshop();
    const drafts = new Map(items.flatMap((item) => item.drafts).map((draft) => [draft.question, draft]));
    expect(drafts.get('How much does City Cargo cost?')).toMatchObject({
      answers: ['2150'],
      steps: [{ knowledgeBase: 'bikes', documents: ['bikes'], answer: '2150' }],
    });
    expect(drafts.get('When was Road Arrow built?')).toMatchObject({ answers: ['2023'] });
    expect(drafts.get('Which bike is the heaviest?')).toMatchObject({ answers: ['City Cargo'] });
    expect(drafts.get('How many bikes have the line City?')).toMatchObject({ answers: ['2'] });
    expect(drafts.get('What does the Road Arrow look like?')).toMatchObject({
      answers: ['a white bike with thin tyres'],
    });
    expect(drafts.get('What are the rules for loan bikes?')?.steps[0]?.documents).toEqual(['loans']);
    expect(
      [...drafts.values()].some(({ answers, template }) => template === 'sentence' && answers[0] === 'every two weeks'),
    ).toBe(true);
  });

  it('links a table with a text, and a caption with a table', async () => {
    const { items } = await itemsOfTheWorkshop();
    const drafts = items.flatMap((item) => item.drafts);
    const byTable = drafts.filter(({ template }) => template === 'table>of-row');
    expect(byTable.some(({ question }) => question.includes('the line of Trail'))).toBe(true);
    expect(byTable[0]!.steps.map(({ knowledgeBase }) => knowledgeBase)).toEqual(['bikes', 'notes']);
    const byCaption = drafts.find(
      ({ question }) => question === 'How much does the green bike with a wooden box cost?',
    );
    expect(byCaption).toMatchObject({
      answers: ['2150'],
      steps: [{ documents: ['photo-1'] }, { documents: ['bikes'] }],
    });
  });

  it('gives the same items for the same seed, whatever was there before', async () => {
    expect((await itemsOfTheWorkshop(2)).items).toEqual((await itemsOfTheWorkshop(2)).items);
  });

  it('lists every passage as a search would give it', async () => {
    const { sources } = await itemsOfTheWorkshop();
    expect(sources.map(({ name, passages }) => [name, passages.length])).toEqual([
      ['bikes', 1],
      ['notes', 8],
      ['pictures', 5],
    ]);
  });
});

it('keeps questions together that share a fact, however far apart', () => {
  const [a, b, c, d] = clustersOf([['x', 'y'], ['z'], ['y', 'q'], ['q']]);
  expect(a).toBe(c);
  expect(a).toBe(d);
  expect(b).not.toBe(a);
});
