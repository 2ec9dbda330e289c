/** A generated table stands in its page between `<!-- NAME:start -->` and `<!-- NAME:end -->`; nothing between them is written by hand. */
import { readFile, writeFile } from 'node:fs/promises';

/** Throws where the page lacks the marks. */
export async function replaceMarked(file: string, name: string, text: string): Promise<void> {
  const page = await readFile(file, 'utf8');
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${file} has no section "${name}"`);
  await writeFile(file, `${before}${start}\n${text}${end}${after}`);
}
