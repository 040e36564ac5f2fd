import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { DATABASE_PREFIX, testRun } from '../suite/run.ts';
import { onServer } from './server-answers.ts';

/** The URL of a database of the server. */
export function urlOf(name: string): string {
  return `${testRun().mysqlUrl ?? ''}/${name}`;
}

/** Makes a database without tables; gives its name. */
export async function createOnServer(): Promise<string> {
  const { id, mysqlUrl = '' } = testRun();
  const name = `${DATABASE_PREFIX}${id}_${randomBytes(4).toString('hex')}`;
  await onServer(mysqlUrl, `create database ${name} character set utf8mb4`);
  return name;
}

export async function dropFromServer(name: string): Promise<void> {
  await onServer(testRun().mysqlUrl ?? '', `drop database ${name}`);
}

/** Fails if somebody was still connected to a database that its test file is done with. */
export function complainOf(connected: number, name: string): void {
  if (connected > 0) throw new Error(`${connected} connections to ${name} are still open`);
}

/** How many are connected; the server needs a moment to see that a connection was closed. */
export async function connectionsLeft(name: string): Promise<number> {
  for (let tries = 0; ; tries++) {
    const rows = await onServer(testRun().mysqlUrl ?? '', `select id from information_schema.processlist where db = '${name}'`);
    if (rows.length === 0 || tries === 50) return rows.length;
    await sleep(20);
  }
}
