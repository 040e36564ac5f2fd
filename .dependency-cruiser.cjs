/** The folders are the architecture: data flows one way (DESIGN, "Flow"). */
const stages = ['lake', 'raw', 'enriched', 'orders', 'destinations'];

/** A stage may import itself, the stages before it and the base; nothing may import what comes after it. */
const flow = stages.map((stage, index) => ({
  name: `${stage}-looks-only-backwards`,
  severity: 'error',
  comment: 'Stages import only the stages before them, plus core, db, net and runs.',
  from: { path: `^src/${stage}/` },
  to: { path: `^src/(${[...stages.slice(index + 1), 'commands'].join('|')})/|^src/[^/]+\\.ts$` },
}));

module.exports = {
  forbidden: [
    ...flow,
    {
      name: 'core-is-a-leaf',
      severity: 'error',
      comment: 'core holds what everything else stands on.',
      from: { path: '^src/core/' },
      to: { path: '^(src|migrations)/', pathNot: '^src/core/' },
    },
    {
      name: 'db-knows-only-core',
      severity: 'error',
      comment: 'The dialects know no tables.',
      from: { path: '^src/db/' },
      to: { path: '^(src|migrations)/', pathNot: '^src/(core|db)/' },
    },
    {
      name: 'net-knows-only-core',
      severity: 'error',
      comment: 'Calling other hosts, whoever calls them and whatever for.',
      from: { path: '^src/net/' },
      to: { path: '^(src|migrations)/', pathNot: '^src/(core|net)/' },
    },
    {
      name: 'runs-knows-only-core-and-db',
      severity: 'error',
      comment: 'Run records, locks, history and audit serve every stage.',
      from: { path: '^src/runs/' },
      to: { path: '^(src|migrations)/', pathNot: '^src/(core|db|runs)/' },
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
    {
      name: 'commands-are-the-top',
      severity: 'error',
      comment: 'Only main.ts and the commands themselves import commands.',
      from: { path: '^src/', pathNot: '^src/(commands/|main\\.ts$)' },
      to: { path: '^src/commands/' },
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
