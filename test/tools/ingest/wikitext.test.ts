import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bunzip, bunzipBytes } from '../../../src/tools/ingest/mediawiki/bunzip.ts';
import { wikitextToTables } from '../../../src/tools/ingest/mediawiki/page-tables.ts';
import { wikitextToText } from '../../../src/tools/ingest/mediawiki/wikitext.ts';
import { gather } from './gather.ts';

const page = (wikitext: string) => ({ id: '1', title: 'T', wikitext });
const text = (wikitext: string) => wikitextToText(page(wikitext));
const tables = (wikitext: string) =>
  wikitextToTables(page(wikitext)).map((document) => ('rows' in document ? [document.header, ...document.rows] : []));

describe('wikitables', () => {
  it.each([
    [
      'F1',
      '! Year !! Goals !! Goals\n|-\n| 2001 || 3 || 9',
      [
        ['Year', 'Goals', 'Goals'],
        ['2001', '3', '9'],
      ],
    ],
    [
      'F2',
      '! N !! M\n|-\n| {{nts|709,037}} || {{num|5}}',
      [
        ['N', 'M'],
        ['709,037', '5'],
      ],
    ],
    [
      'F3',
      '! Height\n|-\n| {{convert|6|ft|2|in}}\n|-\n| {{convert|5|to|6|km|mi}}',
      [['Height'], ['6 ft 2 in'], ['5 to 6 km']],
    ],
    [
      'F4',
      '! !! 2019 !! 2020\n|-\n| Sales || 5 || 6',
      [
        ['column 1', '2019', '2020'],
        ['Sales', '5', '6'],
      ],
    ],
    [
      'F4: names before the rows alone',
      '! scope=row | Area\n| 12\n|-\n! scope=row | People\n| 900',
      [
        ['column 1', 'column 2'],
        ['Area', '12'],
        ['People', '900'],
      ],
    ],
    [
      'F7',
      '! rowspan=2 | City\n! colspan=2 | People\n|-\n! 2019 !! 2020\n|-\n| Lima || 1 || 2',
      [
        ['City', 'People 2019', 'People 2020'],
        ['Lima', '1', '2'],
      ],
    ],
    [
      'row heads',
      '! a !! b\n|-\n! x\n| 1\n|-\n! y\n| 2',
      [
        ['a', 'b'],
        ['x', '1'],
        ['y', '2'],
      ],
    ],
    [
      'spans',
      '! a !! b\n|-\n| rowspan="2" | x || 1\n|-\n| 2\n|-\n| colspan=2 | both',
      [
        ['a', 'b'],
        ['x', '1'],
        ['x', '2'],
        ['both', 'both'],
      ],
    ],
    [
      'marks inside',
      '! a !! b\n|-\n| [[x|y!!z]] || {{abbr|p|q||r}}\n|-\n| style="c" | 1<br>2 ||\n* item\n* more',
      [
        ['a', 'b'],
        ['y!!z', 'p'],
        ['1 2', 'item more'],
      ],
    ],
    ['references', '! a<ref>no</ref>\n|-\n| 1<ref name="x" />', [['a'], ['1']]],
    [
      'cell by cell',
      '! a\n! b\n|-\n|\nlong\ntext\n| 2',
      [
        ['a', 'b'],
        ['long text', '2'],
      ],
    ],
  ])('%s', (_name, body, expected) => {
    expect(tables(`{| class="wikitable"\n${body}\n|}`)).toEqual([expected]);
    // One that is not closed ends with its page.
    expect(tables(`{|\n${body}`)).toEqual([expected]);
  });

  it('F5: have their caption, and tables inside are tables of their own', () => {
    const wikitext = "{|\n|+ style=\"x\" | My ''caption''\n! a\n|-\n| b\n{|\n! c\n|-\n| d\n|}\n|}";
    expect(wikitextToTables(page(wikitext))).toMatchObject([
      { caption: 'My caption', header: ['a'], rows: [['b']] },
      { header: ['c'], rows: [['d']] },
    ]);
  });
});

describe('words of wikitext', () => {
  it.each([
    [
      'F8',
      'A <code>printf</code>, <kbd>Ctrl</kbd>, <var>y</var>, <samp>z</samp>, <tt>q</tt>.',
      'A printf, Ctrl, y, z, q.',
    ],
    ['F8', 'A <syntaxhighlight lang="c" inline>a[1] = {{x}};</syntaxhighlight> b.', 'A a[1] = {{x}}; b.'],
    ['F10', '{{langx|de|Hallo}}, {{transliteration|ja|Tōkyō}}, {{em|x}}, {{strong|y}}.', 'Hallo, Tōkyō, x, y.'],
    [
      'F10',
      "So {{math|x{{=}}2}} or {{math|''y''}}; {{audio|a.ogg|listen}} to {{PAGENAME}}.",
      'So x=2 or y; listen to T.',
    ],
    ['F12', 'un<nowiki/>breakable, <nowiki>{{x}} and [[y]] &lt;</nowiki> b', 'unbreakable, {{x}} and [[y]] < b'],
    ['F12', 'See [//www.example.com text].', 'See text.'],
    ['F12', 'A\n=History=\nb', 'A\nHistory.\nb'],
    ['F12', '[[Bild:F.jpg|thumb|x]] a [[Datei:G.png|mini|c [[d]] e]] b [[Fichier:H.png]][[Kategorie:X]].', 'a b.'],
    [
      'F3',
      'It is {{convert|6|ft|2|in}} tall and {{convert|3|x|4|m|ft|abbr=on}} wide.',
      'It is 6 ft 2 in tall and 3 by 4 m wide.',
    ],
    ['an open literal', 'A <nowiki>{{b}} and <pre>c', text('A <nowiki>{{b}} and <pre>c')],
  ])('%s: %s', (_name, wikitext, expected) => {
    expect(text(wikitext)).toBe(expected);
  });
});

