/** Word documents (mammoth makes HTML of them): headings by their styles, lists, tables with merged cells, notes. */
import { zipSync } from 'fflate';
import mammoth from 'mammoth';
import { readPage } from './html/page.ts';
import { lineOf, parseTree, tagOf, walkTree } from './html/tree.ts';
import type { Parse } from './whole-file.ts';
import { unzip } from './zip.ts';

/** Pictures are no text, and may be most of the file. */
const wanted = (name: string) => !/^word\/media\//i.test(name);

function titleIn(core: Uint8Array | undefined): string {
  let title = '';
  if (core) {
    walkTree(parseTree(Buffer.from(core).toString('utf8'), { xml: true }), (node) => {
      if (title === '' && tagOf(node) === 'title') title = lineOf(node);
      return true;
    });
  }
  return title;
}

export const docx: Parse = async (bytes) => {
  const files = unzip(bytes, wanted);
  if (!files.has('word/document.xml')) throw new Error('not a Word document: there is no word/document.xml in it');
  // Packed anew without compression, so that the reader meets nothing that unpacks to more than was looked at.
  const buffer = Buffer.from(zipSync(Object.fromEntries(files), { level: 0 }));
  const styles = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => h2:fresh"];
  const { value } = await mammoth.convertToHtml({ buffer }, { styleMap: styles });
  const page = readPage(parseTree(value), { anyHeading: true });
  const title = titleIn(files.get('docProps/core.xml'));
  return title ? { ...page, title } : page;
};
