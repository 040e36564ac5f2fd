import { EMBEDDED_ID_KEY } from '../../environment.ts';
import { fingerprintOf, requireIdKeyOf } from '../../orders/ids/id-key.repository.ts';
import { requireIdKey } from '../../cli/orders-options.ts';
import type { Check } from './check.ts';

/** The configuration can be read; an error of it ends the command before any check. */
export const configuration: Check = {
  name: 'configuration',
  run(context) {
    const { config } = context;
    const found = `${context.shownPath(config.file)}, brands ${config.brands.map((brand) => brand.id).join(', ')}`;
    const advice = config.lake.lookback_days === undefined ? undefined : 'lake.lookback_days is without effect and can be removed, as every batch that the history does not have is read';
    return Promise.resolve({ found, advice });
  },
};

/** The rules can be compiled, and each decides its own examples as it promises: of rules of one's own nothing else says so. */
export const rules: Check = {
  name: 'rules',
  async run(context) {
    const compiled = await context.rules();
    const { checkExamples } = await import('../../enriched/rules/examples.ts');
    const { rulesInvalid } = await import('../../enriched/rules/parse.ts');
    const failed = checkExamples(compiled);
    if (failed.length > 0) throw rulesInvalid(failed.map(({ rule, message, ...place }) => ({ ...place, message: `${rule}: ${message}` })));
    return { found: `version ${compiled.version.slice(0, 16)}` };
  },
};

/** The key of ids that leave the hub is there and long enough. */
export const keys: Check = {
  name: 'keys',
  run: (context) => Promise.resolve({ found: requireIdKey(context.config) === EMBEDDED_ID_KEY ? 'that of embedded databases' : 'HUB_ID_KEY' }),
};

/** The database was filled with that key: with another one every id that left the hub would change. */
export const fingerprint: Check = {
  name: 'fingerprint',
  needs: ['keys', 'migrations'],
  async run(context) {
    const key = requireIdKey(context.config);
    const database = context.unmigratedDatabase();
    const isFilled = await database.read(async (knex) => (await database.dialect.columnsOf(knex, 'key_fingerprints')).length > 0);
    if (!isFilled) return { found: 'no ids yet' };
    await database.read((knex) => requireIdKeyOf(knex, key));
    return { found: `${fingerprintOf(key)}, the key of this database` };
  },
};
