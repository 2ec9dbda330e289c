import { describe, expect, it } from 'vitest';
import { readPage } from '../../../src/tools/ingest/formats/html/page.ts';
import { parseTree } from '../../../src/tools/ingest/formats/html/tree.ts';
import { gather } from './gather.ts';
import { scratch } from './scratch.ts';

const { file } = await scratch();
const text = (html: string) =>
  readPage(parseTree(html))
    .sections.map(({ heading, text }) => (heading ? `${heading}: ${text}` : text))
    .filter((line) => line !== '')
    .join(' / ');
const tables = (html: string) => readPage(parseTree(html)).tables;

describe('C1: tables that lay out a page', () => {
  it('are its text, and the table of data in one of their cells is a table', () => {
    const html =
      '<table><tr><td>Menu</td><td><h1>Zebra</h1><p>Zebras live in Kenya.</p><table><tr><th>Animal</th><th>Number</th></tr>' +
      '<tr><td>Zebra</td><td>5</td></tr></table></td></tr></table>';
    expect(text(html)).toBe('Menu / Zebra: Zebras live in Kenya.');
    expect(tables(html)).toEqual([
      { caption: '', header: ['Animal', 'Number'], rows: [['Zebra', '5']], section: 'Zebra' },
    ]);
    expect(text('<table role="presentation"><tr><th>a</th></tr><tr><td>b</td></tr></table>')).toBe('a\nb');
    expect(text('<table><tr><td>one row</td><td>of cells</td></tr></table>')).toBe('one row\nof cells');
    expect(
      text(`<table><tr><td>Menu</td><td>x</td></tr><tr><td>${'prose '.repeat(200)}</td><td>y</td></tr></table>`),
    ).toContain('prose');
  });

  it('a table of data inside one of data is a table of its own', () => {
    const found = tables(
      '<table><tr><th>a</th></tr><tr><td>b<table><tr><th>c</th></tr><tr><td>d</td></tr></table></td></tr></table>',
    );
    expect(found.map(({ header, rows }) => [header, rows])).toEqual([
      [['a'], [['b']]],
      [['c'], [['d']]],
    ]);
  });
});

describe('C2: text', () => {
  it.each([
    ['<p>Intro.</p><div>The code is tangerine.</div>', 'Intro.\nThe code is tangerine.'],
    ['<details><summary>More</summary>The body.</details>', 'More\nThe body.'],
    ['<div>before <div>inner</div> after</div>', 'before\ninner\nafter'],
    [
      'loose <b>words</b><section>a section</section><x-card>an unknown element</x-card>',
      'loose words\na section\nan unknown element',
    ],
    ['<ul><li>Fruit<ul><li>Apple</li></ul></li></ul>', 'Fruit\nApple'],
    ['<dl><dt>Term</dt><dd>What it means</dd></dl>', 'Term\nWhat it means'],
    ['<p>one<br>two</p><p>thr<wbr>ee&nbsp;four</p>', 'one\ntwo\nthree four'],
    ['<pre>a\n  b</pre><p>c\n  d</p>', 'a\n  b\nc d'],
    ['<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>', '漢 (kan)'],
    ['<h2>A <i>b</i></h2>c<h2>D</h2>e', 'A b: c / D: e'],
    ['<p>x<script>no()</script><style>no</style><template>no</template></p><nav>menu</nav>', 'x'],
  ])('%s', (html, expected) => {
    expect(text(html)).toBe(expected);
  });
});