describe('bz2', () => {
  // Of `bzip2`: <mediawiki> with a small page, one of 80 million letters x, and another small one.
  const BOMB =
    'QlpoOTFBWSZTWcsA2p0AAA7fgIAQQAHghRBACAAm793AAAggAIISSGpPU9qRoaHqPSZBFUABoAACvXX3KEFAtEEy1e8zhiGStg1Pm0yhdxyadmyWAwckPGzdBhh74dWVcBfbS59Mb+VuoCOxIMzxPLeN0xmPzWk6FZSLg6fhO4wxQMlDPSoqiqic0AAqoqon5igrJMprLPJX/IAgsYuwEAIIADgEpAgE/fu8AAEEABCCUTKnlN6poaaZpimgIqKbKZDAEwBTfvwsCDkLCh9ijGSp1vpKxgdneQ9ZnnAMnSvZS6risF5pJLWUM8acX52TlINVNfVPiZSaaZsPNiR/knp6JEoQoJt0HtEAREANqQFAERADwXckU4UJDxkwrfA=';
  const all = (packed: Uint8Array) => {
    const pieces: Buffer[] = [];
    for (const piece of bunzipBytes(packed)) pieces.push(Buffer.from(piece));
    return Buffer.concat(pieces);
  };

  it('S4: a page that unpacks beyond all bounds is named, in bounded memory, and those around it are read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'r1-bomb-'));
    const path = join(folder, 'bomb.xml.bz2');
    await writeFile(path, Buffer.from(BOMB, 'base64'));
    const before = process.memoryUsage.rss();
    const { documents, errors } = await gather([path], 'text');
    expect(documents.map(({ title }) => title)).toEqual(['Small', 'After']);
    expect(errors).toEqual([{ where: expect.stringContaining('bomb.xml.bz2:'), message: 'page "Big" is over 64 MB' }]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(400 << 20);
    await writeFile(join(folder, 'x-multistream-index.txt'), '0:1:Small\n');
    await writeFile(join(folder, 'x-multistream.xml.bz2'), Buffer.from(BOMB, 'base64'));
    const block = await gather([join(folder, 'x-multistream.xml.bz2')], 'text');
    expect(block.documents).toEqual(documents);
    expect(block.errors).toMatchObject([{ message: 'page "Big" is over 64 MB' }]);
    await rm(folder, { recursive: true });
  }, 60_000);

  it('F13: damage is told in plain words', async () => {
    const { readFile } = await import('node:fs/promises');
    const packed = await readFile(fileURLToPath(new URL('./fixtures/wiki-multistream.xml.bz2', import.meta.url)));
    expect(all(packed).length).toBeGreaterThan(100_000);
    expect(() => all(packed.subarray(0, packed.length >> 1))).toThrow('not copied or downloaded to its end');
    expect(() => all(Buffer.from('hello, this is no archive'))).toThrow('not a bz2 file');
    const flipped = Buffer.from(packed);
    flipped[5_000]! ^= 4;
    expect(() => all(flipped)).toThrow(/damaged/);
    for (let at = 0; at < 400; at += 7) {
      const broken = Buffer.from(packed.subarray(0, 3_000));
      broken[at * 7]! ^= 1 << (at % 8);
      expect(() => all(broken)).toThrow(/bz2 file/);
    }
  });

  it('comes in any pieces', async () => {
    const { readFile } = await import('node:fs/promises');
    const packed = await readFile(fileURLToPath(new URL('./fixtures/wiki-multistream.xml.bz2', import.meta.url)));
    async function* pieces() {
      for (let at = 0; at < packed.length; at += 1_009) yield packed.subarray(at, at + 1_009);
    }
    const parts: Buffer[] = [];
    for await (const part of bunzip(pieces())) parts.push(Buffer.from(part));
    expect(Buffer.concat(parts).equals(all(packed))).toBe(true);
  });
});

describe('others of their kinds', () => {
  it.each([
    ['[mailto:a@b.c mail], [tel:+1 call], [irc://x y] and [https://x.y]', 'mail, call, y and'],
    ['See [[#History]] and [[A#B|c]].', 'See History and c.'],
    ['A<REF name="x">bad</REF> d<ref\nname=y>bad</ref> e', 'A d e'],
    ['A<BR>B<BR/>C', 'A B C'],
    ['Water is <chem>H2O</chem>.', 'Water is H2O.'],
    ['Words [[Billede:a.jpg|thumb|left|Cap [[link|tion]] here]] end.', 'Words end.'],
    ['Words [[Anything:a b.SVG|200px|Cap]] end.', 'Words end.'],
    ['The {{ordinal|3}}, {{ordinal|12}}, {{translit|ru|Moskva}}, {{sc|word}}.', 'The 3rd, 12th, Moskva, word.'],
  ])('%s', (wikitext, expected) => {
    expect(text(wikitext)).toBe(expected);
  });

  it('tables whose marks are templates, or elements of HTML', () => {
    const expected = [
      [
        ['A', 'B'],
        ['1', '2'],
      ],
    ];
    expect(tables('{{{!}}\n! A !! B\n{{!}}-\n{{!}} 1 {{!!}} 2\n{{!}}}')).toEqual(expected);
    expect(
      tables("<table><tr><th>A</th><th>''B''</th></tr><tr><td>[[One|1]]</td><td>2<ref>x</ref></td></tr></table>"),
    ).toEqual(expected);
  });
});
