/** `kb export` and `kb import`: a knowledge base as one portable file, between stores of either kind. */
import { existsSync } from 'node:fs';
import { userError } from '../../common/errors.ts';
import { exportKnowledgeBase, importKnowledgeBase } from '../../tools/portable.ts';
import { withInterrupt } from '../interrupt.ts';
import type { StoreFlags } from '../run-options.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { withStore } from './with-store.ts';

export async function exportFile(name: string, file: string, { force, ...flags }: StoreFlags & { force?: boolean }) {
  if (!force && existsSync(file)) {
    throw userError('file-exists', `${file}: exists already; choose another name, or replace it with --force`);
  }
  await withInterrupt((signal) =>
    withStore(flags, { write: false }, async ({ store }) => {
      const passages = await exportKnowledgeBase({ store, name, file }, { signal });
      process.stdout.write(`${plainLine(`${file}: ${passages.toLocaleString('en')} passages of ${name}`)}\n`);
    }),
  );
}

export async function importFile(file: string, { kb: wanted, ...flags }: Omit<StoreFlags, 'kb'> & { kb?: string }) {
  if (!existsSync(file)) throw userError('file-missing', `${file}: no such file; give a file that kb export wrote`);
  await withInterrupt((signal) =>
    withStore(flags, { write: true, create: true }, async ({ store, location }) => {
      const { name, passages } = await importKnowledgeBase(
        { store, file, ...(wanted && { name: wanted }) },
        { signal },
      );
      process.stdout.write(`${plainLine(`${name} in ${location}: ${passages.toLocaleString('en')} passages`)}\n`);
    }),
  );
}
