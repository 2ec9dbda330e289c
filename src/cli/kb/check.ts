/**
 * `kb check`: is the store there, whole and able to answer? A server is asked about itself; of any store, every knowledge base
 * is counted and searched once. Nothing is changed. Exit code 1 where something is wrong, 2 where
 * the store must be replaced.
 */
import { isR1RouterError, messageOf } from '../../common/errors.ts';
import { storePlace } from '../../config/knowledge-bases.ts';
import { loadConfig } from '../../config/load.ts';
import { isDamagedStore } from '../../tools/damaged-store.ts';
import { isServerLocation } from '../../tools/open.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';
import { EXIT } from '../failure.ts';
import type { StoreFlags } from '../run-options.ts';
import { createLayout, usableColumns } from '../terminal/layout.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { createPaint, type Style, wantsColour } from '../terminal/style.ts';
import { withKnowledgeBases } from './with-store.ts';

export async function check({ json, ...flags }: StoreFlags & { json?: boolean }): Promise<void> {
  const loaded = await loadConfig({ file: flags.config });
  const place = flags.store === undefined ? storePlace(loaded.config.store, loaded) : { location: flags.store };
  const { location } = place;
  const findings: Finding[] = [];
  if (location !== undefined && isServerLocation(location)) {
    const { checkQdrant } = await import('../../tools/stores/qdrant/check.ts');
    const apiKey = 'apiKey' in place ? place.apiKey : process.env.QDRANT_API_KEY;
    findings.push(...(await checkQdrant({ url: location, ...(apiKey && { apiKey }) })).findings);
  }
  if (findings.every(({ level }) => level !== 'error')) {
    // A store that cannot be opened throws, and its message says what to do.
    await withKnowledgeBases(flags, undefined, async (knowledgeBases) => {
      for (const knowledgeBase of knowledgeBases) findings.push(await checkKnowledgeBase(knowledgeBase));
    });
  }
  const ok = findings.every(({ level }) => level !== 'error');
  process.stdout.write(json ? `${JSON.stringify({ ok, findings }, null, 2)}\n` : findingsText(findings));
  if (!ok) process.exitCode = EXIT.system;
}

async function checkKnowledgeBase(knowledgeBase: StoreKnowledgeBase): Promise<Finding> {
  const name = plainLine(knowledgeBase.name);
  try {
    const { documents, passages } = await knowledgeBase.stats();
    if (documents === 0) {
      return { level: 'warning', code: 'empty', message: `${name} is empty`, fix: 'fill it with r1-router ingest' };
    }
    await knowledgeBase.search({ text: knowledgeBase.description }, { limit: 1 });
    return {
      level: 'ok',
      code: 'searchable',
      message: `${name}: ${documents.toLocaleString('en')} documents, ${passages.toLocaleString('en')} passages, searchable`,
    };
  } catch (error) {
    if (isDamagedStore(error)) throw error;
    // A typed error says itself what to do.
    const fix = isR1RouterError(error) ? undefined : 'ingest it again';
    return { level: 'error', code: 'unsearchable', message: `${name}: ${messageOf(error)}`, ...(fix && { fix }) };
  }
}

const STYLES: Record<Finding['level'], Style> = { ok: 'answer', warning: 'score', error: 'warning' };

function findingsText(findings: readonly Finding[]): string {
  const layout = createLayout(usableColumns(process.stdout));
  const paint = createPaint(wantsColour(process.stdout));
  const rows = findings.map(({ level, message, fix }) => {
    const text = plainLine(fix === undefined ? message : `${message}; ${fix}`);
    return layout.row(level, text, { paintLabel: (words) => paint(STYLES[level], words) });
  });
  return `\n${rows.join('')}`;
}
