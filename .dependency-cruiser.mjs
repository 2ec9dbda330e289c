/**
 * The one-way imports of ARCHITECTURE.md, as a check: cli, server, train, eval, config -> offline, causal-lm -> graph -> tools ->
 * common, and train, causal-lm -> engine -> common. `npm run lint` fails on an import that points the other way.
 */

const room = (name) => `^src/${name}/`;
const PAGE = '^src/server/ui/';
/** A type of names alone, which page and server share. */
const PAGE_PART = '^src/server/page-part\\.ts$';

/** What `train` may know of `eval`: nothing that runs an evaluation. */
const pureParts = ['eval/metrics', 'eval/statistics', 'eval/datasets'];

/** Everything outside of these rooms (and of src/common) is out of bounds for the room. */
const mayImport = (from, ...to) => ({
  name: `${from}-imports`,
  severity: 'error',
  comment: `src/${from} may import ${to.join(', ') || 'nothing of ours but src/common'}`,
  from: { path: room(from) },
  to: { path: '^src/', pathNot: [room(from), room('common'), ...to.map(room)] },
});

export default {
  forbidden: [
    mayImport('common'),
    mayImport('tools'),
    mayImport('engine'),
    mayImport('graph', 'tools'),
    mayImport('offline', 'graph', 'tools'),
    mayImport('causal-lm', 'graph', 'tools', 'engine'),
    mayImport('config', 'graph', 'tools', 'offline', 'causal-lm'),
    {
      ...mayImport('train', 'graph', 'tools', 'offline', 'causal-lm', 'engine', ...pureParts),
      comment: `src/train may import graph, tools, offline, causal-lm, engine, and of src/eval the pure parts: ${pureParts.join(', ')}`,
    },
    mayImport('eval', 'graph', 'tools', 'offline'),
    mayImport('test', 'graph', 'tools'),
    mayImport('server', 'graph', 'tools', 'config'),
    mayImport('cli', 'graph', 'tools', 'offline', 'causal-lm', 'engine', 'config', 'eval', 'train', 'server'),
    {
      name: 'the-graph-reads-no-english',
      severity: 'error',
      comment: 'nothing reachable from createRouterGraph may lie in src/offline',
      from: { path: '^src/graph/graph\\.ts$' },
      to: { path: '^src/offline/', reachable: true },
    },
    {
      name: 'no-fakes-in-what-runs',
      severity: 'error',
      comment: 'src/test holds fakes for tests; nothing else of src may import them',
      from: { path: '^src/', pathNot: room('test') },
      to: { path: room('test') },
    },
    {
      name: 'english-has-one-door',
      severity: 'error',
      comment: 'policies, answerer and everybody else know a language through src/offline/language.ts',
      from: { path: '^src/', pathNot: '^src/offline/(english|candidates|reader|files)/' },
      to: { path: '^src/offline/english/', pathNot: '^src/offline/english/english\\.ts$' },
    },
    {
      name: 'the-page-is-a-client',
      severity: 'error',
      comment: 'the page knows the server by its API alone, and the server the page by its files',
      from: { path: PAGE },
      to: { path: '^src/', pathNot: [PAGE, PAGE_PART] },
    },
    { name: 'nothing-imports-the-page', severity: 'error', from: { path: '^src/', pathNot: PAGE }, to: { path: PAGE } },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'what ships may not import a development dependency; the page and the client of Qdrant are built in',
      from: { path: '^src/', pathNot: PAGE },
      to: {
        path: 'node_modules',
        pathNot: 'node_modules/@qdrant/js-client-rest/',
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm-peer'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
    },
  },
};
