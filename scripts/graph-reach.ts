/**
 * What `createRouterGraph` loads, as dependency-cruiser sees it, types included: nothing of src/offline, and no more of src/graph
 * than can be read in an afternoon. Prints the figures and fails where one is exceeded; part of `npm run lint`.
 *
 *   node scripts/graph-reach.ts [FOLDER]     FOLDER holds src/ and .dependency-cruiser.mjs, default this repository
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const ENTRY = 'src/graph/graph.ts';
/** Lines of src/graph that may be reached from the entry, comments and empty lines included. */
const CEILING = 3_000;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CruiseSchema = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({ error: z.number(), violations: z.array(z.object({ rule: z.object({ name: z.string() }) })) }),
});

const folder = resolve(process.argv[2] ?? ROOT);
const cruise = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
    ENTRY,
    '--config',
    join(ROOT, '.dependency-cruiser.mjs'),
    '--output-type',
    'json',
  ],
  { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
);
if (cruise.stdout === '') throw new Error(`dependency-cruiser said nothing: ${cruise.stderr}`);
const { modules, summary } = CruiseSchema.parse(JSON.parse(cruise.stdout));
const reached = (room: string) => modules.map(({ source }) => source).filter((file) => file.startsWith(`src/${room}/`));

const graph = reached('graph');
const lines = graph.reduce((sum, file) => sum + readFileSync(join(folder, file), 'utf8').split('\n').length - 1, 0);
const offline = reached('offline');
const rules = [...new Set(summary.violations.map(({ rule }) => rule.name))];
console.log(
  `${ENTRY} reaches ${graph.length} files of src/graph with ${lines} lines (at most ${CEILING}), ${offline.length} files of src/offline`,
);
for (const file of offline) console.log(`  ${file}`);
if (rules.length > 0) console.log(`  broken rules: ${rules.join(', ')}`);
process.exitCode = lines > CEILING || offline.length > 0 || rules.length > 0 ? 1 : 0;
