/**
 * Writes a MediaWiki XML dump in the real format (export-0.11) with made-up content: templates, nested markup, tables, lists,
 * references, redirects, talk pages, broken pages and Unicode. Seeded, so that tests and benchmarks read the same bytes.
 *
 *   node scripts/wiki/make-dump.ts --pages 1000 --seed 1 --out dump.xml
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { keyedRandom, type Random } from '../../src/common/random.ts';

const SYLLABLES = [
  'ka',
  'ru',
  'men',
  'to',
  'shi',
  'bel',
  'an',
  'dor',
  'vi',
  'os',
  'lan',
  'per',
  'gra',
  'ul',
  'tem',
  'ñi',
  'zö',
  'čer',
  'ły',
  'ös',
];
const COMMON =
  'the of and in to was is for on as with by at from that an be this which or are it were has its first also after new their one who had two during other into city world time year may years between school became state made over only most area later used well team known near under part season company both early three found second population built river house family since while including called'.split(
    ' ',
  );
const TOPICS = [
  'river',
  'village',
  'painter',
  'mountain',
  'locomotive',
  'orchid',
  'novel',
  'bridge',
  'football club',
  'beetle',
  'castle',
  'opera',
];
const SCRIPTS = ['東京', 'Москва', 'القاهرة', 'Αθήνα', '서울', 'תל אביב', 'São Paulo', 'Zürich'];

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const name = (random: Random) =>
  capital(Array.from({ length: 2 + random.below(2) }, () => random.pick(SYLLABLES)).join(''));
const words = (random: Random, count: number) => Array.from({ length: count }, () => random.pick(COMMON)).join(' ');

function inline(random: Random): string {
  const target = name(random);
  const shown = words(random, 2);
  switch (random.below(16)) {
    case 0:
      return `[[${target}]]`;
    case 1:
      return `[[${target}|${shown}]]`;
    case 2:
      return `[[${target}]]s`;
    case 3:
      return `'''${shown}'''`;
    case 4:
      return `''${shown}''`;
    case 5:
      return `'''''${shown}'''''`;
    case 6:
      return `${shown}<ref name="r${random.below(9)}">{{cite book |title=${target} |year=19${10 + random.below(89)} |author=[[${name(random)}]]}}</ref>`;
    case 7:
      return `${shown}<ref name="r1" />`;
    case 8:
      return `{{convert|${1 + random.below(900)}|km|mi|abbr=on}}`;
    case 9:
      return `[https://example.org/${target} ${shown}]`;
    case 10:
      return `{{lang|fr|${shown}}}`;
    case 11:
      return `&quot;${shown}&quot; &amp; ${random.pick(SCRIPTS)} &ndash; caf&eacute;`;
    case 12:
      return `<!-- editors: ${shown} -->${shown}`;
    case 13:
      return `<nowiki>[[${shown}]]</nowiki>`;
    case 14:
      return `H<sub>2</sub>O and x<sup>2</sup>`;
    default:
      return `[[${target} (${random.pick(TOPICS)})|${target}]]`;
  }
}

function sentence(random: Random): string {
  const parts = [capital(words(random, 3 + random.below(6)))];
  for (let i = random.below(3); i > 0; i--) parts.push(inline(random), words(random, 2 + random.below(6)));
  return `${parts.join(' ')}.`;
}

const paragraph = (random: Random) => Array.from({ length: 2 + random.below(4) }, () => sentence(random)).join(' ');

function infobox(random: Random, title: string): string {
  return `{{Infobox settlement\n| name = ${title}\n| image = ${title}.jpg\n| population = {{formatnum:${random.below(1_000_000)}}}\n| coordinates = {{coord|${random.below(90)}|${random.below(60)}|N|${random.below(180)}|E|display=inline,title}}\n| leader = [[${name(random)}]]\n}}`;
}

function table(random: Random): string {
  const rows = Array.from({ length: 2 + random.below(6) }, () => {
    const style = random.below(4) === 0 ? 'style="text-align:right" | ' : '';
    return `|-\n| ${1900 + random.below(120)} || [[${name(random)}]] || ${style}${random.below(5000)}`;
  });
  return `{| class="wikitable sortable"\n|+ ${capital(words(random, 3))}\n|-\n! Year !! Place !! Number\n${rows.join('\n')}\n|}`;
}

function list(random: Random): string {
  const mark = random.pick(['*', '#']);
  return Array.from(
    { length: 2 + random.below(5) },
    (_, i) => `${mark.repeat(i > 1 && random.below(3) === 0 ? 2 : 1)} ${sentence(random)}`,
  ).join('\n');
}

function broken(random: Random): string {
  return random.pick([
    `{{Infobox person | name = ${name(random)}\n| born = [[1920`,
    `{| class="wikitable"\n|-\n| ${words(random, 3)}\n${paragraph(random)}`,
    `[[File:${name(random)}.jpg|thumb|${words(random, 3)} [[${name(random)}`,
    `<ref>${words(random, 5)}\n\n${paragraph(random)}`,
    `'''${words(random, 3)}''\n${'{{'.repeat(30)}${words(random, 2)}`,
    `\u0007 ${words(random, 2)} <div><span>${paragraph(random)}`.replace('\u0007', ''),
  ]);
}

function article(random: Random, title: string): string {
  const parts: string[] = [];
  if (random.below(3) === 0) parts.push(`{{Short description|${capital(random.pick(TOPICS))}}}`);
  if (random.below(2) === 0) parts.push(infobox(random, title));
  if (random.below(3) === 0)
    parts.push(`[[File:${title}.jpg|thumb|right|250px|${words(random, 5)} [[${name(random)}]] ${words(random, 2)}]]`);
  parts.push(`'''${title}''' is a ${random.pick(TOPICS)} in [[${name(random)}]]. ${paragraph(random)}`);
  parts.push(paragraph(random));
  for (let section = 1 + random.below(5); section > 0; section--) {
    parts.push(`${'='.repeat(2)} ${capital(words(random, 2))} ${'='.repeat(2)}`, paragraph(random));
    const extra = random.below(6);
    if (extra === 0) parts.push(table(random));
    if (extra === 1) parts.push(list(random));
    if (extra === 2) parts.push(`=== ${capital(words(random, 2))} ===`, paragraph(random));
    if (extra === 3) parts.push(`{{main|${name(random)}}}`, paragraph(random), `<math>\\frac{a}{b}</math>`);
    if (extra === 4) parts.push(`<gallery>\n${name(random)}.jpg|${words(random, 3)}\n</gallery>`);
    if (random.below(25) === 0) parts.push(broken(random));
  }
  parts.push(
    '== References ==',
    '{{reflist|30em}}',
    `[[Category:${capital(random.pick(TOPICS))}s of ${name(random)}]]`,
    `[[fr:${title}]]`,
  );
  return parts.join('\n\n');
}

const escapeXml = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** The XML of page `index`, by seed. About one in twelve is a redirect and one in thirty a talk page. */
export function pageXml(seed: number | string, index: number): string {
  const random = keyedRandom('wiki-dump', seed, index);
  const kind = random.below(60);
  const title = `${name(random)} ${index}${kind === 7 ? ' & Söhne' : ''}`;
  const redirect = kind < 5;
  const namespace = kind === 5 || kind === 6 ? 1 : 0;
  const text = redirect ? `#REDIRECT [[${name(random)}]]` : article(random, title);
  return `  <page>
    <title>${escapeXml(namespace ? `Talk:${title}` : title)}</title>
    <ns>${namespace}</ns>
    <id>${index + 10}</id>${redirect ? `\n    <redirect title="${escapeXml(name(random))}" />` : ''}
    <revision>
      <id>${900_000 + index}</id>
      <timestamp>2024-10-20T00:00:00Z</timestamp>
      <contributor><username>Editor</username><id>1</id></contributor>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="${Buffer.byteLength(text)}" xml:space="preserve">${escapeXml(text)}</text>
      <sha1>0</sha1>
    </revision>
  </page>
`;
}

export const DUMP_HEAD = `<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <dbname>testwiki</dbname>
    <base>https://en.wikipedia.org/wiki/Main_Page</base>
    <generator>MediaWiki 1.44</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Talk</namespace>
      <namespace key="6" case="first-letter">File</namespace>
      <namespace key="10" case="first-letter">Template</namespace>
      <namespace key="14" case="first-letter">Category</namespace>
    </namespaces>
  </siteinfo>
`;
export const DUMP_TAIL = '</mediawiki>\n';

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      pages: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  });
  if (!values.out) throw new Error('make-dump: say where to write with --out FILE');
  const file = createWriteStream(values.out);
  file.write(DUMP_HEAD);
  for (let index = 0; index < Number(values.pages); index++) {
    if (!file.write(pageXml(values.seed, index))) await once(file, 'drain');
  }
  file.end(DUMP_TAIL);
  await once(file, 'finish');
}
