/**
 * Curves of trainings and reports of evaluations, as `train` and `eval` write them: HTML files that draw themselves by scripts of
 * their own. They are sent in a sandbox, in which those scripts see nothing of this server. A browser that opens one sends no key;
 * therefore its address cannot be guessed, and is told to whoever may see the list.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { RequestHandler } from 'express';
import { HttpError } from './error-reply.ts';

interface FoundReport {
  title: string;
  /** Below the folder of reports. */
  file: string;
  /** Relative to the page. */
  address: string;
  modifiedAt: string;
  bytes: number;
}

/** Folders below the one that is named, and files that are listed. */
const DEPTH = 4;
const LIMIT = 200;
/** A title stands at the top of the file. */
const HEAD = 2_048;

const SANDBOX =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

const secret = randomBytes(32);
const addressOf = (file: string): string => createHmac('sha256', secret).update(file).digest('hex').slice(0, 40);

/** The newest first. A folder that is not there has none. */
export async function findReports(folder: string): Promise<FoundReport[]> {
  const files = await htmlFiles(resolve(folder), DEPTH);
  const found = await Promise.all(files.slice(0, LIMIT).map((file) => describe(resolve(folder), file)));
  return found
    .flatMap((report) => report ?? [])
    .sort((left, right) => right.modifiedAt.localeCompare(left.modifiedAt) || left.file.localeCompare(right.file));
}

async function htmlFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return entry.name.endsWith('.html') ? [path] : [];
      const hidden = entry.name.startsWith('.') || entry.name === 'node_modules';
      return entry.isDirectory() && depth > 0 && !hidden ? htmlFiles(path, depth - 1) : [];
    }),
  );
  return found.flat().sort();
}

/** Undefined of a file that went while it was looked at. */
async function describe(folder: string, path: string): Promise<FoundReport | undefined> {
  const file = relative(folder, path).split(sep).join('/');
  try {
    const { mtime, size } = await stat(path);
    const title = /<title>([^<]*)<\/title>/.exec(await headOf(path))?.[1] ?? file;
    return {
      title: plain(title),
      file,
      address: `reports/${addressOf(path)}`,
      modifiedAt: mtime.toISOString(),
      bytes: size,
    };
  } catch {
    return undefined;
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The few marks that our own pages escape. */
const plain = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');

export function sendReport(folder: string): RequestHandler<{ address: string }> {
  return async (request, response) => {
    const files = await htmlFiles(resolve(folder), DEPTH);
    const file = files.find((path) => addressOf(path) === request.params.address);
    if (file === undefined) {
      throw new HttpError({
        status: 404,
        code: 'report-missing',
        message: 'no such report; open the list of reports again',
      });
    }
    response.set({ 'Content-Security-Policy': SANDBOX, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    response.sendFile(file, { dotfiles: 'allow' });
  };
}
