import { numberOf } from '../db/dialect.ts';
import { microsOf, type FactOfRow } from './row-facts.ts';

const NO_SAMPLING = new Set(['', '[]']);

/** Sessions of a day from a channel, source, medium and campaign; what is said of the whole day stands with each of its rows. */
export const webSessionOf: FactOfRow = (row) => ({
  ...{ account: row['account'] ?? '', date: row['date'] ?? '', id: row['source_id'] ?? '', zone: row['zone'] ?? null },
  ...{ channel_group: row['channel_group'] ?? '', session_source: row['session_source'] ?? '', session_medium: row['session_medium'] ?? '', session_campaign: row['session_campaign'] ?? '' },
  ...{ sessions: numberOf(row['sessions']) ?? 0, engaged_sessions: numberOf(row['engaged_sessions']), key_events: row['key_events'] ?? null },
  ...{ currency: row['currency'] ?? '', revenue_micros: row['revenue'] ? microsOf(row['revenue']) : null },
  sampled: flag(!NO_SAMPLING.has(row['sampling'] ?? '')),
  other_row: flag(row['other_row'] === '1'),
  thresholded: flag(row['thresholded'] === '1'),
});

function flag(isTrue: boolean): number {
  return isTrue ? 1 : 0;
}
