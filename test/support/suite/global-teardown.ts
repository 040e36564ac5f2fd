import { rmSync } from 'node:fs';

import { DATABASE_PREFIX, folderOfRun } from './run.ts';
import { onServer } from '../databases/server-answers.ts';

/** Drops the databases that the test files shared, stops the private server, if there is one, and removes everything temporary. */
export default async function tearDown(): Promise<void> {
  const { HUB_TEST_RUN: id = 'none', HUB_TEST_SERVER: url = '' } = process.env;
  if (url !== '') await dropDatabases(url, `${DATABASE_PREFIX}${id}_`);
  await globalThis.hubTestServer?.stop();
  rmSync(folderOfRun(id), { recursive: true, force: true });
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const found = await onServer<{ name: string }>(url, 'select schema_name as name from information_schema.schemata');
  for (const { name } of found.filter((database) => database.name.startsWith(prefix))) await onServer(url, `drop database \`${name}\``);
}
