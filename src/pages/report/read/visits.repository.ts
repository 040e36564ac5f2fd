import type { LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';

/** Visits of some days from a channel, as what counts them says. Revenue in micros. */
export interface VisitRow {
  readonly scope: string;
  readonly currency: string;
  readonly channel: string;
  readonly sessions: number;
  readonly engaged: number;
  readonly keyEvents: number;
  readonly revenueMicros: number;
}

/** How many days there are, and of how many something is said against the figures. */
export interface VisitDays {
  readonly days: number;
  readonly sampled: number;
  readonly thresholded: number;
  readonly otherRow: number;
  readonly newest: LocalDate | null;
  /** The last day up to which the figures of all accounts will not change; null if there is none. */
  readonly finalUntil: LocalDate | null;
}

type Row = Readonly<Record<string, string | number | null>>;

const PLATFORM = 'ga4';

/** Visits of the days of a range, `to` included, by channel. */
export async function readVisits(tx: Transaction, brands: readonly string[], from: LocalDate, to: LocalDate): Promise<VisitRow[]> {
  const key = ['brand', 'currency', 'channel_group'];
  const sums = { sessions: 'sessions', engaged: 'engaged_sessions', key_events: 'key_events', revenue: 'revenue_micros' };
  const rows = await tx('web_sessions').whereIn('brand', brands).where('date', '>=', from).where('date', '<=', to).groupBy(key).orderBy(key).select(key).sum<Row[]>(sums);
  return rows.map((row) => ({
    ...{ scope: String(row['brand']), currency: String(row['currency']), channel: String(row['channel_group']), sessions: Number(row['sessions']) },
    ...{ engaged: Number(row['engaged'] ?? 0), keyEvents: Number(row['key_events'] ?? 0), revenueMicros: Number(row['revenue'] ?? 0) },
  }));
}

/** What can be said of these days. */
export async function readVisitDays(tx: Transaction, brands: readonly string[], from: LocalDate, to: LocalDate): Promise<VisitDays> {
  const rows = await tx('web_sessions').whereIn('brand', brands).where('date', '>=', from).where('date', '<=', to).groupBy('date').select('date').max<Row[]>({ sampled: 'sampled', thresholded: 'thresholded', other_row: 'other_row' });
  const count = (name: string): number => rows.filter((row) => Number(row[name]) === 1).length;
  const newest = rows.map((row) => String(row['date'])).sort().at(-1) as LocalDate | undefined;
  return { days: rows.length, sampled: count('sampled'), thresholded: count('thresholded'), otherRow: count('other_row'), newest: newest ?? null, finalUntil: await finalUntil(tx, brands) };
}

/** Of several accounts the one that is final first; none if one of them is not known to be. */
async function finalUntil(tx: Transaction, brands: readonly string[]): Promise<LocalDate | null> {
  const accounts = await tx<{ brand: string; account: string }>('web_sessions').whereIn('brand', brands).distinct().pluck<string[]>('account');
  const states = await tx<{ platform: string; account: string; final_until: LocalDate | null }>('extract_state').where({ platform: PLATFORM }).whereIn('account', accounts).select('account', 'final_until');
  const finals = accounts.map((account) => states.find((state) => state.account === account)?.final_until ?? null);
  return finals.includes(null) ? null : ([...finals].sort()[0] ?? null);
}
