/**
 * The thread that reads PDFs. A damaged file makes pdf.js reject where nobody waits, which would end the process, or run on; here that
 * costs this thread at most.
 */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../../../common/errors.ts';
import type { Parsed } from '../whole-file.ts';
import { parsePdf } from './parse-pdf.ts';

export type PdfAnswer = { parsed: Parsed } | { error: string };

process.on('unhandledRejection', () => {});

const port = parentPort!;
port.on('message', async (bytes: Uint8Array) => {
  let answer: PdfAnswer;
  try {
    answer = { parsed: await parsePdf(bytes) };
  } catch (error) {
    answer = { error: messageOf(error) };
  }
  port.postMessage(answer);
});
