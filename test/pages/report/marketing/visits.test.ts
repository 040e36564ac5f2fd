import { beforeEach, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../../src/core/time.ts';
import type { View } from '../../../../src/pages/report/declare/page.ts';
import { coverageOf, visits } from '../../../../src/pages/report/marketing/visits.ts';
import { describeEachDatabase } from '../../../support/databases/databases.ts';

const asOf = '2026-11-29' as LocalDate;
const view: View = { asOf, brands: ['alpina'], allBrands: ['alpina', 'belmont'], from: null, until: null, names: new Map([['alpina', 'Alpina']]) };
const none = { days: 30, sampled: 0, thresholded: 0, otherRow: 0, newest: '2026-11-28' as LocalDate, finalUntil: '2026-11-24' as LocalDate };

test('what is said against figures is told with the number of days, and until when they are final', () => {
  expect(coverageOf(none)).toBe('Google Analytics says nothing against its figures. Final until 2026-11-24: later days can still change. The newest day is 2026-11-28.');
  expect(coverageOf({ ...none, sampled: 2, otherRow: 1, finalUntil: null })).toBe('By Google Analytics itself, the figures of 2 of 30 days are estimates from a sample; the figures of 1 of 30 days have rows put together as (other). No day is final yet: later days can still change. The newest day is 2026-11-28.');
  // Days behind the newest one that is known are none of which anything is said.
  expect(coverageOf({ ...none, finalUntil: '2026-12-24' as LocalDate })).toContain('Final until 2026-11-28:');
});

describeEachDatabase('visits by channel', (suite) => {
  const read = () => suite.database.snapshot((tx) => visits.read(tx, view));
  const row = { brand: 'alpina', account: 'web', zone: 'Europe/Zurich', channel_group: 'Email', session_source: 'newsletter', session_medium: 'email', session_campaign: 'a', engaged_sessions: 5, key_events: '1.5', currency: 'CHF', revenue_micros: 10_500_000, sampled: 0, other_row: 0, thresholded: 0, source: 'sources', batch: '20261129T100000Z', change_no: 1 };
  const fill = (...rows: readonly object[]) => suite.database.write((tx) => tx('web_sessions').insert(rows.map((more, index) => ({ ...row, id: `r${index}`, ...more }))));

  beforeEach(() => suite.empty());

  test('are summed up over the last complete days, with what is said against them', async () => {
    await fill(
      { date: '2026-11-27', sessions: 10 },
      { date: '2026-11-28', sessions: 20, thresholded: 1, session_campaign: 'b' },
      { date: '2026-11-28', sessions: 90, channel_group: 'Direct', engaged_sessions: null, key_events: null, revenue_micros: null },
      // Not complete, and too long ago, and of another brand.
      { date: '2026-11-29', sessions: 1_000 },
      { date: '2026-10-29', sessions: 1_000 },
      { date: '2026-11-28', sessions: 1_000, brand: 'belmont' },
    );
    const { blocks, coverage } = await read();
    expect(blocks).toHaveLength(1);
    expect(blocks[0]).toMatchObject({ scope: 'alpina', currency: 'CHF', sums: 1, rows: [['All channels', 120, 10 / 120, 3, 2_100], ['Direct', 90, 0, 0, 0], ['Email', 30, 10 / 30, 3, 2_100]] });
    expect(coverage).toContain('the figures of 1 of 2 days lack rows that could tell of single persons. No day is final yet');
  });

  test('are final as far as all properties are', async () => {
    await fill({ date: '2026-11-28', sessions: 1 }, { date: '2026-11-28', sessions: 1, account: 'shop' });
    const state = { platform: 'ga4', stream: 'channel_day', run_id: 'r', updated_at: '2026-11-29 10:00:00.000000' };
    await suite.database.write((tx) => tx('extract_state').insert({ ...state, account: 'web', final_until: '2026-11-24' }));
    expect((await read()).coverage).toContain('No day is final yet');
    await suite.database.write((tx) => tx('extract_state').insert({ ...state, account: 'shop', final_until: '2026-11-20' }));
    expect((await read()).coverage).toContain('Final until 2026-11-20');
  });

  test('of nobody are none', async () => {
    expect(await read()).toEqual({ blocks: [], coverage: 'There are no visits of these brands.' });
  });
});
