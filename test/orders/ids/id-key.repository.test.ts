import { beforeEach, expect, test } from '@jest/globals';

import { fingerprintOf, idKeyState, idKeyUse, replaceIdKey } from '../../../src/orders/ids/id-key.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { customerLake } from '../../support/rows/customers.ts';
import { ID_KEY, fill, ordersState, runStage, runStages } from '../../support/stages/orders.ts';

const OTHER = 'another key that is long enough too';
const FIRST = '20260320T050000Z';

test('a fingerprint tells keys apart, and is always the same', () => {
  expect(fingerprintOf(ID_KEY)).toBe(fingerprintOf(ID_KEY));
  expect(fingerprintOf(ID_KEY)).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprintOf(OTHER)).not.toBe(fingerprintOf(ID_KEY));
});

describeEachDatabase('the key of ids', (suite) => {
  const state = (key: string): Promise<string> => suite.database.read((knex) => idKeyState(knex, key));

  beforeEach(async () => {
    await suite.empty();
    await fill(suite.database, customerLake(FIRST, [{ number: 1 }, { number: 2 }]), testClock());
  });

  test('is kept by the first run that makes ids, not by a dry run', async () => {
    await runStage(suite.database, testClock(), 'assemble-orders', { dryRun: true });
    expect(await state(OTHER)).toBe('new');
    await runStage(suite.database, testClock(), 'assemble-orders');
    expect([await state(ID_KEY), await state(OTHER)]).toEqual(['same', 'another']);
  });

  test('is refused if it is another one, and nothing changes', async () => {
    await runStages(suite.database, testClock());
    const before = await ordersState(suite.database);
    for (const dryRun of [true, false]) {
      await expect(runStage(suite.database, testClock(), 'assemble-orders', { idKey: OTHER, dryRun })).rejects.toMatchObject({ kind: 'configuration', code: 'id_key_changed' });
    }
    expect(await ordersState(suite.database)).toEqual(before);
  });

  test('is told by the stored ids where no fingerprint was kept yet', async () => {
    await runStages(suite.database, testClock());
    await suite.database.write((tx) => tx('key_fingerprints').delete());
    expect([await state(ID_KEY), await state(OTHER)]).toEqual(['same', 'another']);
    await expect(runStage(suite.database, testClock(), 'attribute-refunds', { idKey: OTHER })).rejects.toMatchObject({ code: 'id_key_changed' });
  });

  test('can be replaced: then everything gets its new id, once', async () => {
    await runStages(suite.database, testClock());
    expect(await suite.database.read((knex) => idKeyUse(knex))).toEqual({ persons: 2, orders: 2, documents: 2 });
    const clock = testClock();
    await suite.database.write((tx) => replaceIdKey(tx, OTHER, clock.now()));
    const [report] = await runStages(suite.database, clock, undefined, { idKey: OTHER });
    expect(report?.totals).toMatchObject({ changed_fields: { 'orders.public_id': 2, 'persons.public_id': 2 } });
    await expect(runStage(suite.database, clock, 'assemble-orders')).rejects.toMatchObject({ code: 'id_key_changed' });
  });
});
