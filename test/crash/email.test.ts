import { beforeAll, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock } from '../../src/core/time.ts';
import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { eventRow, importEmail, writeEvents } from '../support/stages/email.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { hexId, testLake, type TestLake } from '../support/lakes/lake.ts';
import { halfStored, storedState } from '../support/databases/stored-state.ts';

const MOST_REJECTS = '20%';
const IMPORT = ['import-email', '--brand', 'alpina', '--max-rejects', MOST_REJECTS];
/** What all runs have in common, the crash test of the other import walks through. */
const own = failpoints.filter((name) => name.startsWith('subscribers.'));
/** At a later pass batches meet stored events, and the fold finds a part of them. */
const LATER_PASSES = ['import.chunk.written', 'import.chunk.written:3', 'import.batch.committed:2', 'import.batch.committed:4'];

describeEachDatabase('import-email killed at a commit point', (suite) => {
  const lake = lakeOfEvents();
  let place: Workspace;
  let clean: Record<string, string[]>;
  beforeAll(async () => {
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}` });
    const result = await place.hub(IMPORT);
    if (result.code !== 0) throw new Error(`The clean run ended with ${result.code}: ${result.stderr}`);
    clean = withoutRuns(await storedState(suite.database));
    expect(Object.keys(clean)).toEqual(expect.arrayContaining(['email_sends', 'email_opens', 'email_unsubscribes', 'email_subscribers', 'email_contacts', 'rejected_rows']));
  });

  for (const point of [...own, ...LATER_PASSES]) {
    test(`${point}: a second run leaves the tables of a clean one`, async () => {
      await suite.empty();
      expect((await place.hub(IMPORT, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
      expect(await halfStored(suite.database)).toEqual([]);
      // Only what is killed must be a process; a start takes most of the time of so small a run.
      const { report } = await importEmail(suite.database, lake, systemClock, { rejectLimit: parseRejectLimit(MOST_REJECTS) });
      expect(report.status).toBe('succeeded');
      expect(withoutRuns(await storedState(suite.database))).toEqual(clean);
    });
  }
});

/** After a kill it differs by which run and when a subscriber was written, and in how many steps; and the mark counts runs. */
function withoutRuns(state: Record<string, string[]>): Record<string, string[]> {
  const of = (row: string): string => JSON.stringify((JSON.parse(row) as [string, unknown][]).filter(([column]) => !['created_run', 'updated_at'].includes(column)));
  return Object.fromEntries(Object.entries(state).filter(([table]) => table !== 'audit_log' && table !== 'stage_marks').map(([table, rows]) => [table, rows.map(of).sort()]));
}

/** Three batches with repeats, an earlier delivery that comes later, a rejected row, contacts and somebody who leaves. */
function lakeOfEvents(): TestLake {
  const lake = testLake();
  const sends = Array.from({ length: 30 }, (_, index) => eventRow('send', index + 1));
  writeEvents(lake, 'send', '20260302T030000Z', [...sends, eventRow('send', 99, { OccurredAt: 'soon' })]);
  writeEvents(lake, 'send', '20260303T030000Z', [...sends.slice(5, 8), eventRow('send', 50, { Email: '', ContactId: hexId(7) })]);
  writeEvents(lake, 'open', '20260302T030000Z', sends.slice(0, 10).map((_, index) => eventRow('open', index + 1, { IsMachine: String(index % 2 === 0) })));
  writeEvents(lake, 'open', '20260303T030000Z', [eventRow('open', 1, { IsMachine: 'false' }), eventRow('open', 60, { OccurredAt: '2031-01-01' })]);
  writeEvents(lake, 'unsubscribe', '20260303T030000Z', [eventRow('unsubscribe', 3), eventRow('unsubscribe', 70, { Reason: 'hard_bounce' })]);
  return lake;
}
