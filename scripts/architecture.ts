/**
 * The picture in ARCHITECTURE.md, drawn from the imports of src/: which room uses which. An arrow that follows from others is left out, so
 * that what is over what can be seen. `node scripts/architecture.ts` draws it, `--check` fails where it is not what it would draw.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FILE = join(ROOT, 'ARCHITECTURE.md');
const BEGIN = '<!-- drawn by scripts/architecture.ts from the imports of src/ -->';
const END = '<!-- end of the picture -->';

/** What each room is, beside its name. */
const WORDS: Readonly<Record<string, string>> = {
  cli: 'commands',
  server: 'HTTP, OpenAI, MCP, page',
  config: 'settings to a router',
  train: 'Step-GRPO, rollouts, exports',
  eval: 'metrics, methods, reports',
  offline: 'answers without a language model',
  'causal-lm': 'decoder, sampler',
  graph: 'the state machine and its seams',
  tools: 'knowledge bases, stores, ingestion',
  engine: 'ONNX graphs, gradients',
  common: 'errors, randomness, hashes',
  test: 'fakes',
};
/** Everybody imports it; arrows to it say nothing. */
const COMMON = 'common';

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"](\.{1,2}\/[^'"\n]+)['"]/g;

type Graph = Map<string, Set<string>>;

/** Rooms with the rooms that their files import from. */
function roomImports(): Graph {
  const rooms: Graph = new Map();
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /^[^/]+\/.*\.tsx?$/.test(file));
  for (const file of files) {
    const room = roomOf(file);
    const to = rooms.get(room) ?? new Set();
    rooms.set(room, to);
    for (const [, path = ''] of readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(IMPORT)) {
      const target = roomOf(posix.join(posix.dirname(file), path));
      if (target !== room && target !== '') to.add(target);
    }
  }
  for (const targets of rooms.values()) for (const target of targets) if (!rooms.has(target)) targets.delete(target);
  return rooms;
}

const roomOf = (file: string): string => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');

/** Without an arrow to what another target leads to anyway. */
function reduced(rooms: Graph): Graph {
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(rooms.get(from) ?? [])].some(
      (next) => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
    );
  return new Map(
    [...rooms].map(([room, targets]) => [
      room,
      new Set(
        [...targets].filter((target) => ![...targets].some((other) => other !== target && reaches(other, target))),
      ),
    ]),
  );
}

function picture(rooms: Graph): string {
  const names = [...rooms.keys()].sort();
  const unknown = names.filter((name) => WORDS[name] === undefined);
  if (unknown.length > 0) throw new Error(`architecture: say in WORDS what ${unknown.join(', ')} is`);
  // Mermaid has words of its own, `graph` among them.
  const id = (name: string) => `room_${name.replaceAll('-', '_')}`;
  const nodes = names.map((name) => `  ${id(name)}["<b>${name}</b><br/>${WORDS[name]}"]`);
  const arrowsOf = reduced(rooms);
  const arrows = names.flatMap((name) =>
    [...arrowsOf.get(name)!]
      .filter((to) => to !== COMMON)
      .sort()
      .map((to) => `  ${id(name)} --> ${id(to)}`),
  );
  return ['```mermaid', 'flowchart TD', ...nodes, ...arrows, '```'].join('\n');
}

const text = readFileSync(FILE, 'utf8').replaceAll('\r\n', '\n');
const [before, rest = ''] = text.split(BEGIN);
const after = rest.split(END)[1];
if (before === undefined || after === undefined)
  throw new Error(`architecture: ${FILE} has lost the marks of its picture`);
const drawn = `${before}${BEGIN}\n${picture(roomImports())}\n${END}${after}`;
if (!process.argv.includes('--check')) writeFileSync(FILE, drawn);
else if (drawn !== text) {
  process.stderr.write('ARCHITECTURE.md does not show the rooms as they are: run node scripts/architecture.ts\n');
  process.exitCode = 1;
}
