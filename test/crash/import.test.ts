import { beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock } from '../../src/core/time.ts';
import { billingEntities } from '../../src/sources/index.ts';
import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { describeEachDatabase, describeMysql, type TestDatabase } from '../support/databases/databases.ts';
import { addRefusedBatch, eventfulLake, largeLake, smallLake } from '../support/lakes/eventful-lake.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { importLake } from '../support/stages/import.ts';
import type { TestLake } from '../support/lakes/lake.ts';
import { halfStored, storedState } from '../support/databases/stored-state.ts';

const BRANDS = ['alpina', 'belmont'];
const IMPORT = ['import-billing', '--brand', ...BRANDS, '--max-rejects', '10%'];
/** Commit points of the same loop are tried at a later feed too. */
const LATER_PASSES = ['import.chunk.written:2', 'import.history.written:3', 'import.batch.committed:2', 'import.batch.opened:3'];
/** Two groups of the batches' rows, in the order of their keys. */
const LARGE_PASSES = ['import.chunk.written:1', 'import.chunk.written:2', 'import.history.written:1', 'import.batch.committed:1'];
/** Where in a run of about half a second the process is killed; some of it is the start of Node. */
const KILL_AFTER_MS = [200, 280, 350, 430];

const own = failpoints.filter((name) => /^(run|lock|import)\./.test(name));

test('every failpoint belongs to a crash test', () => {
  // A stage that adds commit points adds test/crash/<stage>.test.ts, with its prefix here.
  expect(failpoints.filter((name) => !own.includes(name) && !/^(stage|metrics|subscribers|audiences|alerts|digest|relays|forget|purge|extract|secrets|facts|intake|webhooks)\./.test(name))).toEqual([]);
});

describeEachDatabase('an import killed at a commit point', (suite) => {
  const { place, clean, runAgain } = prepare(suite, addRefusedBatch(eventfulLake()));

  for (const point of [...own, ...LATER_PASSES]) {
    test(`${point}: a second run leaves the tables of a clean one`, async () => {
      await suite.empty();
      const killed = await place().hub(IMPORT, { HUB_FAILPOINT: point });
      expect(killed.code).toBe('SIGKILL');
      expect(await halfStored(suite.database)).toEqual([]);
      expect(await runAgain()).toBe('refused');
      expect(await storedState(suite.database)).toEqual(clean());
    });
  }
});

describeEachDatabase('an import of a large batch into a feed with a history, killed at a commit point', (suite) => {
  const lake = largeLake();
  const begin = async (): Promise<void> => {
    await importLake(suite.database, smallLake(), systemClock, { brands: BRANDS });
  };
  const { place, clean, runAgain } = prepare(suite, lake, begin);

  for (const point of LARGE_PASSES) {
    test(`${point}: a second run leaves the tables of a clean one`, async () => {
      await suite.empty();
      await begin();
      expect((await place().hub(IMPORT, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
      expect(await halfStored(suite.database)).toEqual([]);
      expect(await runAgain()).toBe('succeeded');
      expect(await storedState(suite.database)).toEqual(clean());
    });
  }
});

describeEachDatabase('an import killed at any moment', (suite) => {
  const { place, clean } = prepare(suite, eventfulLake());

  test('several times in a row, then run to its end, leaves the tables of a clean one', async () => {
    await suite.empty();
    for (const moment of KILL_AFTER_MS) {
      const running = place().start(IMPORT);
      await sleep(moment);
      running.child.kill('SIGKILL');
      await running.ended;
      expect(await halfStored(suite.database)).toEqual([]);
    }
    expect((await place().hub(IMPORT)).code).toBe(0);
    expect(await storedState(suite.database)).toEqual(clean());
  });
});

describeEachDatabase('imports at the same time', (suite) => {
  const { place, clean } = prepare(suite, eventfulLake());

  test('of the same brands: one waits in vain or comes second, and the tables are those of a clean run', async () => {
    await suite.empty();
    const both = await Promise.all([place().hub(IMPORT), place().hub(IMPORT)]);
    const codes = both.map((result) => result.code);
    expect(codes).toContain(0);
    expect([0, 4]).toEqual(expect.arrayContaining(codes));
    expect(await storedState(suite.database)).toEqual(clean());
  });
});

describeMysql('shards at the same time', (suite) => {
  const { place, clean } = prepare(suite, eventfulLake());

  test('leave the tables of one clean run, whatever order their batches came in', async () => {
    await suite.empty();
    const shards = await Promise.all([1, 2, 3].map((index) => place().hub([...IMPORT, '--shard', `${index}/3`])));
    expect(shards.map((result) => result.code)).toEqual([0, 0, 0]);
    const { raw_accounts: accounts, raw_invoices: invoices, rejected_rows: rejects, row_repairs: repairs } = await storedState(suite.database);
    // How a row was counted depends on the order of the batches; what is stored does not.
    expect({ accounts, invoices, rejects, repairs }).toEqual({
      accounts: clean()['raw_accounts'],
      invoices: clean()['raw_invoices'],
      rejects: clean()['rejected_rows'],
      repairs: clean()['row_repairs'],
    });
  });
});

describe('the reference run', () => {
  test('has everything happen that an import stores', async () => {
    const lake = addRefusedBatch(eventfulLake());
    const result = await workspace({ HUB_LAKE_URL: `file:${lake.root}` }).hub([...IMPORT, '--output', 'json', '--dry-run']);
    const { totals } = result.json() as { totals: Record<string, number> };
    const silent = Object.entries(totals).filter(([name, count]) => count === 0 && !['bytes_scanned', 'unread'].includes(name));
    expect(silent).toEqual([]);
  });
});

/** The tables that a clean run leaves, the place for the runs that are compared with it, and the run after one that was killed. */
function prepare(
  suite: TestDatabase,
  lake: TestLake,
  begin: () => Promise<void> = () => Promise.resolve(),
): { place: () => Workspace; clean: () => Record<string, string[]>; runAgain: () => Promise<string> } {
  let place: Workspace | undefined;
  let clean: Record<string, string[]> = {};
  beforeAll(async () => {
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}` });
    await begin();
    const result = await place.hub(IMPORT);
    if (result.code !== 0 && result.code !== 3) throw new Error(`The clean run ended with ${result.code}: ${result.stderr}`);
    clean = await storedState(suite.database);
  });
  return {
    place: () => {
      if (place === undefined) throw new Error('The place is there inside tests only.');
      return place;
    },
    clean: () => clean,
    runAgain: async () => {
      const request = { brands: BRANDS, entities: billingEntities, rejectLimit: parseRejectLimit('10%') };
      return (await importLake(suite.database, lake, systemClock, request)).report.status;
    },
  };
}
