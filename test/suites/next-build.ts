/**
 * The example of a route handler, built by Next.js as its users build it: the package packed, installed in a project of its own and
 * `next build` run there. Not part of `npm test`, because Next.js is no dependency and is fetched from the registry:
 *
 *     node scripts/build.mjs && R1_ROUTER_NEXT=16.4.6 node test/suites/next-build.ts
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const version = process.env.R1_ROUTER_NEXT;
if (version === undefined) {
  console.log('skipped: R1_ROUTER_NEXT does not say which version of next to fetch');
  process.exit(0);
}

const ROOT = resolve(import.meta.dirname, '../..');
const project = mkdtempSync(join(tmpdir(), 'r1-router-next-'));
const run = (command: string, ...options: string[]) =>
  execFileSync(command, options, {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });

try {
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: ROOT, stdio: 'ignore' });
  const { version: own, devDependencies: tested } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
    devDependencies: Record<string, string>;
  };
  const peers = ['@langchain/core', '@langchain/langgraph', '@langchain/langgraph-checkpoint', 'zod'];
  writeFileSync(join(project, 'package.json'), '{"name": "web", "private": true, "type": "module"}');
  run(
    'npm',
    'install',
    '--ignore-scripts',
    '--legacy-peer-deps',
    `./r1-router-${own}.tgz`,
    ...peers.map((name) => `${name}@${tested[name]}`),
    `next@${version}`,
    'react',
    'react-dom',
    'typescript@5',
    '@types/node@24',
    '@types/react',
  );
  cpSync(join(ROOT, 'examples/next'), project, { recursive: true });
  mkdirSync(join(project, 'lib'));
  for (const name of ['custom-knowledge-base', 'parts']) {
    const text = readFileSync(join(ROOT, `examples/${name}.ts`), 'utf8');
    writeFileSync(join(project, 'lib', `${name}.ts`), text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1'"));
  }
  const route = join(project, 'app/api/ask/route.ts');
  writeFileSync(
    route,
    readFileSync(route, 'utf8').replaceAll(/from '(?:\.\.\/)+([\w-]+)\.ts'/g, "from '../../../lib/$1'"),
  );
  writeFileSync(join(project, 'app/page.tsx'), 'export default function Page() { return <p>Ask</p>; }\n');
  writeFileSync(
    join(project, 'app/layout.tsx'),
    `export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
  );
  run(join(project, 'node_modules/.bin/next'), 'build');
  console.log('ok: next build');
} finally {
  rmSync(project, { recursive: true, force: true });
}
