/**
 * The folders are the architecture: data flows one way (docs/architecture.md). Each list is in the order of that flow: nothing
 * imports what stands after it. A point stands for the files of the folder itself.
 */
const ORDER = {
  src: [
    ...['core', 'db', 'lake', 'net', 'engine', 'secrets', 'sources', 'raw', 'feeds', 'facts', 'enriched', 'orders', 'leads', 'events', 'webhooks', 'shops', 'metrics', 'audiences', 'relays', 'health', 'alerts', 'digest', 'privacy', 'reconcile', 'served-feeds'],
    ...['serve', 'environment.ts', 'config-file.ts', 'config.ts', 'logger.ts', 'monitoring', 'pages', 'simulators', 'context.ts', 'cli', 'commands', 'main.ts'],
  ],
  'src/core': ['text', 'iso', '.', 'async'],
  'src/lake': ['text', 'port', 'files', 'athena', 's3', 'sources', '.'],
  'src/engine': ['declare', 'runs', 'records', 'stage', '.'],
  'src/sources': ['contract', 'billing', 'email', 'ads', 'inventory', 'streams', 'api', 'platforms', 'extract', '.'],
  'src/raw': ['rows', 'quarantine', 'shift', 'read', 'store', 'events', 'keeping', 'erasure', 'import'],
  'src/raw/rows': ['values', '.'],
  'src/raw/store': ['sort', '.'],
  'src/raw/keeping': ['newest', 'first', 'restated', '.'],
  'src/raw/import': ['problems', '.'],
  'src/feeds': ['format', 'layout', 'profiles', 'declare', 'mapping', 'sniff', 'needs', '.'],
  'src/enriched': ['rules', 'records', 'classify', 'chains', 'facts', 'decide', 'subscribers', '.'],
  'src/orders': ['ids', 'facts', 'ledger', 'records', 'attribution', 'documents', 'assemble', 'history', '.'],
  'src/leads': ['.', 'fields', 'targets', 'routing', 'forms', 'steps', 'records', 'source', 'look-up', 'intake', 'redecide'],
  'src/events': ['scrub', '.', 'intake'],
  'src/webhooks': ['.', 'schemes', 'declare', 'actions', 'intake'],
  'src/shops': ['records', 'decide', 'read', '.'],
  'src/metrics': ['records', 'mrr', 'movements', 'facts', 'revenue', 'cohorts', 'aggregates', 'marketing', 'margin', 'stock', 'prediction', 'models', 'partitions', 'sums', '.', 'explain', 'restated'],
  'src/audiences': ['platforms', 'declare', 'members', 'deliver', '.'],
  'src/relays': ['outbox', 'notices', 'destinations', 'send', '.', 'leads'],
  'src/privacy': ['suppressions', 'retention', 'erasure'],
  'src/reconcile': ['counts', 'ledger', 'mrr', 'metrics', 'ads', 'stored', '.'],
  'src/pages': ['.', 'reconcile', 'report'],
  'src/pages/report': ['declare', 'read', 'restated', 'cohorts', 'revenue', 'subscriptions', 'ltv', 'marketing', 'margin', 'stock', 'week', 'write', 'overview', '.'],
  'src/served-feeds': ['declare', 'query', 'format', 'read'],
  'src/serve': ['knowledge', 'journal', 'publish', 'limits', 'keys', 'capture', 'http', 'feeds', 'openapi', 'runs', 'routes', '.'],
  'src/cli': ['.', 'text', 'outputs'],
  'src/commands': ['checks', 'data', 'serve', 'inspect', 'privacy', 'operate', '.'],
  'fixtures/generate': ['words', 'base', 'lake', 'catalog', 'people', 'billing', 'households', 'exports', 'email', 'truth', '.'],
};

const flow = Object.entries(ORDER).flatMap(([folder, parts]) =>
  parts.slice(0, -1).map((part, index) => ({
    name: `${folder}/${part}-looks-only-backwards`,
    severity: 'error',
    comment: `In ${folder} nothing imports what stands after it: ${parts.join(', ')}.`,
    from: { path: pathOf(folder, part) },
    to: { path: parts.slice(index + 1).map((later) => pathOf(folder, later)).join('|') },
  })),
);

function pathOf(folder, part) {
  if (part === '.') return `^${folder}/[^/]+\\.ts$`;
  return part.endsWith('.ts') ? `^${folder}/${part.replace('.', '\\.')}$` : `^${folder}/${part}/`;
}

module.exports = {
  forbidden: [
    ...flow,
    {
      name: 'every-folder-has-its-place',
      severity: 'error',
      comment: 'A new folder gets its place in the lists above.',
      from: {},
      to: { path: '^src/[^/]+', pathNot: `^src/(${ORDER.src.map((part) => (part.endsWith('.ts') ? `${part.replace('.', '\\.')}$` : `${part}/`)).join('|')})` },
    },
    {
      name: 'migrations-are-frozen',
      severity: 'error',
      comment: 'A migration holds its tables as they were made: it imports nothing that will change.',
      from: { path: '^migrations/' },
      to: { path: '^(src|bin|docs|bench|fixtures)/', pathNot: '^src/(core|db)/' },
    },
    {
      name: 'dialects-stay-in-db',
      severity: 'error',
      comment: 'Database drivers are used in db only; everything else goes through knex and the dialect port.',
      from: { path: '^src/', pathNot: '^src/db/' },
      to: { path: 'node_modules/(better-sqlite3|mysql2)/' },
    },
    {
      name: 'aws-stays-in-clients',
      severity: 'error',
      comment: 'The AWS clients load slowly and do I/O: only *.client.ts files may import them.',
      from: { path: '^src/', pathNot: '\\.client\\.ts$' },
      to: { path: 'node_modules/@aws-sdk/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-tests-in-code',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
