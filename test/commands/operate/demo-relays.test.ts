import { expect, test } from '@jest/globals';
import { join } from 'node:path';

import { deliverToLocalReceiver } from '../../../src/commands/operate/demo-relays.ts';
import { loadConfig } from '../../../src/config.ts';
import { createContext } from '../../../src/context.ts';
import { systemClock } from '../../../src/core/time.ts';
import { createLogger } from '../../../src/logger.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { PROJECT } from '../../support/program/hub.ts';
import { enqueue, orderEvent } from '../../support/stages/relays.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

test('the demo delivers order documents to its own receiver and sends the one that failed again', async () => {
  const environment = { HUB_DATABASE_URL: `sqlite:${join(temporaryFolder('demo'), 'hub.db')}` };
  const config = loadConfig({ workingDirectory: PROJECT, environment });
  const context = createContext({ config, logger: createLogger('error', false), signal: new AbortController().signal, progress: false });
  atEndOfFile(() => context.close());
  const database = await context.database();
  await enqueue(database, await context.destinations(), systemClock, [1, 2, 3].map((order) => orderEvent(order)));
  const output = await deliverToLocalReceiver(context);
  expect(output.json).toMatchObject({
    first: { totals: { sent: 3, delivered: 2, retrying: 1 } },
    second: { totals: { sent: 1, delivered: 1, waiting: 0 } },
    receiver: { documents: 3, requests: 4, verified: 4 },
  });
  expect(output.text).toContain('The receiver took 3 documents in 4 requests, 4 with a right signature');
});
