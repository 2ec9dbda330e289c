/**
 * What npm calls around packing, for `npm pack` and `npm publish` alike. Before: dist/ is made where it is stale, the files of the atlas
 * become one, and package.json loses what only a checkout needs, so that nobody who installs the package runs a script of it. After: the
 * manifest is as it was. Killed in between, `node scripts/pack.mjs after` (or `git checkout package.json`) brings it back.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MANIFEST = join(ROOT, 'package.json');
const KEPT = join(ROOT, 'node_modules', '.package.json.of-the-checkout');
const SHIPPED = ['data/atlas', 'data/wordings', 'models/scorer'];
const ONLY_OF_A_CHECKOUT = ['scripts', 'devDependencies', 'allowScripts', 'overrides'];

/** The manifest that is published. */
export function packedManifest(manifest) {
  return Object.fromEntries(Object.entries(manifest).filter(([field]) => !ONLY_OF_A_CHECKOUT.includes(field)));
}

function before() {
  const { status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(ROOT, 'scripts', 'build.mjs'), '--if-stale'],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  return packShipped().then(() => {
    const text = readFileSync(MANIFEST, 'utf8');
    writeFileSync(KEPT, text);
    writeFileSync(MANIFEST, `${JSON.stringify(packedManifest(JSON.parse(text)), null, 2)}\n`);
  });
}

function after() {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}

/**
 * dist/shipped.br, made anew where a file changed: 44 s, or less where PACK_QUALITY (0 to 11) asks for less. It is kept in .cache, for the
 * build empties dist/. Texts come first, which compress well side by side.
 */
async function packShipped() {
  const archive = join(ROOT, '.cache', 'shipped.br');
  const files = new Map(
    SHIPPED.flatMap(filesBelow)
      .sort((a, b) => Number(isPicture(a)) - Number(isPicture(b)) || (a < b ? -1 : 1))
      .map((path) => [path, readFileSync(join(ROOT, path))]),
  );
  const hash = createHash('sha256');
  for (const [path, bytes] of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  const quality = Number(process.env.PACK_QUALITY ?? 11);
  const stamp = `${hash.digest('hex')} ${quality}\n`;
  const stampFile = `${archive}.sha256`;
  if (!existsSync(archive) || !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    const { packFiles } = await import('../dist/common/packed-files.js');
    mkdirSync(dirname(archive), { recursive: true });
    writeFileSync(archive, packFiles(files, { quality }));
    writeFileSync(stampFile, stamp);
  }
  copyFileSync(archive, join(ROOT, 'dist', 'shipped.br'));
  copyFileSync(stampFile, join(ROOT, 'dist', 'shipped.br.sha256'));
}

const isPicture = (path) => /\.(png|jpg|webp)$/.test(path);

function filesBelow(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const [command] = process.argv[1] === fileURLToPath(import.meta.url) ? process.argv.slice(2) : [];
if (command === 'before') await before();
if (command === 'after') after();
