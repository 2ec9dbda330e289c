import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DUMP_HEAD, DUMP_TAIL, pageXml } from '../../../scripts/wiki/make-dump.ts';
import { keyedRandom } from '../../../src/common/random.ts';
import { convertTask } from '../../../src/tools/ingest/mediawiki/convert.ts';
import { mapOrdered, TaskTimeoutError } from '../../../src/tools/ingest/mediawiki/ordered-pool.ts';
import { createChunkBuffers, type PageChunk, pageChunks } from '../../../src/tools/ingest/mediawiki/page-chunks.ts';
import { wikitextToTables } from '../../../src/tools/ingest/mediawiki/page-tables.ts';
import { parsePages, readPages } from '../../../src/tools/ingest/mediawiki/pages.ts';
import { saysNothing, silentNames } from '../../../src/tools/ingest/mediawiki/templates.ts';
import { wikitextToText } from '../../../src/tools/ingest/mediawiki/wikitext.ts';
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

describe('the quick way through wikitext', () => {
  const parsed = (wikitext: string) => wikitextToText({ id: '1', title: 'T', wikitext }, { parserOnly: true });

  it('gives the text of the parser', () => {
    const xml = Array.from({ length: 400 }, (_, index) => pageXml('quick', index)).join('');
    const pages = readPages(xml, { name: 'dump', line: 1 }).flatMap(({ page }) => page ?? []);
    expect(pages.length).toBeGreaterThan(300);
    for (const page of pages) expect(wikitextToText(page)).toBe(wikitextToText(page, { parserOnly: true }));
  });

  it.each([
    'A [[File:x.jpg|thumb|a [[b|c]] d]] e.',
    'From 1900{{snd}}1910, {{lang|fr|eau}} and {{convert|5|km|mi}} or {{convert|5|to|6|km}}.',
    '* one\n# [[two]]s\n#: three\n; four\n:five\n#six seven',
    'A [[b#c]] and [[b#c|d]], [[b|]], [[:Category:C]], [[fr:Eau]], [[wikt:eau|eau]].',
    'A [https://e.org b] and [https://e.org], [mailto:a@e.org mail]. {{unknown|x}} ({{unknown}}) b',
    'With <math>x^2</math>, <math>\\frac{a}{b}</math>, H<sub>2</sub>O, <small>s</small> <gallery>\na.jpg|b\n</gallery>.',
    'Open {{template and [[link and <div>tag and {| table.',
    'A {{quote|b\n\nc}} d {{ubl|a|b}} [[Category:C]] e.',
    "'''Bold''', ''italic'', '''''both'''''.",
    "==  A & B ==\nb\n== [[C]] ==\nd\n=== ''E'' ===\nf",
  ])('agrees with it on %j', (wikitext) => {
    expect(text(wikitext)).toBe(parsed(wikitext));
  });

  it.each(
    [...silentNames(), 'ciation needed', 'unknown u.s. box', "un'known/a, (b)"].flatMap((name) => [
      `{{${name}}}`,
      `{{${name}|Alpha beta|2001|3}}`,
      `{{${name}\n| title = Alpha\n| text = beta\n| 1 = gamma\n}}`,
    ]),
  )('shows nothing of %j, as the parser', (template) => {
    expect(saysNothing(template)).toBe(true);
    expect(parsed(`x${template}x`)).toBe('xx');
  });

  it('parts paragraphs where a template breaks the line', () => {
    expect(text('One.\n{{clear}}\nTwo.')).toBe('One.\nTwo.');
  });

  it('keeps together what is emphasised across sentences, and apart what a space alone separates', () => {
    expect(text("'''One. Two.''' Three.\n \nFour.")).toBe('One. Two. Three.\nFour.');
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

describe('pages', () => {
  const read = (xml: string) => readPages(xml, { name: 'dump', line: 1 });

  it('are the same without a parser of XML as with one', () => {
    const xml = Array.from({ length: 300 }, (_, index) => pageXml('plain', index)).join('');
    expect(read(xml)).toEqual(parsePages(xml, { name: 'dump', line: 1 }));
    const odd = [
      'a &#65; b',
      'a&nbsp;b',
      'a & b',
      'a\r\nb',
      'a ]]> b',
      '\u0001',
      'a <b>c</b>',
      '<![CDATA[<x>]]>',
      '&#039;&lt;',
      ' #redirect [[x]]',
    ];
    for (const text of odd) {
      const page = `<page><title>A &amp; B</title><ns>0</ns><id>1</id><revision><id>2</id><text>${text}</text></revision></page>`;
      expect(read(page), text).toEqual(parsePages(page, { name: 'dump', line: 1 }));
    }
    const twice = pageXml('plain', 9).replace('</revision>', '</revision><revision><text>later</text></revision>');
    expect(read(twice)).toMatchObject([{ page: { wikitext: 'later' } }]);
  });

  it('are reported with their line where they are broken', () => {
    const broken = '<page>\n<title>B</title><ns>0</ns><id>2</id>\n<text>a < b</text></page>\n';
    const [first, second, third] = read(`${pageXml('plain', 9)}${broken}<page><title>C`);
    const lines = pageXml('plain', 9).split('\n').length;
    expect(first).toHaveProperty('page');
    expect(second!.error).toMatchObject({ where: `dump:${lines + 2}`, message: expect.stringContaining('page "B"') });
    expect(third!.error!.message).toContain('ends inside');
  });
});

describe('chunks', () => {
  async function chunksOf(dump: Buffer, atOnce: number) {
    let position = 0;
    const buffers = createChunkBuffers();
    const read = async (target: Uint8Array) => {
      let count = 0;
      while (count < target.length && position < dump.length) {
        const part = dump.subarray(position, position + Math.min(atOnce, target.length - count));
        target.set(part, count);
        count += part.length;
        position += part.length;
      }
      return count;
    };
    const chunks: (Pick<PageChunk, 'line' | 'errors'> & { xml: string })[] = [];
    for await (const { bytes, length, line, errors } of pageChunks('dump', read, buffers)) {
      chunks.push({ xml: Buffer.from(bytes.subarray(0, length)).toString(), line, errors });
      bytes.fill(0);
      buffers.release(bytes);
    }
    return chunks;
  }

  it('end with a page, hold everything once, and know their line', async () => {
    const long = `<page>${'long\n'.repeat(100_000)}</page>\n`;
    const xml = Array.from({ length: 120 }, (_, index) => (index === 50 ? long : pageXml('chunks', index))).join('');
    const chunks = await chunksOf(Buffer.from(xml), 1000);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.map((chunk) => chunk.xml).join('')).toBe(xml);
    let before = '';
    for (const chunk of chunks) {
      expect(chunk.line).toBe(before.split('\n').length);
      before += chunk.xml;
    }
    for (const chunk of chunks.slice(0, -1)) expect(chunk.xml.endsWith('</page>')).toBe(true);
    expect(await chunksOf(Buffer.from(xml), 1 << 20)).toEqual(chunks);
  });

  it('say where a file is no export at all', async () => {
    const [chunk] = await chunksOf(Buffer.from('<mediawiki><page>', 'utf16le'), 1000);
    expect(chunk!.errors).toEqual([{ where: 'dump', message: expect.stringContaining('UTF-8') }]);
    const [empty] = await chunksOf(Buffer.from(DUMP_HEAD + DUMP_TAIL), 1000);
    expect(empty!.errors).toEqual([]);
  });

  it('leave out a page that is too long for memory, and say which', async () => {
    const huge = `<page><title>Huge</title>${'x'.repeat(65 << 20)}\n</page>\n`;
    const chunks = await chunksOf(Buffer.from(pageXml('chunks', 1) + huge + pageXml('chunks', 2)), 1 << 20);
    const xml = chunks.map((chunk) => chunk.xml).join('');
    expect(xml.length).toBeLessThan(100_000);
    expect(xml.match(/<page>/g)).toHaveLength(2);
    expect(chunks.flatMap(({ errors }) => errors)).toEqual([
      { where: expect.stringMatching(/^dump:\d+$/), message: 'page "Huge" is over 64 MB' },
    ]);
  });
});

describe('the pool', () => {
  const module = new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', (task) => {
        if (task === 'hang') for (;;);
        if (task === 'break') throw new Error('broken thread');
        if (task === 'refuse') return parentPort.postMessage({ error: 'refused' });
        parentPort.postMessage({ result: new TextEncoder().encode(task.toUpperCase()) });
      });`)}`,
  );
  async function map(tasks: string[], workers: number, timeoutMilliseconds = 20_000): Promise<string[]> {
    const results: string[] = [];
    const given = (async function* () {
      yield* tasks;
    })();
    const failed = async (task: string, error: unknown) =>
      Buffer.from(`${task}: ${error instanceof TaskTimeoutError ? 'late' : (error as Error).message}`);
    for await (const { result } of mapOrdered(given, {
      module,
      workers,
      timeoutMilliseconds,
      onFailure: failed,
    })) {
      results.push(Buffer.from(result).toString());
    }
    return results;
  }

  it('keeps the order, and loses no task with a thread that hangs or breaks', async () => {
    const tasks = ['a', 'hang', 'b', 'c', 'break', 'd', 'refuse', 'e', 'f', 'g'];
    const expected = ['A', 'hang: late', 'B', 'C', 'break: broken thread', 'D', 'refuse: refused', 'E', 'F', 'G'];
    expect(await map(tasks, 1, 1_000)).toEqual(expected);
    expect(await map(tasks, 3, 1_000)).toEqual(expected);
  });

  it('blames the task that broke a thread, not the one whose answer was on its way', async () => {
    const tasks = Array.from({ length: 40 }, (_, index) => (index % 4 === 3 ? 'break' : `t${index}`));
    const expected = tasks.map((task) => (task === 'break' ? 'break: broken thread' : task.toUpperCase()));
    expect(await map(tasks, 1)).toEqual(expected);
    expect(await map(tasks, 2)).toEqual(expected);
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
        // As the pool runs it: a page the parser cannot take is an error with its title, and costs nothing else.
        const bytes = Buffer.from(DUMP_HEAD + xml + DUMP_TAIL);
        const path = `mutant ${index}`;
        const modality = index % 2 ? 'table' : 'text';
        const place = { start: 0, end: bytes.length, line: 1 };
        const result = await convertTask({ kind: 'pages', path, bytes, ...place, modality });
        for (const document of result.documents) expect(document.id).not.toBe('');
        for (const { where } of result.errors) expect(where).toMatch(/^(mutant \d+:\d+$|page ")/);
        refused += result.errors.filter(({ where }) => where.startsWith('page "')).length;

        // What a parser of XML reads is the same here; it finds some damaged texts empty.
        const decoded = bytes.toString();
        const read = readPages(decoded, { name: path, line: 1 });
        for (const { page } of parsePages(decoded, { name: path, line: 1 })) {
          if (page && page.wikitext !== '') expect(read).toContainEqual({ page });
        }
      }
      // Real damage is rare: the parser takes nearly everything.
      expect(refused).toBeLessThan(count / 100);
    },
    full ? 1_200_000 : 60_000,
  );
});
