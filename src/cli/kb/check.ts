/**
 * `kb check`: is the store there, whole and able to answer? A server is asked about itself; of any store, every knowledge base
 * is counted and searched once; of a directory, the file is checked. Nothing is changed. Exit code 1 where something is wrong, 2 where
 * the store must be replaced.
 */
import { isR1RouterError, messageOf } from '../../common/errors.ts';
import { storePlace } from '../../config/knowledge-bases.ts';
import { loadConfig } from '../../config/load.ts';
import { isDamagedStore } from '../../tools/damaged-store.ts';
import { isServerLocation } from '../../tools/open.ts';
import { hasOlderTerms } from '../../tools/planner/config.ts';
import type { StoreKnowledgeBase } from '../../tools/store-knowledge-base.ts';
import type { Finding } from '../../tools/stores/qdrant/check.ts';
import { EXIT } from '../failure.ts';
import type { StoreFlags } from '../run-options.ts';
import { jsonText } from '../terminal/guarded-output.ts';
import { createLayout, usableColumns } from '../terminal/layout.ts';
import { plainLine } from '../terminal/plain-text.ts';
import { createPaint, type Style, wantsColour } from '../terminal/style.ts';
import { withKnowledgeBases } from './with-store.ts';

interface CheckFlags extends StoreFlags {
  json?: boolean;
  full?: boolean;
}

export async function check({ json, full = false, ...flags }: CheckFlags): Promise<void> {
  const findings = await storeFindings(flags, { full });
  const ok = findings.every(({ level }) => level !== 'error');
  process.stdout.write(json ? `${jsonText({ ok, findings }, 2)}\n` : findingsText(findings));
  if (!ok) process.exitCode = findings.some(({ code }) => code === 'damaged') ? EXIT.user : EXIT.system;
}

/** Throws what a store throws that cannot be opened. */
export async function storeFindings(flags: StoreFlags, { full = false }: { full?: boolean } = {}): Promise<Finding[]> {
  const loaded = await loadConfig({ file: flags.config });
  const place = flags.store === undefined ? storePlace(loaded.config.store, loaded) : { location: flags.store };
  const { location } = place;
  const findings: Finding[] = [];
  if (location !== undefined && isServerLocation(location)) {
    const { checkQdrant } = await import('../../tools/stores/qdrant/check.ts');
    const apiKey = 'apiKey' in place ? place.apiKey : process.env.QDRANT_API_KEY;
    findings.push(...(await checkQdrant({ url: location, ...(apiKey && { apiKey }) })).findings);
  } else if (location !== undefined) findings.push(...(await checkFile(location, full)));
  if (findings.every(({ level }) => level !== 'error')) {
    // A store that cannot be opened throws, and its message says what to do.
    const checkAll = async (knowledgeBases: StoreKnowledgeBase[]) => {
      for (const knowledgeBase of knowledgeBases) findings.push(...(await checkKnowledgeBase(knowledgeBase)));
    };
    await withKnowledgeBases(flags, undefined, checkAll).catch((error) => {
      if (!isR1RouterError(error) || error.code !== 'no-knowledge-bases') throw error;
      findings.push(NOTHING_THERE);
    });
  }
  return findings;
}

/** The pages of an embedded store; with `full` the checksum of every row, which reads the whole file. */
async function checkFile(location: string, full: boolean): Promise<Finding[]> {
  const { openLocalQdrant } = await import('../../tools/stores/local-qdrant/index.ts');
  const store = await openLocalQdrant({ location, readOnly: true });
  try {
    const problems = await store.verify({ full });
    const what = full ? 'every page and row of the file is whole' : 'the pages of the file are whole';
    if (problems.length === 0) return [{ level: 'ok', code: 'file', message: what }];
    const fix = 'restore it from a copy, or delete it and ingest again';
    return [
      { level: 'error', code: 'damaged', message: `the store is damaged: ${problems.slice(0, 3).join('; ')}`, fix },
    ];
  } finally {
    await store.close();
  }
}

const NOTHING_THERE: Finding = {
  level: 'warning',
  code: 'no-knowledge-bases',
  message: 'there is no knowledge base in the store yet',
  fix: 'fill one with r1-router ingest',
};

async function checkKnowledgeBase(knowledgeBase: StoreKnowledgeBase): Promise<Finding[]> {
  const name = plainLine(knowledgeBase.name);
  try {
    const { documents, passages } = await knowledgeBase.stats();
    if (documents === 0) {
      return [{ level: 'warning', code: 'empty', message: `${name} is empty`, fix: 'fill it with r1-router ingest' }];
    }
    await knowledgeBase.search({ text: knowledgeBase.description }, { limit: 1 });
    return [
      {
        level: 'ok',
        code: 'searchable',
        message: `${name}: ${documents.toLocaleString('en')} documents, ${passages.toLocaleString('en')} passages, searchable`,
      },
      ...shortcomings(knowledgeBase, name),
    ];
  } catch (error) {
    if (isDamagedStore(error)) throw error;
    // A typed error says itself what to do.
    const fix = isR1RouterError(error) ? undefined : 'ingest it again';
    return [{ level: 'error', code: 'unsearchable', message: `${name}: ${messageOf(error)}`, ...(fix && { fix }) }];
  }
}

/** What works and should be mended. */
function shortcomings(knowledgeBase: StoreKnowledgeBase, name: string): Finding[] {
  const findings: Finding[] = [];
  if (knowledgeBase.filling) {
    findings.push({
      level: 'warning',
      code: 'incomplete',
      message: `${name} is incomplete: an ingest into it is under way or was interrupted`,
      fix: 'run the same r1-router ingest again, it goes on where it was',
    });
  }
  if (hasOlderTerms(knowledgeBase.index)) {
    findings.push({
      level: 'warning',
      code: 'older-words',
      message: `${name} was indexed with older rules for words, and is searched with those`,
      fix: `rebuild it with r1-router kb reindex ${JSON.stringify(name)}`,
    });
  }
  return findings;
}

const STYLES: Record<Finding['level'], Style> = { ok: 'answer', warning: 'score', error: 'warning' };

export function findingsText(findings: readonly Finding[]): string {
  const layout = createLayout(usableColumns(process.stdout));
  const paint = createPaint(wantsColour(process.stdout));
  const rows = findings.map(({ level, message, fix }) => {
    const text = plainLine(fix === undefined ? message : `${message}; ${fix}`);
    return layout.row(level, text, { paintLabel: (words) => paint(STYLES[level], words) });
  });
  return `\n${rows.join('')}`;
}
