import { expect, test } from '@jest/globals';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { failpoints } from '../../../src/core/failpoint.ts';
import { systemClock } from '../../../src/core/time.ts';
import { testClock } from '../../support/suite/clock.ts';
import { customerLake } from '../../support/rows/customers.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { emailState, eventRow, importEmail, writeEvents } from '../../support/stages/email.ts';
import { workspace, type Workspace } from '../../support/program/hub.ts';
import { fill, ordersState, runStages } from '../../support/stages/orders.ts';
import { purge } from '../../support/stages/purge.ts';
import { dumpTables } from '../../support/databases/tables.ts';

const FAILPOINTS = failpoints.filter((name) => /^purge\./.test(name));
/** Nothing is kept for longer than a day. */
const KEEP = { email_events: 1, email_unsubscribes: 1, changes: 1, audit_log: 1 };
const PURGED = ['raw_changes', 'enriched_changes', 'order_changes', 'email_purged_states'];

/** The same in the configuration. */
function keepNothing(place: Workspace): void {
  const file = join(place.folder, 'hub.config.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^retention:\n(?: .*\n)*/m, ''));
  appendFileSync(file, `retention: ${JSON.stringify(KEEP)}\n`);
}

/** A day long ago. */
async function oldDay(suite: TestDatabase): Promise<void> {
  await suite.empty();
  const clock = testClock('2020-03-01 06:00:00');
  const lake = customerLake('20200301T050000Z', [{ number: 1 }, { number: 2 }]);
  for (const event of ['send', 'open', 'unsubscribe'] as const) writeEvents(lake, event, '20200301T050000Z', [eventRow(event, 1, { OccurredAt: '2020-02-28' }), eventRow(event, 2, { OccurredAt: '2020-02-28' })]);
  await fill(suite.database, lake, clock);
  await importEmail(suite.database, lake, clock);
  await runStages(suite.database, clock);
}

async function state(suite: TestDatabase): Promise<unknown> {
  return [await emailState(suite.database), await ordersState(suite.database), await dumpTables(suite.database, PURGED)];
}

describeEachDatabase('hub purge, killed', (suite) => {
  test('at any commit point and run again leaves what one purge leaves', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'a key of the tests, as long as one must be' });
    keepNothing(place);
    await oldDay(suite);
    expect(await place.hub(['purge', '--no-progress'])).toMatchObject({ code: 0, stderr: '' });
    const clean = await state(suite);
    expect((await dumpTables(suite.database, PURGED))['email_purged_states']).toHaveLength(2);
    expect((await emailState(suite.database))['email_sends']).toEqual([]);

    for (const name of FAILPOINTS.flatMap((each) => [each, `${each}:4`])) {
      await oldDay(suite);
      expect({ name, code: (await place.hub(['purge', '--no-progress'], { HUB_FAILPOINT: name })).code }).toEqual({ name, code: 'SIGKILL' });
      // Only what is killed must be a process; a start takes most of the time of so small a run.
      expect(await purge(suite.database, systemClock, KEEP)).toMatchObject({ status: 'succeeded' });
      expect({ name, state: await state(suite) }).toEqual({ name, state: clean });
    }
  }, 120_000);
});
