/**
 * `kb reindex`: a new generation of a knowledge base beside the old one, with another encoder, cut or language; the old one
 * answers until the new one is whole.
 */
import { openImageEncoder, openTextEncoder } from '../../tools/encoders/by-name.ts';
import { openKnowledgeBase } from '../../tools/open.ts';
import { encodersByName, NO_ENCODER } from '../../tools/planner/encoders-by-name.ts';
import type { ReindexOptions } from '../../tools/store-knowledge-base.ts';
import { indexOptions } from '../ingest-target.ts';
import { withInterrupt } from '../interrupt.ts';
import type { StoreFlags } from '../run-options.ts';
import { downloadProgress } from '../terminal/download-progress.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { withStore } from './with-store.ts';

interface ReindexFlags extends StoreFlags {
  imageEncoder?: string;
  images?: string;
  chunk?: 'sentences' | 'windows' | 'none';
  words?: number;
  stride?: number;
  language?: string;
}

export async function reindex(name: string, flags: ReindexFlags): Promise<void> {
  const { encoder, imageEncoder, images } = flags;
  const index = indexOptions(flags);
  const progress = { onProgress: downloadProgress() };
  await withInterrupt((signal) =>
    withStore(flags, { write: true }, async ({ store }) => {
      const { index: before } = await openKnowledgeBase({ store, name });
      const knowledgeBase = await openKnowledgeBase({ store, name, encoders: encodersByName(before, {}, progress) });
      const encoders: ReindexOptions['encoders'] = {};
      if (encoder !== undefined) {
        encoders.dense = encoder === NO_ENCODER ? null : await openTextEncoder(encoder, progress);
      }
      if (imageEncoder !== undefined) encoders.image = await openImageEncoder(imageEncoder, progress);
      const report = await knowledgeBase.reindex({ index, encoders, images, signal });
      const count = (value: number) => value.toLocaleString('en');
      const { dense } = knowledgeBase.index;
      process.stdout.write(
        `${plainLine(name)}: ${count(report.documents)} documents as ${count(report.passages)} passages, ` +
          `found by words${dense ? ` and meaning (${dense.id})` : ''}\n`,
      );
      for (const { id, message } of report.errors.slice(0, 5)) process.stderr.write(plainLine(`${id}: ${message}\n`));
    }),
  );
}
