/**
 * The one-way imports of ARCHITECTURE.md, as a check: cli, server, train, eval -> graph -> tools -> common. `npm run lint` fails
 * on an import that points the other way.
 */

const room = (name) => `^src/${name}/`;

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
    mayImport('graph', 'tools'),
    mayImport('tracing', 'graph', 'tools'),
    {
      ...mayImport('config', 'graph', 'tools', 'train/models/causal-lm'),
      comment: 'src/config may import graph and tools, and of src/train the decoder, which serves as a policy',
    },
    {
      ...mayImport('train', 'graph', 'tools', 'tracing', 'eval/metrics', 'eval/statistics', 'eval/datasets'),
      comment:
        'src/train may import graph and tools, and of src/eval the pure parts only: metrics, statistics, datasets',
    },
    mayImport('eval', 'graph', 'tools', 'tracing'),
    mayImport('server', 'graph', 'tools', 'tracing', 'config'),
    mayImport('cli', 'graph', 'tools', 'tracing', 'config', 'eval', 'train', 'server'),
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'what ships may not import a development dependency',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node'],
    },
  },
};
