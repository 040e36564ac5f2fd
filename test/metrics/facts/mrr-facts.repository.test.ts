import { beforeAll, expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import { AuditWriter } from '../../../src/engine/records/audit.repository.ts';
import { applyRecords, type RecordChanges } from '../../../src/engine/records/records.repository.ts';
import { readMrrPersons } from '../../../src/metrics/facts/mrr-facts.repository.ts';
import { personMrr, type PersonMrr } from '../../../src/metrics/person-mrr.ts';
import { mrrMovements, subscriptionMrr } from '../../../src/metrics/records/mrr-tables.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { BRANDS } from '../../support/stages/enrich.ts';
import { fill, fixtureLake } from '../../support/stages/orders.ts';
import { dumpTables } from '../../support/databases/tables.ts';
import { mrrVectors } from '../mrr-vectors.ts';
import { personOf, storeVector } from '../stored-vectors.ts';

const clock = testClock();
const SETUP = { pricesIncludeTax: () => true };

const decide = (database: Database, persons: readonly string[]): Promise<PersonMrr[]> =>
  database.read(async (knex) => (await readMrrPersons(database, knex, persons)).map((person) => personMrr(person, SETUP)));

/** Brings the tables of MRR to what derives for these persons. */
async function store(database: Database, persons: readonly string[]): Promise<RecordChanges[]> {
  const decided = await decide(database, persons);
  const segments = decided.flatMap((own) => own.segments);
  const movements = decided.flatMap((own) => own.movements);
  return database.write(async (tx) => {
    const runId = 'run' as RunId;
    const target = { database, tx, audit: new AuditWriter(runId, clock), runId, changeNo: 1, now: clock.now(), write: true, recompute: false };
    const changes: RecordChanges[] = [];
    for (const brand of BRANDS) {
      const own = segments.filter((record) => record.brand === brand);
      changes.push(await applyRecords(target, subscriptionMrr, { brand, keys: own.map(({ account_id: id }) => id) }, own));
    }
    for (const brand of [...BRANDS, '*']) changes.push(await applyRecords(target, mrrMovements, { brand, keys: persons }, movements.filter((record) => record.brand === brand)));
    return changes;
  });
}

describeEachDatabase('the cases of MRR in the tables', (suite) => {
  const persons = mrrVectors.map((_, index) => personOf(index));

  beforeAll(async () => {
    await suite.database.write(async (tx) => {
      for (const [index, vector] of mrrVectors.entries()) await storeVector(tx, vector, index);
    });
    await store(suite.database, persons);
  });

  test('come to the segments and movements that they state', async () => {
    const { subscription_mrr: segments = [], mrr_movements: movements = [] } = await dumpTables(suite.database, [subscriptionMrr.name, mrrMovements.name]);
    for (const [index, vector] of mrrVectors.entries()) {
      const stored = segments.filter((row) => row['person_id'] === personOf(index));
      const found = vector.chains.map(({ chain }) => [
        chain,
        stored
          .filter((row) => row['chain_id'] === `${index}-${chain}`)
          .sort((a, b) => (String(a['from_date']) < String(b['from_date']) ? -1 : 1))
          .map((row) => [row['from_date'], row['to_date'], row['state'], Number(row['mrr'])]),
      ]);
      expect({ name: vector.name, segments: Object.fromEntries(found) as unknown }).toEqual({ name: vector.name, segments: vector.segments });
      const brands = [...new Set(vector.chains.map(({ brand }) => brand)), '*'];
      const isLong = vector.movements.some((movement) => movement.length === 5);
      const wanted = vector.movements.flatMap(([date, kind, amount, currency = 'EUR', scope]) => (isLong ? [scope] : brands).map((brand) => [brand, currency, date, kind, amount].join(' ')));
      const moved = movements.filter((row) => row['person_id'] === personOf(index)).map((row) => [row['brand'], row['currency'], row['movement_date'], row['kind'], row['amount']].join(' '));
      expect({ name: vector.name, movements: moved.sort() }).toEqual({ name: vector.name, movements: wanted.sort() });
    }
  });

  test('are read alike in any chunk and order', async () => {
    const together = await decide(suite.database, persons);
    const alone = [];
    for (const person of persons) alone.push(...(await decide(suite.database, [person])));
    expect(alone).toEqual(together);
    expect(await decide(suite.database, [...persons].reverse())).toEqual([...together].reverse());
  });
});

/** How many subscriptions were active on a day: as test/reconcile/past-days.test.ts has them. */
const ACTIVE = [['2023-12-31', 24], ['2024-06-30', 47], ['2024-12-31', 64], ['2025-06-30', 91], ['2026-02-28', 175]] as const;

describeEachDatabase('the MRR of the example lake', (suite) => {
  let persons: string[] = [];
  let decided: PersonMrr[] = [];

  beforeAll(async () => {
    await suite.empty();
    await fill(suite.database, fixtureLake, clock);
    persons = await suite.database.read((knex) => knex('enriched_accounts').distinct('person_id').orderBy('person_id').pluck<string[]>('person_id'));
    decided = await decide(suite.database, persons);
  }, 180_000);

  test('is there for every active subscription, on any day', () => {
    const segments = decided.flatMap((own) => own.segments);
    const active = (day: string): number => segments.filter(({ state, from_date: from, to_date: to }) => state === 'active' && from <= day && (to === null || day < to)).length;
    expect(ACTIVE.map(([day]) => [day, active(day)])).toEqual(ACTIVE);
    expect(decided.reduce((sum, { coverage }) => sum + coverage.undated, 0)).toBe(0);
  });

  test('is the sum of the movements so far, in each brand and over all', () => {
    for (const scope of [...BRANDS, '*']) {
      for (const day of ['2024-06-30', '2025-12-31', '2026-03-31'] as LocalDate[]) {
        const own = decided.flatMap(({ segments }) => segments).filter(({ brand, from_date: from, to_date: to }) => (scope === '*' || brand === scope) && from <= day && (to === null || day < to));
        const moved = decided.flatMap(({ movements }) => movements).filter((row) => row.brand === scope && row.movement_date <= day);
        const mrr = own.reduce((sum, row) => sum + row.mrr, 0);
        expect(moved.reduce((sum, row) => sum + row.amount, 0)).toBe(mrr);
        expect(mrr).toBeGreaterThan(0);
      }
    }
  });

  test('is stored once: a second run changes nothing', async () => {
    const first = await store(suite.database, persons);
    expect(first.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(decided.reduce((sum, { segments, movements }) => sum + segments.length + movements.length, 0));
    const second = await store(suite.database, persons);
    expect(second.reduce((sum, { inserted, updated, deleted }) => sum + inserted + updated + deleted, 0)).toBe(0);
  });
});
