import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../src/core/ids.ts';
import { parseShard, wholeShard } from '../../src/core/shard.ts';
import type { LocalDate } from '../../src/core/time.ts';
import type { Database, Transaction } from '../../src/db/database.ts';
import { queueOf } from '../../src/engine/declare/stage-declaration.ts';
import { stageOf } from '../../src/engine/declare/stages.ts';
import { select, type Found } from '../../src/engine/stage/run-stage.ts';
import { prepare } from '../../src/enriched/prepare.ts';
import { acquireLock } from '../../src/engine/runs/locks.repository.ts';
import { runsNow } from '../../src/engine/stage/stage-marks.repository.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake } from '../support/rows/customers.ts';
import { describeEachDatabase, migrate, newDatabase } from '../support/databases/databases.ts';
import { BRANDS, enrich, importAll } from '../support/stages/enrich.ts';

const QUEUE = queueOf(stageOf('enrich'));
const FIRST = '20260301T050000Z';
const [own, later] = ['20261120T050000Z-00000001', '20261120T050000Z-00000002'] as unknown as [RunId, RunId];

describeEachDatabase('the queue of the enrichment', (suite) => {
  beforeEach(() => suite.empty());

  test('of a run that began since the runs were looked at is left alone', async () => {
    const now = await runsNow(suite.database, { queue: QUEUE });
    await acquireLock(suite.database, 'enrich/alpina/2/2', later);
    await suite.database.knex(QUEUE).insert({ run_id: later, brand: 'alpina', account_id: 'A1', person_id: 'P1' });
    const request = { allBrands: BRANDS, brands: BRANDS, asOf: '2026-04-01' as LocalDate, accounts: undefined, range: undefined, shard: wholeShard, recompute: false };
    const stage = { declared: stageOf('enrich'), shard: wholeShard.label, prepare: (tx: Transaction, found: Found) => prepare(suite.database, tx, request, own, found, '1') };
    await suite.database.write((tx) => select(stage, tx, { runId: own }, now));
    expect(await suite.database.knex(QUEUE).pluck('run_id')).toEqual([later]);
  });

  test('that is read short fails the run, its marks stay, and the next run takes everybody up', async () => {
    const clock = testClock();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1 }, { number: 2 }]), clock);
    const { database: other } = await newDatabase(suite.dialect);
    await migrate(other);
    const behind: Database = { ...suite.database, snapshot: (work, options) => other.snapshot(work, options) };
    await expect(enrich(behind, clock)).rejects.toMatchObject({ kind: 'transient', code: 'queue_incomplete', context: { stage: 'enrich', queued: 2, processed: 0 } });
    expect(await suite.database.knex('stage_marks').where({ stage: 'enrich' })).toEqual([]);
    expect((await enrich(suite.database, clock)).totals).toMatchObject({ accounts: 2 });
  });

  test('is whole for each shard with what it leaves to the others', async () => {
    const clock = testClock();
    await importAll(suite.database, customerLake(FIRST, [{ number: 1 }, { number: 2 }, { number: 3 }]), clock);
    const accounts: unknown[] = [];
    for (const shard of ['1/3', '2/3', '3/3'].map(parseShard)) accounts.push((await enrich(suite.database, clock, { shard })).totals['accounts']);
    expect(accounts.reduce((sum, count) => Number(sum) + Number(count), 0)).toBe(3);
    expect(await suite.database.knex('stage_marks').where({ stage: 'enrich' })).toHaveLength(9);
  });
});
