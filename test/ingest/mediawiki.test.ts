import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DUMP_HEAD, DUMP_TAIL, pageXml } from '../../scripts/wiki/make-dump.ts';
import { keyedRandom } from '../../src/common/random.ts';
import { createPageReader } from '../../src/tools/ingest/mediawiki/pages.ts';
import { wikitextToTables, wikitextToText } from '../../src/tools/ingest/mediawiki/wikitext.ts';
import convertPages from '../../src/tools/ingest/mediawiki/worker.ts';
import { gather } from './gather.ts';

const fixtures = new URL('./fixtures/', import.meta.url);
const fixture = (name: string) => fileURLToPath(new URL(name, fixtures));
const text = (wikitext: string) => wikitextToText({ id: '1', title: 'T', wikitext });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'r1-wiki-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('wikitext', () => {
  it('keeps prose, headings and lists; drops references, files and navigation', () => {
    expect(
      text(
        "'''Bern''' is the [[capital city|capital]] of [[Switzerland]]s.<ref>{{cite book|title=X}}</ref> [[File:a.jpg|thumb|A [[b]] c]]\n\n== Name ==\n* ''one'' [https://e.org two]\n# H<sub>2</sub>O &amp;ndash; caf&eacute;\n\n== References ==\n{{reflist}}\n[[Category:X]]",
      ),
    ).toBe('Bern is the capital of Switzerlands.\nName.\n- one two\n- H2O – café');
  });

  it('reads tables with links and styled cells, and skips what has no cells', () => {
    const wikitext =
      '== Games ==\n{| class="wikitable"\n! Year !! Place\n|-\n| 1924 || [[Paris|the city]]\n|-\n| style="x" | 1928 || Amsterdam\n|}\n{|\n|}';
    expect(wikitextToTables({ id: '7', title: 'T', wikitext })).toEqual([
      {
        id: '7-t0',
        title: 'T',
        section: 'Games',
        header: ['Year', 'Place'],
        rows: [
          ['1924', 'the city'],
          ['1928', 'Amsterdam'],
        ],
      },
    ]);
  });
});

describe('dumps', () => {
  it('give the same documents as XML, as one bz2 stream, and by parallel blocks', async () => {
    const xml = await gather([fixture('wiki.xml')], 'text');
    const blocks = await gather([fixture('wiki-multistream.xml.bz2')], 'text');
    const alone = join(folder, 'renamed.xml.bz2');
    await cp(fixture('wiki-multistream.xml.bz2'), alone);
    const stream = await gather([alone], 'text');
    expect(xml.documents.length).toBeGreaterThan(40);
    expect(xml.errors).toEqual([]);
    expect(stream.documents).toEqual(xml.documents);
    expect(blocks.documents).toEqual(xml.documents);
    expect(xml.documents[0]).toMatchObject({
      id: expect.any(String),
      title: expect.any(String),
      text: expect.any(String),
    });
    const tables = await gather([fixture('wiki.xml')], 'table');
    expect(tables.documents.length).toBeGreaterThan(5);
  });

  it('go on after the items an earlier run has stored', async () => {
    const whole = await gather([fixture('wiki-multistream.xml.bz2')], 'text');
    const rest = await gather([fixture('wiki-multistream.xml.bz2')], 'text', { skip: 1 });
    expect(rest.documents).toEqual(whole.items.slice(1).flatMap((item) => item.documents));
  });

  it('report a page that is cut off and a stream that cannot be unpacked, and keep the rest', async () => {
    const pages = Array.from({ length: 12 }, (_, index) => pageXml('cut', index));
    pages[5] = pages[5]!.replace('</text>', '').replace('</page>', '');
    const path = join(folder, 'cut.xml');
    await writeFile(path, DUMP_HEAD + pages.join('') + DUMP_TAIL);
    const { documents, errors } = await gather([path], 'text');
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]!.where).toContain('cut.xml:');
    expect(documents.map((document) => document.id)).toContain('21');

    const bytes = await readFile(fixture('wiki-multistream.xml.bz2'));
    const corrupt = join(folder, 'corrupt.xml.bz2');
    await writeFile(corrupt, bytes.subarray(0, bytes.length >> 1));
    const half = await gather([corrupt], 'text');
    expect(half.documents.length).toBeGreaterThan(5);
    expect(half.errors.map((error) => error.message).join()).toMatch(/unpack|does not end|ends inside/);
  });
});

describe('mutated pages', () => {
  const full = process.env.R1_ROUTER_FULL === '1';
  const count = full ? 10_000 : 200;

  it(
    `never throws and never hangs on ${count} mutated pages`,
    async () => {
      let refused = 0;
      for (let index = 0; index < count; index++) {
        const random = keyedRandom('mutated-page', index);
        let xml = pageXml('mutate', index);
        for (let edits = 1 + random.below(12); edits > 0; edits--) {
          const at = random.below(xml.length);
          const length = random.below(40);
          const insert = random.pick([
            '',
            '{{',
            '}}',
            '[[',
            ']]',
            '{|',
            '|}',
            '&lt;ref&gt;',
            "'''''",
            '\u0000',
            '\ud800',
            '|-',
            '&',
            '<',
            '==',
            '&lt;nowiki&gt;',
            '𝔘',
          ]);
          xml = random.below(2)
            ? xml.slice(0, at) + insert + xml.slice(at + length)
            : xml.slice(0, at) + xml.slice(at, at + length).repeat(3) + xml.slice(at);
        }
        const reader = createPageReader(`mutant ${index}`);
        for (const { page, error } of [...reader.push(DUMP_HEAD + xml + DUMP_TAIL), ...reader.end()]) {
          if (error) expect(error.where).toContain('mutant');
          if (!page) continue;
          // As the pool runs it: a page the parser cannot take is an error with its title, and costs nothing else.
          const result = await convertPages({ kind: 'pages', pages: [page], modality: index % 2 ? 'table' : 'text' });
          for (const document of result.documents) expect(document.id).toContain(page.id);
          for (const failure of result.errors) expect(failure.where).toBe(`page "${page.title}"`);
          refused += result.errors.length;
        }
      }
      // Real damage is rare: the parser takes nearly everything.
      expect(refused).toBeLessThan(count / 100);
    },
    full ? 1_200_000 : 60_000,
  );
});
