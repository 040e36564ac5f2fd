import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { createTable, dropTable, type TableSpec } from '../../src/db/schema.ts';
import { audienceMembers, audienceSnapshots, suppressions } from '../../src/audiences/members/member-table.ts';
import { contactStates, firstMessages, purgedStates, subscribers } from '../../src/enriched/subscribers/subscriber-tables.ts';
import { tableNames, tableOf } from '../../src/enriched/records/enriched-tables.ts';
import { metricWorkTables } from '../../src/metrics/records/work-tables.ts';
import { mrrTables } from '../../src/metrics/records/mrr-tables.ts';
import { orderTables } from '../../src/orders/records/order-tables.ts';
import { leadTables } from '../../src/leads/records/tables.ts';
import { aggregateTables } from '../../src/metrics/records/aggregate-tables.ts';
import { predictionTables } from '../../src/metrics/records/prediction-tables.ts';
import { revenueTables } from '../../src/metrics/records/revenue-tables.ts';
import { emailSpellings } from '../../src/raw/events/spellings.repository.ts';
import { subjectDeltas } from '../../src/raw/events/subject-deltas.repository.ts';
import { factChanges } from '../../src/facts/fact-changes.repository.ts';
import { marketingTables } from '../../src/metrics/records/marketing-tables.ts';
import { allFactTables } from '../../src/facts/fact-tables.ts';
import { sourceDays } from '../../src/raw/keeping/restated/source-days.repository.ts';
import { entities } from '../../src/sources/index.ts';
import { erasedRecords, erasures } from '../../src/raw/erasure/erasure-tables.ts';
import { rawTable } from '../../src/raw/rows/table.ts';
import { undecidable } from '../../src/engine/records/undecidable.repository.ts';
import { sourceChanges } from '../../src/raw/store/changes.repository.ts';
import { shopTables } from '../../src/shops/records/tables.ts';
import { secretsTable } from '../../src/secrets/secrets.repository.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { PROJECT } from '../support/program/hub.ts';
import { shapeOf } from '../support/databases/table-shapes.ts';

/** The tables as the code declares them; the migrations hold them as they were made, step by step. */
const specs: readonly TableSpec[] = [
  ...entities.map(rawTable),
  ...tableNames.map(tableOf),
  ...orderTables,
  ...revenueTables,
  ...aggregateTables,
  ...predictionTables,
  ...mrrTables,
  ...metricWorkTables,
  ...leadTables,
  ...[subjectDeltas, emailSpellings, contactStates, subscribers, purgedStates, firstMessages],
  ...[audienceMembers, audienceSnapshots, suppressions],
  ...[erasures, erasedRecords],
  sourceDays,
  factChanges,
  ...marketingTables,
  ...allFactTables,
  undecidable,
  secretsTable,
  sourceChanges,
  ...shopTables,
];

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

test('no table that the code declares is left out of this comparison', async () => {
  const files = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const declaring = files.filter((file) => /: (readonly )?TableSpec(\[\])? =/.test(readFileSync(join(PROJECT, 'src', file), 'utf8')));
  const exported = await Promise.all(declaring.map(async (file) => Object.values((await import(join(PROJECT, 'src', file))) as Record<string, unknown>).flat()));
  const names = exported.flat().filter(isTable).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !specs.some((spec) => spec.name === name))).toEqual([]);
});

function isTable(value: unknown): value is TableSpec {
  return typeof value === 'object' && value !== null && 'columns' in value && 'primaryKey' in value;
}
