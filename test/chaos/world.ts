import { join } from 'node:path';

import { openDatabase, type Database } from '../../src/db/database.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { customerRows, catalogRows, writeRows } from '../support/rows/customers.ts';
import { migrate, type DialectName } from '../support/databases/databases.ts';
import { eventRow, writeEvents } from '../support/stages/email.ts';
import { eventfulLake } from '../support/lakes/eventful-lake.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import type { TestLake } from '../support/lakes/lake.ts';
import { findServerProgram, startServer, type PrivateServer } from '../support/databases/server.ts';
import { onServer } from '../support/databases/server-answers.ts';
import { testRun } from '../support/suite/run.ts';
import { tcpProxy, type TcpProxy } from '../support/servers/tcp-proxy.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

/** Where the suite does its harm: databases of one dialect, and for a server a way to it that can be cut. */
export interface World {
  readonly dialect: DialectName;
  /** The server, if it is this suite's own and may be killed. */
  readonly server: PrivateServer | undefined;
  readonly proxy: TcpProxy | undefined;
  /** A new empty database with all migrations; the URL leads through the proxy. */
  newPlace(lake: TestLake): Promise<Place>;
}

/** One database with the folder that commands run in. */
export interface Place {
  readonly name: string;
  readonly hub: Workspace;
  /** Folder of the database file; empty for a server. */
  readonly folder: string;
  /** Looks into the database, past the proxy. */
  look<T>(work: (database: Database) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** The first two days of a lake: what happens to rows of every kind, and customers with all that enrichment reads. */
export function twoDays(customers: number): readonly [TestLake, TestLake] {
  const first = (): TestLake => {
    const lake = eventfulLake();
    writeRows(lake, '20260301T060000Z', 'alpina', catalogRows(), ...Array.from({ length: customers }, (_, index) => customerRows({ number: 100 + index })));
    writeEvents(lake, 'send', '20260301T060000Z', Array.from({ length: customers }, (_, index) => eventRow('send', 100 + index)));
    writeEvents(lake, 'open', '20260301T060000Z', [eventRow('open', 100), eventRow('open', 101, { Email: 'nobody' })]);
    writeRows(lake, '20260301T060000Z', 'belmont', catalogRows(), customerRows({ number: 100, brand: 'belmont' }));
    return lake;
  };
  const second = first();
  const changed = Array.from({ length: Math.ceil(customers / 3) }, (_, index) =>
    customerRows({ number: 100 + 3 * index, status: 'Suspended', updated: '2026-03-04 04:00:00' }),
  );
  writeRows(second, '20260304T060000Z', 'alpina', ...changed, customerRows({ number: 99 }));
  writeEvents(second, 'unsubscribe', '20260304T060000Z', [eventRow('unsubscribe', 103, { OccurredAt: '2026-03-04 03:00:00' })]);
  return [first(), second];
}

/** Makes the world of a dialect; undefined if there is no server for it. */
export async function openWorld(dialect: DialectName): Promise<World | undefined> {
  if (dialect === 'sqlite') return { dialect, server: undefined, proxy: undefined, newPlace: (lake) => placeAt(lake, temporaryFolder('chaos'), undefined) };
  const program = findServerProgram(process.env['PATH'] ?? '');
  const server = program === undefined ? undefined : await startServer(program, temporaryFolder('server'), { durable: true });
  if (server !== undefined) atEndOfFile(() => server.stop());
  const url = server?.url ?? testRun().mysqlUrl;
  if (url === undefined) return undefined;
  const proxy = await tcpProxy(Number(new URL(url).port || 3306));
  atEndOfFile(() => proxy.close());
  return { dialect, server, proxy, newPlace: (lake) => placeAt(lake, '', { url, proxy }) };
}

let made = 0;

async function placeAt(lake: TestLake, folder: string, server: { url: string; proxy: TcpProxy } | undefined): Promise<Place> {
  const name = server === undefined ? join(folder, `hub-${++made}.db`) : `hub_test_${testRun().id}_chaos${++made}`;
  const direct = server === undefined ? `sqlite:${name}` : `${server.url}/${name}`;
  if (server !== undefined) await onServer(server.url, `create database ${name} character set utf8mb4`);
  const through = server === undefined ? direct : direct.replace(/:\d+\//, `:${server.proxy.port}/`);
  const look = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
    const database = openDatabase(direct);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  };
  await look(migrate);
  return {
    name,
    folder,
    hub: workspace({ HUB_DATABASE_URL: through, HUB_LAKE_URL: `file:${lake.root}`, HUB_ID_KEY: 'chaos'.repeat(8) }),
    look,
    async remove() {
      if (server !== undefined) await onServer(server.url, `drop database ${name}`);
    },
  };
}