describe('C4: cells that span', () => {
  const rows = (html: string) => tables(`<table>${html}</table>`).map(({ header, rows }) => [header, ...rows])[0];
  it.each([
    [
      '<tr><th scope=row>Area<td>12<tr><th scope=row>People<td>900',
      [
        ['', ''],
        ['Area', '12'],
        ['People', '900'],
      ],
    ],
    [
      '<tr><th>Region<th>Fruit<th>N</tr><tr><td rowspan=2>North</td><td>Apples</td><td>5</td></tr><tr><td>Pears</td><td>7</td></tr>',
      [
        ['Region', 'Fruit', 'N'],
        ['North', 'Apples', '5'],
        ['North', 'Pears', '7'],
      ],
    ],
    [
      '<thead><tr><th>k<th>v</thead><tbody><tr><td rowspan=0>a<td>1<tr><td>2</tbody><tbody><tr><td>b<td>3</tbody>',
      [
        ['k', 'v'],
        ['a', '1'],
        ['a', '2'],
        ['b', '3'],
      ],
    ],
    [
      '<tr><th rowspan=2>City<th colspan=2>People</tr><tr><th>2019<th>2020</tr><tr><td>Lima<td>1<td>2</tr>',
      [
        ['City', 'People 2019', 'People 2020'],
        ['Lima', '1', '2'],
      ],
    ],
    [
      '<tr><td></td><th>2019<th>2020</tr><tr><th>Sales<td>5<td>6</tr>',
      [
        ['', '2019', '2020'],
        ['Sales', '5', '6'],
      ],
    ],
    [
      '<tfoot><tr><td>sum<td>3</tfoot><thead><tr><th>a<th>b</thead><tbody><tr><td>x<td>1<td>extra</tbody>',
      [
        ['a', 'b', ''],
        ['x', '1', 'extra'],
        ['sum', '3', ''],
      ],
    ],
    [
      '<tr><th>a<th>b<tr><td colspan=2 rowspan=9>both',
      [
        ['a', 'b'],
        ['both', 'both'],
      ],
    ],
  ])('%s', (html, expected) => {
    expect(rows(html)).toEqual(expected);
  });

  it('beyond all bounds are an error of their table, before they are laid out', () => {
    const bomb = `<table><tr><th>a</th></tr>${'<tr><td colspan=1000 rowspan=65000>x</td></tr>'.repeat(5_000)}</table><p>rest</p>`;
    expect(readPage(parseTree(bomb))).toMatchObject({ errors: [expect.stringContaining('span')], tables: [] });
    expect(text(bomb)).toBe('rest');
  });
});

describe('C5 to C8: Markdown and XHTML', () => {
  it('C5: line breaks and blocks keep words apart', async () => {
    expect(tables('<table><tr><th>City<th>Who<tr><td>New<br>York<td><p>Ann</p><p>Bob</p></table>')[0]!.rows).toEqual([
      ['New York', 'Ann Bob'],
    ]);
    const path = await file('breaks.md', 'text<br>next\n\n| a | b |\n|---|---|\n| x<br>y | *z* |\n');
    const table = { header: ['a', 'b'], rows: [['x y', 'z']] };
    expect((await gather([path], 'text')).documents).toMatchObject([{ text: 'text\nnext' }, table]);
    expect((await gather([path], 'table')).documents).toMatchObject([table]);
  });

  it('C7: front matter says something of the text and is none of it', async () => {
    const yaml = await file(
      'yaml.md',
      '---\ntitle: The page\ntags: [a, b]\ndraft: false\nnested: {a: 1}\n---\nBody.\n',
    );
    expect((await gather([yaml], 'text')).documents).toEqual([
      { id: 'yaml-s0', title: 'The page', text: 'Body.', metadata: { tags: ['a', 'b'], draft: false } },
    ]);
    const toml = await file('toml.md', '+++\ntitle = "Another"\nweight = 3\n+++\n\n# Head\n\nBody.\n');
    expect((await gather([toml], 'text')).documents).toEqual([
      { id: 'toml-s0', title: 'Another - Head', text: 'Body.', metadata: { weight: 3 } },
    ]);
    const broken = await file('broken.md', '---\ntitle: "open\nlayout: x\n---\n# Head\n\nBody.\n');
    expect((await gather([broken], 'text')).documents).toEqual([{ id: 'broken-s0', title: 'Head', text: 'Body.' }]);
    const rule = await file('rule.md', '---\n\nJust a line above.\n\n---\n\nAnd one below.\n');
    expect((await gather([rule], 'text')).documents).toMatchObject([{ text: 'Just a line above.\n\nAnd one below.' }]);
  });

  it('C8: tables in raw HTML, in lists and in quotes', async () => {
    const path = await file(
      'tables.md',
      '- item\n\n  | a |\n  |---|\n  | 1 |\n\n> | b |\n> |---|\n> | 2 |\n\n<table><tr><th>c</th></tr><tr><td>3</td></tr></table>\n',
    );
    expect((await gather([path], 'table')).documents).toMatchObject([
      { header: ['a'], rows: [['1']] },
      { header: ['b'], rows: [['2']] },
      { header: ['c'], rows: [['3']] },
    ]);
  });

  it('XHTML has the names of characters that its document type declares', async () => {
    const path = await file(
      'names.xhtml',
      '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x"><html><head><title>T&eacute;</title></head><body>' +
        '<p>1&nbsp;&mdash;&nbsp;&eacute;t&eacute; &lt;b&gt; &amp;nbsp; &unknown; <![CDATA[&eacute;]]> &ouml;</p></body></html>',
    );
    expect((await gather([path], 'text')).documents).toMatchObject([
      { title: 'Té', text: '1 — été <b> &nbsp; &unknown; &eacute; ö' },
    ]);
  });

  it('XHTML is read by the rules of XML', async () => {
    const path = await file(
      'page.xhtml',
      '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title><script src="x"/></head>' +
        '<body><p/><div/><h:p xmlns:h="http://www.w3.org/1999/xhtml">After the script</h:p><p><![CDATA[a < b]]></p></body></html>',
    );
    expect((await gather([path], 'text')).documents).toMatchObject([{ title: 'T', text: 'After the script\na < b' }]);
  });
});

