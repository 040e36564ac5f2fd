import { beforeAll, describe, expect, test } from '@jest/globals';

import { servers as serversCheck } from '../../../src/commands/checks/servers.ts';
import { openDatabase, type Database } from '../../../src/db/database.ts';
import { serversReached } from '../../../src/db/server-identity.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { testClock } from '../../support/suite/clock.ts';
import { customerLake } from '../../support/rows/customers.ts';
import { migrate, newDatabase } from '../../support/databases/databases.ts';
import { fill, runStage } from '../../support/stages/orders.ts';
import { findServerProgram, startServer } from '../../support/databases/server.ts';
import { onServer } from '../../support/databases/server-answers.ts';
import { tcpProxy } from '../../support/servers/tcp-proxy.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const program = findServerProgram(process.env['PATH'] ?? '');
const NAME = 'hub_test_behind_a_balancer';
/** More persons than a chunk has, so that one is read while another is written. */
const PERSONS = 300;
const START_MS = 120_000;

(program === undefined ? describe.skip : describe)(`two servers behind a balancer of connections${program === undefined ? ' (NOT RUN: there is no server program)' : ''}`, () => {
  const opened = (port: number): Database => {
    const database = openDatabase(`mysql://root@127.0.0.1:${port}/${NAME}`);
    atEndOfFile(() => database.close());
    return database;
  };
  let direct: readonly [Database, Database];
  /** A new pool, whose connections go to one server and the other in turn. */
  let balanced: () => Database;

  beforeAll(async () => {
    const started = await Promise.all([1, 2].map((id) => startServer(program ?? '', temporaryFolder('server'), { settings: [`--server-id=${id}`] })));
    for (const server of started) {
      atEndOfFile(() => server.stop());
      await onServer(server.url, `create database ${NAME} character set utf8mb4`);
    }
    const [one, two] = started.map(({ port }) => opened(port));
    direct = [one, two] as [Database, Database];
    const balancer = await tcpProxy(...started.map(({ port }) => port));
    atEndOfFile(() => balancer.close());
    balanced = () => opened(balancer.port);
    // Both hold the same, as the nodes of a cluster do before a run begins.
    const lake = customerLake('20260301T050000Z', Array.from({ length: PERSONS }, (_, index) => ({ number: index + 1 })));
    for (const database of direct) {
      await migrate(database);
      await fill(database, lake, testClock());
    }
  }, START_MS);

  test('are noticed by hub doctor, which says what to do', async () => {
    const database = balanced();
    expect(await serversReached(database)).toHaveLength(2);
    await expect(serversCheck.run({ unmigratedDatabase: () => database } as never)).rejects.toMatchObject({
      kind: 'configuration',
      code: 'several_servers',
      message: expect.stringMatching(/^Connections reach different servers: .+:\d+, .+:\d+\.$/),
      nextStep: expect.stringContaining('HUB_DATABASE_URL'),
    });
    expect(await serversCheck.run({ unmigratedDatabase: () => direct[0] } as never)).toMatchObject({ found: expect.stringMatching(/^all connections reach .+:\d+$/) });
  });

  test('do not let a run end well that has not done everything, nor a later one take it for done', async () => {
    await expect(runStage(balanced(), testClock(), 'assemble-orders')).rejects.toMatchObject({ code: expect.stringMatching(/^(queue_incomplete|lease_lost|lock_held)$/) });
    for (const database of direct) {
      expect(await database.knex('stage_marks').where({ stage: 'assemble-orders' })).toEqual([]);
      await database.knex('job_locks').update({ expires_at: '1000-01-01 00:00:00.000000' });
      await runStage(database, testClock(), 'assemble-orders');
      expect(await database.knex('orders').pluck('order_id')).toHaveLength(PERSONS);
    }
  });
});

test('an embedded database is one server', async () => {
  const { database } = await newDatabase('sqlite');
  expect(await serversReached(database)).toHaveLength(1);
});
