import { addDays, type LocalDate } from '../core/time.ts';
import type { Knex } from 'knex';

import type { Transaction } from '../db/database.ts';
import { GROUP } from '../metrics/records/group.ts';
import { COMPARED_WEEKS } from './figures.ts';
import { weeksBefore, type Week } from './week.ts';
import type { WeekFacts } from './week-facts.ts';

type Rows = Record<string, string | number | null>[];

/** Reads the days of a week and of those that it is compared with; of all brands for the scope `*`. */
export async function readWeekFacts(tx: Transaction, scope: string, week: Week): Promise<WeekFacts> {
  const from = weeksBefore(week, COMPARED_WEEKS).at(-1)?.from ?? week.from;
  const days = (query: Knex.QueryBuilder): Knex.QueryBuilder => query.where('day', '>=', from).where('day', '<=', week.to);
  const revenue = await days(ofScope(tx('metric_revenue_days'), scope)).groupBy('currency', 'day').orderBy(['currency', 'day']).select('currency', 'day').sum<Rows>({ net: 'net_revenue', refunds: 'refunds' });
  const mrr = await days(tx('metric_mrr_days').where('brand', scope)).orderBy(['currency', 'day']).select<Rows>('*');
  const spend = await days(ofScope(tx('metric_ad_days'), scope)).groupBy('currency', 'day').orderBy(['currency', 'day']).select('currency', 'day').sum<Rows>({ micros: 'spend_micros' });
  const active = await days(ofScope(tx('metric_active_days'), scope)).where({ market: GROUP, class: GROUP }).groupBy('day').orderBy('day').select('day').sum<Rows>({ subscriptions: 'subscriptions' });
  const acquired = await tx('metric_customer_periods').where({ brand: scope, grain: 'week' }).where('period', '>=', from).where('period', '<=', week.from).orderBy('period').select<Rows>('period', 'customers_new');
  return {
    revenue: revenue.map((row) => ({ currency: String(row['currency']), day: dayOf(row), net: Number(row['net']), refunds: Number(row['refunds']) })),
    mrr: mrr.map((row) => ({
      ...{ currency: String(row['currency']), day: dayOf(row), mrr: Number(row['mrr']), new: Number(row['new']), expansion: Number(row['expansion']) },
      ...{ contraction: Number(row['contraction']), churn: Number(row['churn']), reactivation: Number(row['reactivation']), churned: Number(row['customers_churned']) },
    })),
    spend: spend.map((row) => ({ currency: String(row['currency']), day: dayOf(row), micros: Number(row['micros']) })),
    active: active.map((row) => ({ day: dayOf(row), subscriptions: Number(row['subscriptions']) })),
    acquired: acquired.map((row) => ({ monday: String(row['period']) as LocalDate, customers: Number(row['customers_new']) })),
    first: {
      revenue: await firstDay(ofScope(tx('metric_revenue_days'), scope)),
      mrr: await firstDay(tx('metric_mrr_days').where('brand', scope)),
      spend: await firstDay(ofScope(tx('metric_ad_days'), scope)),
    },
  };
}

/** The newest day of recurring revenue up to the day after the week; null without metrics. */
export async function newestDayOf(tx: Transaction, scope: string, { to }: Week): Promise<LocalDate | null> {
  const [row] = await tx('metric_mrr_days').where('brand', scope).where('day', '<=', addDays(to, 1)).max<{ day: LocalDate | null }[]>({ day: 'day' });
  return row?.day ?? null;
}

/** Rows that add up over brands have none of `*`. */
export function ofScope(query: Knex.QueryBuilder, scope: string): Knex.QueryBuilder {
  return scope === GROUP ? query : query.where('brand', scope);
}

async function firstDay(query: Knex.QueryBuilder): Promise<LocalDate | null> {
  const [row] = await query.min<{ day: LocalDate | null }[]>({ day: 'day' });
  return row?.day ?? null;
}

function dayOf(row: Rows[number]): LocalDate {
  return String(row['day']) as LocalDate;
}