describe('C9: pages of any length and depth', () => {
  it.each([
    ['<p>word', 60_000, ''],
    ['<ul><li>word', 5_000, ''],
    ['<div>', 4_000, 'word'],
    ['<div>', 100_000, 'word'],
    ['<b><i>', 5_000, 'word'],
    ['<table><tr><td>', 4_000, 'word'],
    ['<blockquote>', 20_000, 'word'],
  ])('%s, %i times', (piece, times, end) => {
    const read = text(piece.repeat(times) + end);
    expect(read.match(/word/g)).toHaveLength(end === '' ? times : 1);
  });

  it('and markup that never ends', () => {
    expect(text(`<p>word</p>${'<a'.repeat(500_000)}`)).toContain('word');
    expect(text(`word${'<!--'.repeat(200_000)}`)).toContain('word');
  });

  it('and Markdown that nests beyond its parser is read as it stands', async () => {
    const path = await file('deep.md', `${'> '.repeat(20_000)}deep words\n`);
    const { documents } = await gather([path], 'text');
    expect(documents).toMatchObject([{ text: expect.stringContaining('deep words') }]);
  });
});

describe('C7: front matter of other kinds', () => {
  it.each([
    ['json.md', '{\n"title": "My Title",\n"tags": ["a"]\n}\n\nBody words.'],
    ['jekyll.html', '---\nlayout: x\ntitle: My Title\ntags: [a]\n---\n<p>Body words.</p>'],
  ])('%s', async (name, content) => {
    const { documents } = await gather([await file(name, content)], 'text');
    expect(documents).toMatchObject([{ title: 'My Title', text: 'Body words.', metadata: { tags: ['a'] } }]);
  });

  it('an object in the middle of a line is text', async () => {
    const { documents } = await gather([await file('no.md', '{"a": 1} is an object.')], 'text');
    expect(documents).toMatchObject([{ text: '{"a": 1} is an object.' }]);
  });
});

describe('XHTML under the name of HTML', () => {
  it.each([
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="a>b"/></head><body><p>Body<br/>words.</p></body></html>',
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" ""><html><head><title/></head><body><div/><p>Body<br />words.</body></html>',
  ])('is not lost behind an element that closes itself', async (content) => {
    const { documents } = await gather([await file('x.html', content)], 'text');
    expect(documents).toMatchObject([{ text: 'Body\nwords.' }]);
  });
});
