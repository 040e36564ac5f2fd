import { beforeEach, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, customerRows, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { enrich, enrichedState, importAll } from '../support/stages/enrich.ts';
import { workspace } from '../support/program/hub.ts';

const COMMAND = ['enrich', '--as-of', '2026-04-01', '--no-progress'];
const FAILPOINTS = failpoints.filter((name) => /^(run|stage)\./.test(name));

describeEachDatabase('hub enrich, killed', (suite) => {
  beforeEach(() => suite.empty());

  test('at any commit point and run again leaves what a clean run leaves', async () => {
    const lake = customerLake('20260301T050000Z', [{ number: 1 }, { number: 2 }, { number: 3, brand: 'belmont' }]);
    const place = workspace({ HUB_DATABASE_URL: suite.url });
    await importAll(suite.database, lake, testClock());
    expect((await place.hub(COMMAND)).code).toBe(0);
    writeRows(lake, '20260302T050000Z', 'alpina', customerRows({ number: 1, status: 'Suspended', updated: '2026-03-02 04:00:00' }), customerRows({ number: 4 }));
    await importAll(suite.database, lake, testClock());
    expect((await place.hub(COMMAND)).code).toBe(0);
    const clean = await enrichedState(suite.database);

    for (const name of FAILPOINTS) {
      await suite.database.write(async (tx) => {
        for (const table of [...Object.keys(clean), 'stage_marks', 'enrich_owners', 'enrich_neighbours']) await tx(table).delete();
      });
      expect((await place.hub(COMMAND, { HUB_FAILPOINT: name })).code).toBe('SIGKILL');
      // Only what is killed must be a process; a start takes most of the time of so small a run.
      expect(await enrich(suite.database, systemClock)).toMatchObject({ status: 'succeeded' });
      expect(await enrichedState(suite.database)).toEqual(clean);
      expect(await suite.database.read((knex) => knex('enrich_queue'))).toEqual([]);
    }
  }, 120_000);
});
