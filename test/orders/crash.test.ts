import { beforeEach, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, customerRows, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { workspace } from '../support/program/hub.ts';
import { BOTH, ID_KEY, fill, forgetOrders, invoiceRows, ordersState, refundRows, runStage } from '../support/stages/orders.ts';

const FAILPOINTS = failpoints.filter((name) => /^(run|stage)\./.test(name));

describeEachDatabase('hub assemble-orders and attribute-refunds, killed', (suite) => {
  beforeEach(() => suite.empty());

  test('at any commit point and run again leave what clean runs leave', async () => {
    const clock = testClock();
    const lake = customerLake('20260301T050000Z', [{ number: 1 }, { number: 2 }, { number: 3, brand: 'belmont' }]);
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: ID_KEY });
    const run = async (command: string): Promise<void> => expect(await place.hub([command, '--no-progress'])).toMatchObject({ code: 0, stderr: '' });
    await fill(suite.database, lake, clock);
    for (const command of BOTH) await run(command);
    const changed = { number: 1, status: 'Suspended', updated: '2026-03-02 04:00:00' };
    writeRows(lake, '20260302T050000Z', 'alpina', customerRows(changed), customerRows({ number: 4 }), invoiceRows(1, 1, '2026-01-20', '30.00'), refundRows(1, 2, '2026-02-20', '35.00'));
    await fill(suite.database, lake, clock);
    for (const command of BOTH) await run(command);
    const clean = await ordersState(suite.database);
    expect(clean['credit_notes']).toHaveLength(5);

    for (const name of FAILPOINTS) {
      await forgetOrders(suite.database);
      for (const command of BOTH) {
        expect((await place.hub([command, '--no-progress'], { HUB_FAILPOINT: name })).code).toBe('SIGKILL');
        // Only what is killed must be a process; a start takes most of the time of so small a run.
        expect(await runStage(suite.database, systemClock, command)).toMatchObject({ status: 'succeeded' });
      }
      expect({ name, state: await ordersState(suite.database) }).toEqual({ name, state: clean });
      const versions = await suite.database.read((knex) => knex<{ version: number }>('order_documents').pluck('version'));
      expect({ name, versions: versions.sort() }).toEqual({ name, versions: [1, 1, 1, 1, 2, 2, 2, 2] });
      expect(await suite.database.read((knex) => knex('order_queue'))).toEqual([]);
    }
  }, 180_000);
});
