import { beforeAll, expect, test } from '@jest/globals';

import { customerLake } from '../support/rows/customers.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { eventRow, writeEvents } from '../support/stages/email.ts';
import { workspace, type HubResult, type Workspace } from '../support/program/hub.ts';
import { forgetOrders, ordersState } from '../support/stages/orders.ts';
import { storedState } from '../support/databases/stored-state.ts';

/** How often each pair meets; `npm run chaos -- --times N` for more. */
const TIMES = Number(process.env['HUB_CHAOS_TIMES'] ?? 2);
/** More than two chunks of them. */
const CUSTOMERS = 300;
const BATCH = '20260301T050000Z';
const MOST_MS = 120_000 + TIMES * 30_000;

/** Two commands that may run at the same time, with how to begin again and what they are to come to. */
interface Pair {
  readonly commands: readonly [string, string];
  readonly undo: (suite: TestDatabase) => Promise<void>;
  readonly state: (suite: TestDatabase) => Promise<unknown>;
}

const imports: Pair = { commands: ['import-email', 'import-billing'], undo: (suite) => suite.empty(), state: ({ database }) => storedState(database) };
const orders: Pair = { commands: ['assemble-orders', 'attribute-refunds'], undo: ({ database }) => forgetOrders(database), state: ({ database }) => ordersState(database) };

describeEachDatabase('two commands at the same time', (suite) => {
  let place: Workspace;

  beforeAll(() => {
    const numbers = Array.from({ length: CUSTOMERS }, (_, index) => index + 1);
    const lake = customerLake(BATCH, numbers.map((number) => ({ number })));
    writeEvents(lake, 'send', BATCH, numbers.map((number) => eventRow('send', number)));
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}`, HUB_ID_KEY: 'k'.repeat(32) });
  });

  // In this order: the orders are made of what the imports have left.
  for (const { commands, undo, state } of [imports, orders]) {
    test(`${commands.join(' and ')} come to the same as one after the other`, async () => {
      if (commands.includes('assemble-orders')) wellEnded(await place.hub(['enrich', '--as-of', '2026-04-01']));
      for (const command of commands) wellEnded(await place.hub([command]));
      const expected = await state(suite);
      for (let time = 1; time <= TIMES; time++) {
        await undo(suite);
        for (const result of await Promise.all(commands.map((command) => place.hub([command])))) wellEnded(result);
        expect(await state(suite)).toEqual(expected);
      }
    }, MOST_MS);
  }
});

function wellEnded({ code, stderr }: HubResult): void {
  expect({ code, stderr }).toMatchObject({ code: 0 });
}
