/** `kb list` and `kb show`: what a policy is told of a knowledge base, and how much is in it. */
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import type { StoreFlags } from '../run-options.ts';
import { jsonText } from '../terminal/guarded-output.ts';
import { createLayout, usableColumns } from '../terminal/layout.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { passageLine } from '../terminal/run-view.ts';
import { createPaint, wantsColour } from '../terminal/style.ts';
import { withKnowledgeBases } from './with-store.ts';

interface DescribeFlags extends StoreFlags {
  json?: boolean;
}

export async function list({ json, ...flags }: DescribeFlags): Promise<void> {
  await withKnowledgeBases(flags, undefined, async (knowledgeBases) => {
    const cards = await Promise.all(knowledgeBases.map(cardWithStats));
    process.stdout.write(json ? `${jsonText(cards, 2)}\n` : `\n${cards.map(cardText).join('\n')}\n`);
  });
}

export async function show(name: string, { json, ...flags }: DescribeFlags): Promise<void> {
  await withKnowledgeBases(flags, [name], async ([knowledgeBase]) => {
    const card = await cardWithStats(knowledgeBase!);
    const { sparse, dense, image, chunking } = knowledgeBase!.index;
    const index = { sparse, ...(dense && { dense }), ...(image && { image }), chunking };
    const [example] = await firstDocuments(knowledgeBase!, 1);
    if (json) {
      process.stdout.write(`${jsonText({ ...card, index, example }, 2)}\n`);
      return;
    }
    const { row } = rows();
    const searches = [
      'words (BM25)',
      ...(dense ? [`meaning (${dense.id})`] : []),
      ...(image ? [`pictures (${image.id})`] : []),
    ];
    const parts = [`\n${cardText(card)}`, row('found by', searches.join(', '))];
    if (example) parts.push(row('example', `${example.id}: ${exampleText(example)}`));
    process.stdout.write(`${parts.join('')}\n`);
  });
}

async function cardWithStats(knowledgeBase: StoreKnowledgeBase) {
  const { name, description, modality, cost } = knowledgeBase;
  return { name, description, modality, cost, ...(await knowledgeBase.stats()) };
}

function cardText(card: Awaited<ReturnType<typeof cardWithStats>>): string {
  const { row, paint } = rows();
  const amount = (number: number) => number.toLocaleString('en');
  const facts = `${card.modality}, ${amount(card.documents)} documents, ${amount(card.passages)} passages, cost ${card.cost}`;
  return `  ${paint('place', plainLine(card.name))}\n${row('holds', facts)}${row('knows', card.description)}`;
}

function rows() {
  const layout = createLayout(usableColumns(process.stdout));
  const paint = createPaint(wantsColour(process.stdout));
  const row = (label: string, text: string) =>
    layout.row(label, plainLine(text), { paintLabel: (words) => paint('label', words) });
  return { row, paint };
}

async function firstDocuments(knowledgeBase: StoreKnowledgeBase, wanted: number) {
  const documents = [];
  for await (const document of knowledgeBase.documents()) {
    documents.push(document);
    if (documents.length === wanted) break;
  }
  return documents;
}

function exampleText(document: Awaited<ReturnType<typeof firstDocuments>>[number]): string {
  const text = 'text' in document ? document.text : document.header.join(' | ');
  const line = passageLine({ title: document.title, text });
  return line.length > 240 ? `${line.slice(0, 239)}…` : line;
}
