/**
 * PDF (unpdf, which is pdf.js): the text layer, a section a page. Pages without one, as a scanner makes them, are named.
 */
import { messageOf } from '../../../../common/errors.ts';
import type { Parsed } from '../whole-file.ts';
import { CharacterMaps } from './character-maps.ts';

const BREAK = /(?<=(\p{L}{2,40}))[-\u00ad\u2010]\n[ \t]*(?=(\p{Ll}{1,40}))/gu;
const HYPHENATED = /(?<!\p{L})\p{L}{2,40}-\p{Ll}{1,40}/gu;

/** A word cut at a line's end is whole again; one that has its hyphen elsewhere in the text keeps it. */
export function joinHyphens(text: string, hyphenated: ReadonlySet<string>): string {
  return text.replace(BREAK, (_, start: string, end: string) => (hyphenated.has(`${start}-${end}`) ? '-' : ''));
}

/** `1, 3 to 5` */
export function listOfPages(pages: readonly number[]): string {
  const runs: string[] = [];
  for (let at = 0; at < pages.length; ) {
    let end = at;
    while (pages[end + 1] === pages[end]! + 1) end++;
    runs.push(end - at < 2 ? pages.slice(at, end + 1).join(', ') : `${pages[at]} to ${pages[end]}`);
    at = end + 1;
  }
  return runs.join(', ');
}

interface PdfPage {
  getTextContent(): Promise<{ items: object[] }>;
  cleanup(): unknown;
}

async function textOf(page: PdfPage): Promise<string> {
  const { items } = await page.getTextContent();
  const pieces = items.map((item) => {
    const { str, hasEOL } = item as { str?: string; hasEOL?: boolean };
    return `${str ?? ''}${hasEOL ? '\n' : ''}`;
  });
  page.cleanup();
  return pieces.join('').trim();
}

export async function parsePdf(bytes: Uint8Array): Promise<Parsed> {
  const { getDocumentProxy } = await import('unpdf');
  const maps = { BinaryDataFactory: CharacterMaps, cMapPacked: true, useWorkerFetch: false };
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, ...maps });
  const parsed: Parsed & { errors: string[] } = { sections: [], tables: [], errors: [] };
  const texts: string[] = [];
  const empty: number[] = [];
  try {
    for (let number = 1; number <= document.numPages; number++) {
      let text = '';
      try {
        text = await textOf((await document.getPage(number)) as unknown as PdfPage);
        if (text === '') empty.push(number);
      } catch (error) {
        parsed.errors.push(`page ${number}: ${messageOf(error)}`);
      }
      texts.push(text);
    }
  } finally {
    await document.loadingTask.destroy();
  }
  const hyphenated = new Set(texts.flatMap((text) => text.match(HYPHENATED) ?? []));
  parsed.sections = texts.map((text, place) => ({ heading: `page ${place + 1}`, text: joinHyphens(text, hyphenated) }));
  if (empty.length > 0) {
    const pages = empty.length === 1 ? `page ${empty[0]} has` : `pages ${listOfPages(empty)} have`;
    parsed.notes = [
      { kind: 'no-text', message: `${pages} no text: pictures of text, as a scanner makes them, are not read` },
    ];
  }
  return parsed;
}
