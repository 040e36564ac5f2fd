import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the workers know of the test run; global-setup.ts hands it over in the environment. */
export interface TestRun {
  /** Part of the names of databases and folders. */
  readonly id: string;
  /** The folder for everything temporary of this worker. */
  readonly folder: string;
  /** The folder for what test files of all workers leave for those that come later. */
  readonly shared: string;
  /** The server for the MySQL half, without a database at its end; undefined: that half does not run. */
  readonly mysqlUrl: string | undefined;
}

/** The prefix of all test databases, of this run and of others. */
export const DATABASE_PREFIX = 'hub_test_';

/** How the folders of runs begin, of this one and of others. */
export const FOLDER_PREFIX = 'hub-test-';

/** The folder for everything temporary of a run; global-setup.ts has chosen where. */
export function folderOfRun(id: string): string {
  return join(process.env['HUB_TEST_ROOT'] ?? tmpdir(), `${FOLDER_PREFIX}${id}`);
}

/** The test run that this worker belongs to. */
export function testRun(): TestRun {
  const { HUB_TEST_RUN: id = 'none', HUB_TEST_SERVER: url = '', JEST_WORKER_ID: worker = '1' } = process.env;
  return { id: `${id}_${worker}`, folder: join(folderOfRun(id), worker), shared: join(folderOfRun(id), 'shared'), mysqlUrl: url === '' ? undefined : url };
}
