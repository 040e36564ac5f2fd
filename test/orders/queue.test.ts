import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../src/core/ids.ts';
import { wholeShard } from '../../src/core/shard.ts';
import type { Database, Transaction } from '../../src/db/database.ts';
import { queueOf } from '../../src/engine/declare/stage-declaration.ts';
import { stageOf } from '../../src/engine/declare/stages.ts';
import type { PersonQueue, PersonSelection } from '../../src/engine/stage/person-queue.repository.ts';
import { prepare } from '../../src/engine/stage/run-person-stage.ts';
import { select, type Found } from '../../src/engine/stage/run-stage.ts';
import { queueOrders } from '../../src/orders/prepare.ts';
import { acquireLock } from '../../src/engine/runs/locks.repository.ts';
import { runsNow } from '../../src/engine/stage/stage-marks.repository.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake } from '../support/rows/customers.ts';
import { describeEachDatabase, migrate, newDatabase } from '../support/databases/databases.ts';
import { BRANDS } from '../support/stages/enrich.ts';
import { expireLeases } from '../support/databases/locks.ts';
import { BOTH, fill, runStage } from '../support/stages/orders.ts';

const QUEUE = queueOf(stageOf('assemble-orders'));
const FIRST = '20260301T050000Z';
const [own, later, killed] = ['20261120T050000Z-00000001', '20261120T050000Z-00000002', '20261120T050000Z-00000003'] as unknown as [RunId, RunId, RunId];

describeEachDatabase('the queue of the orders stage', (suite) => {
  beforeEach(() => suite.empty());
  const queue = async (runId: RunId): Promise<void> => {
    await acquireLock(suite.database, `attribute-refunds/${runId}`, runId);
    await suite.database.knex(QUEUE).insert({ run_id: runId, leader: 'A1', person_id: 'P1' });
  };
  const marks = () => suite.database.knex('stage_marks').whereIn('stage', BOTH).pluck('stage');

  test('of a run that began since the runs were looked at is left alone; that of one that is gone is cleared', async () => {
    await queue(killed);
    await expireLeases(suite.database);
    const now = await runsNow(suite.database, { queue: QUEUE });
    await queue(later);
    const request = { command: 'assemble-orders', allBrands: BRANDS, brands: BRANDS, accounts: undefined, range: undefined, shard: wholeShard, dryRun: false, recompute: false } as const;
    const declared = stageOf('assemble-orders');
    const queueIn = (tx: Transaction): PersonQueue => ({ database: suite.database, tx, table: QUEUE, runId: own });
    const fillIt = { version: '1', queue: (into: PersonQueue, selection: PersonSelection) => queueOrders(into, request, selection) };
    const stage = { declared, shard: wholeShard.label, prepare: (tx: Transaction, found: Found) => prepare(queueIn(tx), request, fillIt, found) };
    await suite.database.write((tx) => select(stage, tx, { runId: own }, now));
    expect(await suite.database.knex(QUEUE).pluck('run_id')).toEqual([later]);
  });

  test('that is read short fails the run, its mark stays, and the next run takes everybody up', async () => {
    const clock = testClock();
    await fill(suite.database, customerLake(FIRST, [{ number: 1 }, { number: 2 }, { number: 3 }]), clock);
    const { database: other } = await newDatabase(suite.dialect);
    await migrate(other);
    // As a balancer or a read/write splitter does: reads reach a server that the queue has not come to yet.
    const behind: Database = { ...suite.database, snapshot: (work, options) => other.snapshot(work, options) };
    for (const command of BOTH) {
      await expect(runStage(behind, clock, command)).rejects.toMatchObject({ kind: 'transient', code: 'queue_incomplete', context: { stage: command, queued: 3, processed: 0 } });
    }
    expect(await marks()).toEqual([]);
    for (const command of BOTH) expect((await runStage(suite.database, clock, command)).totals).toMatchObject({ persons: 3 });
    expect(await marks()).toEqual(BOTH);
  });
});
