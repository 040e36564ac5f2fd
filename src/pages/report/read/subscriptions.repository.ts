import type { Knex } from 'knex';

import { addDays, type LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import type { View } from '../declare/page.ts';

export const movementKinds = ['new', 'reactivation', 'expansion', 'contraction', 'churn'] as const;
const mrrMeasures = ['mrr', ...movementKinds, 'customers', 'customers_new', 'customers_churned', 'churn_replaced'] as const;

/** MRR at the end of a day, and what changed it on that day; amounts in minor units. */
export interface MrrDay extends Readonly<Record<(typeof mrrMeasures)[number], number>> {
  readonly scope: string;
  readonly currency: string;
  readonly day: LocalDate;
}

/** All days up to `asOf`, in order. */
export async function readMrrDays(tx: Transaction, { asOf, until }: View, scopes: readonly string[]): Promise<MrrDay[]> {
  const end = until !== null && until <= asOf ? addDays(until, -1) : asOf;
  const rows = (await tx('metric_mrr_days')
    .select('brand', 'currency', 'day', ...mrrMeasures)
    .whereIn('brand', scopes)
    .where('day', '<=', end)
    .orderBy(['brand', 'currency', 'day'])) as Record<string, unknown>[];
  return rows.map((row) => ({
    scope: String(row['brand']),
    currency: String(row['currency']),
    day: String(row['day']) as LocalDate,
    ...(Object.fromEntries(mrrMeasures.map((measure) => [measure, Number(row[measure])])) as Record<(typeof mrrMeasures)[number], number>),
  }));
}

/** Active subscriptions at the end of a day. */
export interface ActiveDay {
  readonly brand: string;
  readonly value: string;
  readonly day: LocalDate;
  readonly subscriptions: number;
  /** Of the rows of all markets and classes only: persons do not add. */
  readonly persons: number | null;
}

type ActiveDimension = 'class' | 'market' | null;

/** By class over all markets, by market over all classes, or neither: each day up to `asOf`. */
export async function readActiveDays(tx: Transaction, view: View, dimension: ActiveDimension): Promise<ActiveDay[]> {
  return activeOf(activeQuery(tx, view, dimension), dimension);
}

/** The same of the newest day that is known of any of the brands, not later than `asOf`. */
export async function readActiveOnNewestDay(tx: Transaction, view: View, dimension: ActiveDimension): Promise<ActiveDay[]> {
  const newest = tx('metric_active_days').max('day').whereIn('brand', view.brands).where('day', '<=', view.asOf);
  return activeOf(activeQuery(tx, view, dimension).where('day', '=', newest), dimension);
}

function activeQuery(tx: Transaction, { brands, asOf }: View, dimension: ActiveDimension): Knex.QueryBuilder {
  const query = tx('metric_active_days').select('brand', 'market', 'class', 'day', 'subscriptions', 'persons').whereIn('brand', brands).where('day', '<=', asOf).orderBy(['brand', 'market', 'class', 'day']);
  const rest = (column: string) => (other: Knex.QueryBuilder) => void other.whereNot(column, '*').orWhereNull(column);
  if (dimension === 'class') return query.where('market', '*').where(rest('class'));
  if (dimension === 'market') return query.where('class', '*').where(rest('market'));
  return query.where({ market: '*', class: '*' });
}

async function activeOf(query: Knex.QueryBuilder, dimension: ActiveDimension): Promise<ActiveDay[]> {
  const rows = (await query) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    brand: String(row['brand']),
    value: String(row[dimension ?? 'class'] ?? ''),
    day: String(row['day']) as LocalDate,
    subscriptions: Number(row['subscriptions']),
    persons: row['persons'] === null || row['persons'] === undefined ? null : Number(row['persons']),
  }));
}

/** Subscriptions of a brand, currency and day that are known to end then, with the MRR that ends. */
interface KnownEnd {
  readonly brand: string;
  readonly currency: string;
  readonly day: LocalDate;
  readonly subscriptions: number;
  readonly mrr: number;
}

/** What is active at the end of `asOf` and has no segment after an end within so many days. */
export async function readKnownEnds(tx: Transaction, { asOf, brands }: View, days: number): Promise<KnownEnd[]> {
  const rows = (await tx({ segment: 'subscription_mrr' })
    .select('segment.brand', 'segment.currency', { day: 'segment.to_date' })
    .count({ subscriptions: '*' })
    .sum({ mrr: 'segment.mrr' })
    .whereIn('segment.brand', brands)
    .where('segment.state', 'active')
    .where('segment.from_date', '<=', asOf)
    .where('segment.to_date', '>', asOf)
    .where('segment.to_date', '<=', addDays(asOf, days))
    .whereNotExists(
      tx({ next: 'subscription_mrr' })
        .select(tx.raw('1'))
        .whereRaw('?? = ?? and ?? = ?? and ?? = ?? and ?? = ??', ['next.brand', 'segment.brand', 'next.account_id', 'segment.account_id', 'next.chain_id', 'segment.chain_id', 'next.from_date', 'segment.to_date']),
    )
    .groupBy('segment.brand', 'segment.currency', 'segment.to_date')
    .orderBy(['segment.brand', 'segment.currency', 'segment.to_date'])) as Record<string, unknown>[];
  return rows.map((row) => ({
    brand: String(row['brand']),
    currency: String(row['currency']),
    day: String(row['day']) as LocalDate,
    subscriptions: Number(row['subscriptions']),
    mrr: Number(row['mrr']),
  }));
}

