import { beforeEach, expect, test } from '@jest/globals';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { listRejects } from '../../../src/raw/quarantine/quarantine.repository.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testSourceLake, type BatchSpec } from '../../support/lakes/source-lake.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { testClock } from '../../support/suite/clock.ts';
import vectors from '../../vectors/sources.json' with { type: 'json' };

/** Rows by day and key: `2026-11-25/a` and a value. */
type Rows = Readonly<Record<string, number>>;
interface Case {
  readonly name: string;
  readonly stored: Rows;
  readonly replaces: readonly [LocalDate, LocalDate];
  readonly rows: Rows;
  readonly rejected?: Readonly<Record<string, number>>;
  readonly newer?: readonly string[];
  readonly expect: { readonly counts: Readonly<Record<string, number>>; readonly stored: Rows };
}

const [EARLIER, TESTED, LATER] = ['20261127T040000Z', '20261127T080000Z', '20261127T120000Z'];
const record = (at: string, spend: unknown): object => {
  const [day = '', key = ''] = at.split('/');
  return { account_id: '1', account_currency: 'EUR', campaign_id: key, date_start: day, date_stop: day, spend: String(spend), impressions: '1', clicks: '1' };
};
const batch = (name: string, replaces: readonly [string, string], rows: Rows, rejected: Readonly<Record<string, number>> = {}): BatchSpec => ({
  name: `meta_ads/campaign_day/ads/${name}`,
  replaces: [...replaces],
  records: [...Object.entries(rows).map(([at, value]) => record(at, value)), ...Object.entries(rejected).flatMap(([day, count]) => Array.from({ length: count }, (_, index) => record(`${day}/bad-${index}`, 'much')))],
});

describeEachDatabase('days that a batch replaces', (suite) => {
  beforeEach(() => suite.empty());

  test.each(vectors.replace_days.cases as unknown as Case[])('$name', async ({ stored, replaces, rows, rejected, newer = [], expect: expected }) => {
    const [lake, clock] = [testSourceLake(), testClock()];
    for (const day of new Set(Object.keys(stored).map((at) => at.slice(0, 10)))) {
      const own = Object.fromEntries(Object.entries(stored).filter(([at]) => at.startsWith(day)));
      await lake.put(batch((newer.includes(day) ? LATER : EARLIER).replace('0000Z', `00${day.slice(-2)}Z`), [day, addDays(day as LocalDate, 1)], own));
    }
    await importSources(suite.database, lake, clock);
    await lake.put(batch(TESTED, replaces, rows, rejected));
    const { report } = await importSources(suite.database, lake, clock);
    const counts = Object.fromEntries(Object.keys(expected.counts).map((name) => [name, report.totals[name] ?? 0]));
    // The good rows of a day that stays as it was are stale in the specification; here they wait in quarantine with the bad one.
    const waiting = (await listRejects(suite.database, { status: 'open' })).filter(({ code }) => code === 'day_held').length;
    expect({ ...counts, stale: Number(counts['stale']) + waiting, rejected: Number(counts['rejected']) - waiting }).toEqual(expected.counts);
    expect(report.status).toBe(rejected === undefined ? 'succeeded' : 'refused');
    const left = await suite.database.knex<{ date: string; campaign_id: string; spend: string }>('raw_meta_ads_campaign_day').select('date', 'campaign_id', 'spend');
    expect(Object.fromEntries(left.map(({ date, campaign_id: key, spend }) => [`${date}/${key}`, Number(spend)]))).toEqual(expected.stored);
  });

  test('stay as they were, all of them, if a line is no record and tells of no day', async () => {
    const [lake, clock] = [testSourceLake(), testClock()];
    await lake.put(batch(EARLIER, ['2026-11-25', '2026-11-26'], { '2026-11-25/a': 10 }));
    await importSources(suite.database, lake, clock);
    const { records, ...torn } = batch(TESTED, ['2026-11-25', '2026-11-26'], { '2026-11-25/a': 11 });
    await lake.put({ ...torn, records: [...records, '[torn', '{"torn'] });
    const { report } = await importSources(suite.database, lake, clock, { rejectLimit: parseRejectLimit('5') });
    expect(report).toMatchObject({ status: 'refused', totals: { read: 3, rejected: 3 } });
    expect(await suite.database.knex('raw_meta_ads_campaign_day').pluck('spend').then((spends) => spends.map(Number))).toEqual([10]);
  });
});
