import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { Database } from '../../../src/db/database.ts';
import { runForget } from '../../../src/privacy/erasure/run-forget.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testSourceLake, type TestSourceLake } from '../../support/lakes/source-lake.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { testClock } from '../../support/suite/clock.ts';

const EMAIL = 'xaverine.quellmann@mail.example';
const HASH = sha256Hex(EMAIL);
/** Writes of a run before its work: a lock, its record, and the look at the others. */
const WRITES_BEFORE = 3;
const order = { id: 'gid://shopify/Order/1', name: '#1', createdAt: '2026-11-20T10:00:00Z', updatedAt: '2026-11-20T10:00:00Z', currencyCode: 'EUR', email: EMAIL, totalPriceSet: { shopMoney: { amount: '49.90' } } };

/** A promise with what resolves it. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

describeEachDatabase('hub forget beside a run that begins', (suite) => {
  beforeEach(() => suite.empty());
  const persons = (): Promise<(string | null)[]> => suite.database.read((knex) => knex<{ person_id: string | null }>('shop_orders').pluck('person_id'));
  const forget = (database: Database) => runForget({ database, clock: testClock(), version: '1', signal: new AbortController().signal }, { emailSha256: HASH, brands: ['alpina'], dryRun: false });
  const put = async (): Promise<TestSourceLake> => {
    const lake = testSourceLake();
    await lake.put({ name: 'shopify/orders/shop/20261121T100000Z', records: [order] });
    return lake;
  };

  test('refuses while an import that began after its first look holds facts of the person that are not written yet, and nothing comes back', async () => {
    const [lake, derived, release] = [await put(), signal(), signal()];
    await importSources(suite.database, lake, testClock());
    // As an import leaves it that was killed before its facts.
    await suite.database.write(async (tx) => {
      await tx('shop_orders').delete();
      await tx('stage_marks').delete();
    });
    // The import stops between deriving a page of facts and writing it.
    const importing: Database = {
      ...suite.database,
      snapshot: async (work, options) => {
        const found = await suite.database.snapshot(work, options);
        if (typeof found === 'object' && found !== null && 'records' in found) {
          derived.give();
          await release.given;
        }
        return found;
      },
    };
    let writes = 0;
    let imported: Promise<unknown> | undefined;
    const forgetting: Database = {
      ...suite.database,
      write: async (work, options) => {
        if (++writes === WRITES_BEFORE + 1) {
          imported = importSources(importing, lake, testClock());
          await Promise.race([derived.given, imported]);
        }
        return suite.database.write(work, options);
      },
    };
    const outcome = await forget(forgetting).then(() => 'erased', (error: unknown) => error);
    release.give();
    await imported;
    expect(imported).toBeDefined();
    expect(outcome).toMatchObject({ kind: 'locked', code: 'others_running' });
    expect(await persons()).toEqual([HASH.slice(0, 32)]);
    expect(await forget(suite.database)).toMatchObject({ status: 'succeeded' });
    expect(await persons()).toEqual([null]);
  });

  test('lets a run that begins while it erases wait until it has, and read nobody', async () => {
    const lake = await put();
    await importSources(suite.database, lake, testClock());
    await lake.put({ name: 'shopify/orders/shop/20261122T100000Z', records: [{ ...order, updatedAt: '2026-11-22T09:00:00Z' }] });
    let imported: Promise<unknown> | undefined;
    let writes = 0;
    const forgetting: Database = {
      ...suite.database,
      write: (work, options) =>
        suite.database.write(async (tx) => {
          const result = await work(tx);
          // The person is erased, and it is not committed yet.
          if (++writes > WRITES_BEFORE && imported === undefined && (await tx('erasures').where({ email_sha256: HASH }).first()) !== undefined) imported = importSources(suite.database, lake, testClock());
          return result;
        }, options),
    };
    expect(await forget(forgetting)).toMatchObject({ status: 'succeeded' });
    expect(imported).toBeDefined();
    await imported;
    expect(await persons()).toEqual([null]);
  });
});
