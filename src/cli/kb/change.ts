/** `kb set`: the card of a knowledge base, edited. Nothing is indexed anew. */
import { userError } from '../../common/errors.ts';
import { describeKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import type { StoreFlags } from '../run-options.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { withStore } from './open.ts';

interface SetFlags extends StoreFlags {
  description?: string;
  cost?: string;
}

export async function set(name: string, { description, cost: written, ...flags }: SetFlags): Promise<void> {
  if (description === undefined && written === undefined) {
    throw userError('nothing-to-set', 'kb set: nothing to change; give --description or --cost');
  }
  const cost = written === undefined ? undefined : Number(written);
  if (cost !== undefined && (written?.trim() === '' || !Number.isFinite(cost) || cost < 0)) {
    throw userError('invalid-option', `--cost: "${written}" is not a number of at least 0`);
  }
  const changes = { ...(description !== undefined && { description }), ...(cost !== undefined && { cost }) };
  await withStore(flags, { write: true }, async ({ store }) => {
    const card = await describeKnowledgeBase(store, name, changes);
    process.stdout.write(`${plainLine(card.name)}: cost ${card.cost}, ${plainLine(card.description)}\n`);
  });
}
