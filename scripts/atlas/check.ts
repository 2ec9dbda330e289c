/**
 * Verifies every byte of data/atlas against its manifest; with --rebuild also builds the world anew in memory and compares
 * (about a minute). Run `npm run atlas:check [-- --rebuild]`; exits 1 and names each file that differs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderChecksum, ManifestSchema, sha256 } from './manifest.ts';

/** One line for each file that is missing or differs. */
export function checkAtlas(folder: string): string[] {
  const problems: string[] = [];
  const at = (name: string) => path.join(folder, ...name.split('/'));
  const manifest = ManifestSchema.parse(JSON.parse(readFileSync(at('manifest.json'), 'utf8')));
  const files = [...manifest.knowledgeBases.flatMap((base) => base.files), ...manifest.questions];
  for (const file of [...files, ...manifest.notices]) {
    try {
      const bytes = readFileSync(at(file.path));
      if (sha256(bytes) !== file.sha256 || bytes.length !== file.bytes) {
        problems.push(`${file.path}: checksum differs from the manifest`);
      }
    } catch {
      problems.push(`${file.path}: cannot be read`);
    }
  }
  for (const pictures of [...files, ...manifest.queries].flatMap((file) => file.pictures ?? [])) {
    const members = readdirSync(at(pictures.folder)).map((name) => ({
      name,
      bytes: readFileSync(path.join(at(pictures.folder), name)),
    }));
    if (folderChecksum(members).sha256 !== pictures.sha256) {
      problems.push(`${pictures.folder}: the pictures differ from the manifest`);
    }
  }
  return problems;
}

/** One line for each file that a new build would write otherwise. */
async function compareRebuild(folder: string): Promise<string[]> {
  const { build } = await import('./build.ts');
  const { files } = await build();
  const differs = files.filter((file) => !readFileSync(path.join(folder, ...file.path.split('/'))).equals(file.bytes));
  return differs.map((file) => `${file.path}: a new build gives other bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'data', 'atlas');
  const problems = checkAtlas(folder);
  if (process.argv.includes('--rebuild')) problems.push(...(await compareRebuild(folder)));
  for (const problem of problems) console.error(`atlas: ${problem}; run npm run atlas:build`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('atlas: every file has the checksum of the manifest');
}
