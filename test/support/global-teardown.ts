import { rmSync } from 'node:fs';

import { folderOfRun } from './run.ts';

/** Stops the private server, if there is one, and removes everything temporary. */
export default async function tearDown(): Promise<void> {
  await globalThis.hubTestServer?.stop();
  rmSync(folderOfRun(process.env['HUB_TEST_RUN'] ?? 'none'), { recursive: true, force: true });
}
