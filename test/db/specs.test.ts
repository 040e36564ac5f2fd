import { expect, test } from '@jest/globals';

import { audienceMembers, audienceSnapshots } from '../../src/audiences/members/member-table.ts';
import { createTable, dropTable } from '../../src/db/schema.ts';
import { undecidable } from '../../src/engine/records/undecidable.repository.ts';
import { enrichedTables } from '../../src/enriched/records/enriched-tables.ts';
import { leadParams, rawLeads } from '../../src/leads/records/tables.ts';
import { adDayChanges } from '../../src/facts/ads/ad-changes.repository.ts';
import { factChanges } from '../../src/facts/fact-changes.repository.ts';
import { allFactTables } from '../../src/facts/fact-tables.ts';
import { metricMrrDays } from '../../src/metrics/records/aggregate-tables.ts';
import { metricStock } from '../../src/metrics/records/marketing-tables.ts';
import { predictionTables } from '../../src/metrics/records/prediction-tables.ts';
import { revenueFacts } from '../../src/metrics/records/revenue-tables.ts';
import { metricWorkTables } from '../../src/metrics/records/work-tables.ts';
import { orderTables } from '../../src/orders/records/order-tables.ts';
import { erasedRecords, erasures } from '../../src/raw/erasure/erasure-tables.ts';
import { emailSpellings } from '../../src/raw/events/spellings.repository.ts';
import { subjectDeltas } from '../../src/raw/events/subject-deltas.repository.ts';
import { sourceDays } from '../../src/raw/keeping/restated/source-days.repository.ts';
import { apiKeysTable } from '../../src/serve/keys/keys.repository.ts';
import { entities } from '../../src/sources/index.ts';
import { declaredTables } from '../support/databases/declared-tables.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { shapeOf } from '../support/databases/table-shapes.ts';

/** The tables as the code declares them; the migrations hold them as they were made, step by step. */
const specs = await declaredTables();

describeEachDatabase('the migrations', (suite) => {
  test('make each table as the code declares it: columns, types, key and indexes', async () => {
    const { database } = suite;
    const kit = { knex: database.knex, dialect: database.dialect };
    for (const spec of specs) {
      const declared = { ...spec, name: `declared_${spec.name}` };
      await createTable(kit, declared);
      expect(await shapeOf(kit, spec.name)).toEqual(await shapeOf(kit, declared.name));
      await dropTable(kit, declared.name);
    }
  });
});

test('no kind of declaration escapes this comparison', () => {
  const some = [...orderTables, ...predictionTables, ...metricWorkTables, subjectDeltas, emailSpellings, audienceMembers, audienceSnapshots, erasures, erasedRecords, undecidable, sourceDays, factChanges, adDayChanges, ...allFactTables, apiKeysTable];
  const records = [rawLeads, leadParams, revenueFacts, metricMrrDays, metricStock, enrichedTables.products];
  const names = specs.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([...some, ...records].map(({ name }) => name)));
  expect(names).toEqual(expect.arrayContaining(entities.map(({ table }) => table)));
});
