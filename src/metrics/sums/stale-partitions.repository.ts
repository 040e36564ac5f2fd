import { addDays, type LocalDate } from '../../core/time.ts';
import { readOrderDays, type AggregateSource } from '../aggregates/read-aggregates.repository.ts';
import { periodOf } from '../aggregates/calendar.ts';
import { WINDOWS } from '../aggregates/campaigns.ts';
import { completeAges } from '../cohorts/ages.ts';
import { modelDay } from '../models/model-day.ts';
import { Partitions, WHOLE, type PartitionKind } from '../partitions/partitions.ts';
import { GROUP } from '../records/group.ts';

/** A table, the column whose months are partitions, and of which rows. */
type MonthsIn = readonly [kind: PartitionKind, table: string, column: string, where: string];

/** Where it stands which months have sums, or should have. */
const MONTHS: readonly MonthsIn[] = [
  ['revenue', 'revenue_facts', 'fact_date', '1 = 1'],
  ['revenue', 'metric_revenue_days', 'day', '1 = 1'],
  ['campaigns', 'revenue_facts', 'chain_start', 'chain_start is not null and (coupon_code is not null or campaign is not null)'],
  ['campaigns', 'metric_campaigns', 'month', '1 = 1'],
  ['cohorts', 'metric_customers', 'acquired_on', 'acquired_on is not null'],
  ['cohorts', 'mrr_movements', 'movement_date', "kind = 'new'"],
  ['cohorts', 'metric_cohorts', 'cohort', '1 = 1'],
  ['mrr', 'mrr_movements', 'movement_date', '1 = 1'],
  ['mrr', 'metric_mrr_days', 'day', '1 = 1'],
  ['active', 'metric_active_days', 'day', '1 = 1'],
  ['customers', 'metric_customer_periods', 'period', '1 = 1'],
  ['goods', 'metric_products', 'month', '1 = 1'],
  ['marketing', 'metric_customers', 'acquired_on', 'acquired_on is not null'],
  ['marketing', 'metric_ad_days', 'day', '1 = 1'],
  ['marketing', 'metric_acquisition', 'month', '1 = 1'],
  ['marketing', 'metric_pacing', 'month', '1 = 1'],
  ['marketing', 'ad_budgets', 'month', '1 = 1'],
];
const FAR = '9999-12-31' as LocalDate;
const LONG_AGO = '0001-01-01' as LocalDate;

/** Every partition that has sums or should have. */
export async function allPartitions(source: AggregateSource, brands: readonly string[], asOf: LocalDate): Promise<Partitions> {
  const { database, tx } = source;
  const partitions = new Partitions();
  for (const [kind, table, column, where] of MONTHS) {
    for (const [brand, month] of await monthsOf(source, table, column, where)) partitions.add(kind, brand, month);
  }
  const begun = await database.dialect.selectRows(tx, "select brand, min(from_date) from subscription_mrr where state = 'active' group by brand", []);
  for (const [brand, from] of begun) partitions.addMonths('active', String(brand), String(from) as LocalDate, asOf);
  for (const [brand, day] of await database.dialect.selectRows(tx, 'select distinct brand, fact_date from revenue_facts', [])) addPeriods(partitions, String(brand), String(day) as LocalDate);
  for (const brand of brands) for (const { day } of await readOrderDays(source, brand, { from: LONG_AGO, to: FAR })) addPeriods(partitions, brand, day);
  for (const brand of await brandsOfModels(source, brands)) partitions.add('models', brand, WHOLE);
  return partitions;
}

/** The partitions that another day of states changes without any change of a person. */
export async function partitionsOfDays(source: AggregateSource, brands: readonly string[], was: LocalDate, asOf: LocalDate): Promise<Partitions> {
  const partitions = new Partitions();
  if (was === asOf) return partitions;
  if (modelDay(was) !== modelDay(asOf)) for (const brand of brands) partitions.add('models', brand, WHOLE);
  for (const brand of brands) partitions.addMonths('active', brand, addDays(was, 1), asOf);
  for (const brand of [...brands, GROUP]) partitions.add('mrr', brand, addDays(was, 1));
  for (const [, table, column, where] of MONTHS.filter(([kind, table]) => kind === 'cohorts' && table !== 'metric_cohorts')) {
    for (const [brand, month] of await monthsOf(source, table, column, where)) {
      if (([0, 1] as const).some((lag) => completeAges(month, was, lag) !== completeAges(month, asOf, lag))) partitions.add('cohorts', brand, month);
    }
  }
  await addDatedFacts(source, partitions, was, asOf);
  return partitions;
}

