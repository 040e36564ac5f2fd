import fc from '../../../node_modules/fast-check/lib/fast-check.js';

// What tests import as 'fast-check' (jest.config.js maps it): the same commit tries the same inputs wherever it runs, so
// that whatever fails in CI fails everywhere. To look for others: HUB_TEST_SEED=random, or the seed of a failure.
const { HUB_TEST_SEED: seed = '20261129' } = process.env;
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });

export * from '../../../node_modules/fast-check/lib/fast-check.js';
export default fc;
