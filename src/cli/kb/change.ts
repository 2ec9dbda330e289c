/** `kb set`: the card of a knowledge base, edited; nothing is indexed anew. `kb delete`: the whole of it, removed. */
import { userError } from '../../common/errors.ts';
import { suggestion } from '../../config/suggest.ts';
import { deleteKnowledgeBase, describeKnowledgeBase, listKnowledgeBases } from '../../tools/store-knowledge-base.ts';
import type { StoreFlags } from '../run-options.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { withStore } from './with-store.ts';

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

export async function remove(name: string, { yes, ...flags }: StoreFlags & { yes?: boolean }): Promise<void> {
  await withStore(flags, { write: true }, async ({ store, location }) => {
    const names = (await listKnowledgeBases(store)).map((card) => card.name);
    if (!names.includes(name)) {
      throw userError('unknown-knowledge-base', `Unknown knowledge base "${name}"; ${suggestion(name, names)}`);
    }
    if (!yes)
      throw userError('not-confirmed', `kb delete: nothing is removed without --yes; "${name}" is in ${location}`);
    await deleteKnowledgeBase(store, name);
    process.stdout.write(`${plainLine(`${name} is removed from ${location}`)}\n`);
  });
}
