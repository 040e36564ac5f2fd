/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: { '^fast-check$': '<rootDir>/test/support/suite/fast-check.ts' },
  globalSetup: '<rootDir>/test/support/suite/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/suite/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/suite/no-leaks.ts'],
  testTimeout: 30_000,
  maxWorkers: 2,
  // Modules of files that are done stay in memory, which slows down all that follow: at 2 GB a file took ten times as long.
  workerIdleMemoryLimit: '800MB',
};
