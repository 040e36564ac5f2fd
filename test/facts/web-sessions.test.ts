import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { instantFromMillis, type LocalDate } from '../../src/core/time.ts';
import { openFolderLake } from '../../src/lake/sources/folder-lake.client.ts';
import { ga4 } from '../../src/sources/platforms/ga4/ga4.ts';
import { Ga4Simulator } from '../simulators/ga4/ga4.ts';
import { extractFrom, type Extraction } from '../sources/extract/extraction.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { importSources } from '../support/stages/import-sources.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const HOUR_MS = 3_600_000;

describeEachDatabase('sessions of the web', (suite) => {
  let simulator: Ga4Simulator;
  let extraction: Extraction;
  let folder: string;
  const importAll = () => importSources(suite.database, { lake: extraction.lake, folder, put: () => Promise.resolve() }, { now: () => instantFromMillis(simulator.now) });
  const sessions = (): Promise<Record<string, unknown>[]> => suite.database.read((knex) => knex<Record<string, unknown>>('web_sessions').orderBy(['date', 'sessions']).select('*'));

  beforeEach(async () => {
    simulator = await new Ga4Simulator().start();
    await suite.empty();
    folder = temporaryFolder('sources');
    extraction = { database: suite.database, lake: openFolderLake(folder), platform: ga4, simulator, secrets: new Map([['SERVICE_ACCOUNT', simulator.serviceAccount]]), account: { settings: { property: '987654321' }, start: '2026-11-27' as LocalDate } };
    simulator.visits.set('2026-11-27', [
      { channel: 'Paid Social', source: 'meta', medium: 'cpc', campaign: 'Herbst – Tee/Kräuter', sessions: 41, engaged: 30, keyEvents: 2.5, revenue: '1234.567891' },
      { channel: '(other)', source: '(other)', medium: '(other)', campaign: '(other)', sessions: 3 },
    ]);
    simulator.visits.set('2026-11-28', [{ channel: 'Direct', source: '(direct)', medium: '(none)', campaign: '(direct)', sessions: 5 }]);
    simulator.flaws.set('2026-11-27', { sampled: true, otherRow: true });
  });
  afterEach(() => simulator.close());

  test('are facts by day and place of origin; what is said of a day stands with each of its rows', async () => {
    await extractFrom(extraction);
    expect((await importAll()).report).toMatchObject({ status: 'succeeded', totals: { inserted: 3, rejected: 0 } });
    expect(await sessions()).toMatchObject([
      { brand: 'alpina', account: 'main', date: '2026-11-27', channel_group: '(other)', sessions: 3, revenue_micros: 0, sampled: 1, other_row: 1, thresholded: 0 },
      { channel_group: 'Paid Social', session_source: 'meta', session_medium: 'cpc', session_campaign: 'Herbst – Tee/Kräuter', sessions: 41, engaged_sessions: 30, currency: 'CHF', revenue_micros: 1_234_567_891, zone: 'Europe/Zurich', sampled: 1 },
      { date: '2026-11-28', channel_group: 'Direct', sampled: 0, other_row: 0, thresholded: 0, source: 'sources' },
    ]);
    expect((await sessions()).map((row) => Number(row['key_events']))).toEqual([0, 2.5, 0]);
    // No metric reads them, so none is told.
    expect(await suite.database.read((knex) => knex('fact_changes').select())).toEqual([]);
  });

  test('of a day that is stated again are those of the last statement; what stays the same is not written', async () => {
    await extractFrom(extraction);
    await importAll();
    const before = await sessions();
    simulator.now += HOUR_MS;
    await extractFrom(extraction);
    expect((await importAll()).report.totals).toMatchObject({ inserted: 0, updated: 0, unchanged: 3 });
    expect(await sessions()).toEqual(before);
    simulator.now += HOUR_MS;
    simulator.flaws.clear();
    simulator.visits.set('2026-11-27', [{ channel: 'Paid Social', source: 'meta', medium: 'cpc', campaign: 'Herbst – Tee/Kräuter', sessions: 44, revenue: '1300' }]);
    await extractFrom(extraction);
    expect((await importAll()).report.totals).toMatchObject({ updated: 1, removed: 1, unchanged: 1 });
    expect(await sessions()).toMatchObject([{ date: '2026-11-27', sessions: 44, revenue_micros: 1_300_000_000, sampled: 0, other_row: 0 }, { date: '2026-11-28', sessions: 5 }]);
  });
});
