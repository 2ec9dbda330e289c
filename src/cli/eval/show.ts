/** Makes the report of an evaluation's folder, writes it beside the log and prints it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeFileAtomic } from '../../common/atomic-file.ts';
import { htmlReport } from '../../eval/report/page.ts';
import type { DocumentLookup } from '../../eval/report/page-documents.ts';
import { scoreEvaluation } from '../../eval/report/report.ts';
import { terminalReport } from '../../eval/report/terminal.ts';
import { evaluationFiles } from '../../eval/runner/evaluation.ts';
import { jsonText } from '../terminal/guarded-output.ts';
import { plainText } from './plain-report.ts';

export interface ReportFlags {
  json?: boolean;
  all?: boolean;
  price?: number;
  questions: number;
}

/** `documents` are looked up where the knowledge bases are open; without it the page shows passages as the log has them. */
export async function showReport(folder: string, flags: ReportFlags, documents?: DocumentLookup): Promise<void> {
  const scored = await scoreEvaluation(folder, { pricePerMillionTokens: flags.price });
  const files = evaluationFiles(folder);
  await writeFileAtomic(files.report, `${jsonText(scored.report, 2)}\n`);
  const page = await htmlReport(scored, { questions: flags.questions, documents, pictures: smallPicture });
  await writeFileAtomic(files.page, page);
  if (flags.json) process.stdout.write(`${jsonText(scored.report, 2)}\n`);
  else {
    process.stdout.write(plainText(terminalReport(scored.report, { all: flags.all })));
    process.stderr.write(`\nreport: ${resolve(files.page)}\n`);
  }
}

/** A `data:` URL of a picture scaled down; undefined where it cannot be read. */
export async function smallPicture(file: string): Promise<string | undefined> {
  const { default: sharp } = await import('sharp');
  try {
    const bytes = await sharp(await readFile(file))
      .resize({ width: 220, height: 160, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 70 })
      .toBuffer();
    return `data:image/webp;base64,${bytes.toString('base64')}`;
  } catch {
    return undefined;
  }
}
