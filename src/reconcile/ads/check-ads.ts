import { adSources } from '../../facts/ads/ad-sources.ts';
import type { InvariantTally } from '../ledger/invariants.ts';
import { readAccountDays, readFactDays, readFinalUntil, readPendingDays, type AdsSource } from './ads.repository.ts';

/**
 * Holds the ad facts of each day against what the platform says of the whole account (sources specification, "Facts"). A
 * difference of a day that is not final is pending: the platform may change it between two questions.
 */
export async function checkAds(from: AdsSource, brands: readonly string[], tally: InvariantTally): Promise<void> {
  for (const brand of brands) {
    for (const source of adSources) {
      const control = await readAccountDays(from, brand, source);
      if (control.length === 0) continue;
      const facts = new Map((await readFactDays(from, brand, source)).map(({ account, day, micros }) => [`${account} ${day}`, micros]));
      const [final, waiting] = [await readFinalUntil(from, brand, source), await readPendingDays(from, brand, source)];
      for (const { account, day, micros } of control) {
        const place = `${account} ${day}`;
        const sum = facts.get(place) ?? 0;
        const isPending = waiting.has(place) || day > (final.get(account) ?? '');
        tally.check('ad_days_add_up', sum === micros, { subject: 'ad account', id: `${source.name} ${account} on ${day}: ${sum} micros, account ${micros}` }, isPending);
      }
    }
  }
}
