/**
 * The pages against the code: what README, ARCHITECTURE and docs point at, and import from the package, must be there. What they type
 * on the command line is checked in commands.test.ts. Whether their sentences are true is for people to read.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { allPages, codeBlocks, ROOT } from '../../scripts/docs/pages.ts';
import * as evaluation from '../../src/eval/index.ts';
import * as root from '../../src/index.ts';
import * as offline from '../../src/offline/index.ts';
import * as server from '../../src/server/index.ts';
import * as fakes from '../../src/test/index.ts';
import * as contract from '../../src/tools/contract/index.ts';
import * as tools from '../../src/tools/index.ts';
import * as localQdrant from '../../src/tools/stores/local-qdrant/index.ts';
import * as train from '../../src/train/index.ts';

const PAGES = allPages();

/** Names that GitHub gives to the headings of a page; the second of a name gets `-1`, and so on. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  const bare = page.replace(/^(`{3,})[\s\S]*?^\1\s*$/gm, '');
  for (const [, heading = ''] of bare.matchAll(/^#+ (.*)$/gm)) {
    const name = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    anchors.add(before === 0 ? name : `${name}-${before}`);
  }
  return anchors;
}

test.each(PAGES)('$name: every file and heading it points at is there', ({ name, text }) => {
  const bare = text.replace(/^(`{3,})[\s\S]*?^\1\s*$/gm, '');
  const targets = [...bare.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const missing = targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? join(ROOT, name) : join(dirname(join(ROOT, name)), file);
    if (!existsSync(path)) return true;
    if (anchor === undefined) return false;
    return !statSync(path).isFile() || !anchorsOf(readFileSync(path, 'utf8')).has(anchor);
  });
  expect(missing).toEqual([]);
});

test('pages that sources, benches, scripts and other files name are there', () => {
  const files = ['SECURITY.md', 'CHANGELOG.md', 'qdrant/README.md', 'models/scorer/README.md', 'data/atlas/README.md'];
  for (const folder of ['src', 'bench', 'scripts', 'python', 'examples']) {
    const below = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    files.push(...below.filter((path) => /\.(?:tsx?|mjs|py|html|md)$/.test(path)).map((path) => `${folder}/${path}`));
  }
  const missing = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?<![\w/.-])docs\/[\w/-]+\.md/g)]
      .filter(([page]) => !existsSync(join(ROOT, page)))
      .map(([page]) => `${file}: ${page}`),
  );
  expect(missing).toEqual([]);
});

test.each(PAGES)('$name: what its examples import from the package is exported', ({ text }) => {
  const doors: Record<string, object> = {
    'r1-router': root,
    'r1-router/tools': tools,
    'r1-router/offline': offline,
    'r1-router/train': train,
    'r1-router/eval': evaluation,
    'r1-router/server': server,
    'r1-router/contract': contract,
    'r1-router/test': fakes,
    'r1-router/local-qdrant': localQdrant,
  };
  const missing: string[] = [];
  for (const code of codeBlocks(text, /^ts$/)) {
    for (const [, names = '', door = ''] of code.matchAll(/^import \{([^}]*)\} from '(r1-router[^']*)';/gm)) {
      for (const name of names.split(',').map((written) => written.trim().replace(/ as .*$/, ''))) {
        if (name === '' || name.startsWith('type ')) continue; // types are gone at run time
        if (!(name in (doors[door] ?? {}))) missing.push(`${name} from ${door}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

test.each(PAGES)('$name: its JSON is JSON', ({ text }) => {
  const parses = (json: string): boolean => {
    try {
      JSON.parse(json);
      return true;
    } catch {
      return false;
    }
  };
  const wrong = codeBlocks(text, /^json$/).filter((code) => !parses(code) && !code.trim().split('\n').every(parses));
  expect(wrong).toEqual([]);
});

test('the oldest Node is the same in the package, at the start of the command line and in the README', () => {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  const [, major, minor] = /OLDEST = \[(\d+), (\d+)\]/.exec(read('src/cli/main.ts')) ?? [];
  expect(engines.node).toBe(`>=${major}.${minor}`);
  expect(read('README.md')).toContain(`Node ${major}.${minor} or newer`);
});