/** Facts whose day has come, and chains that are old enough for another window. */
async function addDatedFacts({ database, tx }: AggregateSource, partitions: Partitions, was: LocalDate, asOf: LocalDate): Promise<void> {
  const month = 'substr(f.chain_start, 1, 7)';
  const coded = 'f.chain_start is not null and (f.coupon_code is not null or f.campaign is not null)';
  const started = WINDOWS.map(() => '(f.chain_start > ? and f.chain_start <= ?)').join(' or ');
  const chains = await database.dialect.selectRows(
    tx,
    `select distinct f.brand, ${month} from revenue_facts f where ${coded} and ((f.fact_date >= ? and f.fact_date < ?) or ${started})`,
    [was, asOf, ...WINDOWS.flatMap((days) => [addDays(was, -days), addDays(asOf, -days)])],
  );
  for (const [brand, start] of chains) partitions.add('campaigns', String(brand), String(start));
  const members = await database.dialect.selectRows(
    tx,
    `select distinct c.brand, substr(c.acquired_on, 1, 7) from revenue_facts f join metric_customers c on c.person_id = f.person_id and c.brand in (f.brand, ?)
      where f.fact_date > ? and f.fact_date <= ? and c.acquired_on is not null`,
    [GROUP, was, asOf],
  );
  for (const [brand, acquired] of members) partitions.add('cohorts', String(brand), String(acquired));
}

/**
 * Periods whose orders are not those that are counted: orders are records of another stage, which tells whose changed, but
 * not of which days they were.
 */
export async function partitionsOfOrders(source: AggregateSource, brands: readonly string[]): Promise<Partitions> {
  const { database, tx } = source;
  const partitions = new Partitions();
  const counted = await database.dialect.selectRows(tx, "select brand, period, orders_new, orders_existing from metric_customer_periods where grain = 'day'", []);
  const differences = new Map<string, number>();
  const count = (scope: string, day: string, which: string, orders: number): void => {
    const key = `${scope}\t${day}\t${which}`;
    differences.set(key, (differences.get(key) ?? 0) + orders);
  };
  for (const [brand, day, fresh, existing] of counted) {
    count(String(brand), String(day), 'new', -Number(fresh));
    count(String(brand), String(day), 'existing', -Number(existing));
  }
  for (const brand of brands) {
    for (const { day, isNew, orders } of await readOrderDays(source, brand, { from: LONG_AGO, to: FAR })) {
      for (const scope of [brand, GROUP]) count(scope, day, isNew ? 'new' : 'existing', orders);
    }
  }
  for (const [key, difference] of differences) {
    const [scope = '', day = ''] = key.split('\t');
    if (difference === 0) continue;
    for (const grain of ['month', 'week'] as const) partitions.add('customers', scope, periodOf(grain, day as LocalDate));
  }
  return partitions;
}

/** All brands, and those of before that have models or predictions. */
async function brandsOfModels({ database, tx }: AggregateSource, brands: readonly string[]): Promise<Set<string>> {
  const rows = await database.dialect.selectRows(tx, 'select brand from metric_models union select brand from customer_predictions', []);
  return new Set([...brands, ...rows.map(([brand]) => String(brand))]);
}

async function monthsOf({ database, tx }: AggregateSource, table: string, column: string, where: string): Promise<[brand: string, month: string][]> {
  const rows = await database.dialect.selectRows(tx, `select distinct brand, substr(${column}, 1, 7) from ${table} where ${where}`, []);
  return rows.map(([brand, month]) => [String(brand), String(month)]);
}

function addPeriods(partitions: Partitions, brand: string, date: LocalDate): void {
  for (const scope of [brand, GROUP]) for (const grain of ['month', 'week'] as const) partitions.add('customers', scope, periodOf(grain, date));
}
