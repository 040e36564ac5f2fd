import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import { addDays, addMonths } from '../../core/time.ts';

/** The length of a billing period; `term` is the whole term of the subscription. */
export type PeriodLength = { readonly months: number } | { readonly days: number } | 'term';

const LENGTHS: Readonly<Record<string, PeriodLength>> = {
  week: { days: 7 },
  weekly: { days: 7 },
  month: { months: 1 },
  monthly: { months: 1 },
  quarter: { months: 3 },
  quarterly: { months: 3 },
  semiannual: { months: 6 },
  annual: { months: 12 },
  year: { months: 12 },
  eighteenmonths: { months: 18 },
  twoyears: { months: 24 },
  threeyears: { months: 36 },
  fiveyears: { months: 60 },
  subscriptionterm: 'term',
};
const UNITS: Readonly<Record<string, (count: number) => PeriodLength>> = {
  day: (count) => ({ days: count }),
  week: (count) => ({ days: count * 7 }),
  month: (count) => ({ months: count }),
  year: (count) => ({ months: count * 12 }),
};
const COUNTED = /^(?:specific)?(?:(\d{1,3})(day|week|month|year)s?|(day|week|month|year)s?(\d{1,3}))$/;

/**
 * The length of a BillingPeriod of the billing platform (`Month`, `Semi-Annual`, `Subscription Term`) or of a
 * counted one (`3 Months`); null for what says no length, such as `Specific Months`.
 */
export function periodLength(billingPeriod: string | null): PeriodLength | null {
  const word = squash(billingPeriod ?? '');
  const known = LENGTHS[word];
  if (known !== undefined) return known;
  const [, countBefore, unitAfter, unitBefore, countAfter] = COUNTED.exec(word) ?? [];
  const unit = UNITS[unitAfter ?? unitBefore ?? ''];
  return unit === undefined ? null : unit(Number(countBefore ?? countAfter));
}

/** The first day after one period; null for a whole term, whose length is not known here. */
export function endOfPeriod(start: LocalDate, length: PeriodLength): LocalDate | null {
  if (length === 'term') return null;
  return 'months' in length ? addMonths(start, length.months) : addDays(start, length.days);
}
