import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { textOf } from '../../db/dialect.ts';
import { stageOf } from '../../engine/declare/stages.ts';
import { markOf } from '../../engine/stage/stage-marks.repository.ts';
import { GROUP } from '../../metrics/records/group.ts';
import type { MrrDay, SegmentChange } from './mrr-days.ts';

const { name: STAGE } = stageOf('build-metrics');

export interface MetricSource {
  readonly database: Database;
  readonly tx: Transaction;
}

/** How far build-metrics has come; undefined: it never came to its end. */
export interface MetricsState {
  /** The last day of states. */
  readonly asOf: LocalDate;
  /** Persons or orders changed since, or sums wait for their computation: a difference is mended by its next run. */
  readonly isPending: boolean;
}

/** Whether the metrics are there, and up to date. */
export async function readMetricsState({ database, tx }: MetricSource): Promise<MetricsState | undefined> {
  const rows = await database.dialect.selectRows(tx, 'select shard, mark, as_of from stage_marks where stage = ? order by shard', [STAGE]);
  const mark = markOf(rows.map(([shard, value]) => [String(shard), Number(value)]));
  const sums = await database.dialect.selectRows(tx, "select as_of from stage_marks where stage = 'build-metrics-sums'", []);
  if (mark === undefined || sums[0] === undefined) return undefined;
  const waiting = [
    await database.dialect.selectRows(tx, 'select 1 from metric_partitions limit 1', []),
    await database.dialect.selectRows(tx, 'select 1 from undecidable where stage = ? limit 1', [STAGE]),
    await database.dialect.selectRows(tx, 'select 1 from enriched_changes where change_no > ? limit 1', [mark]),
    await database.dialect.selectRows(tx, 'select 1 from order_changes where change_no > ? limit 1', [mark]),
    await database.dialect.selectRows(tx, 'select 1 from shop_changes where change_no > ? limit 1', [mark]),
  ];
  return { asOf: String(sums[0][0]) as LocalDate, isPending: waiting.some(({ length }) => length > 0) };
}

/** The stored recurring revenue of a brand, or of GROUP, at the end of each day up to one, in order of currency and day. */
export async function readMrrDays({ database, tx }: MetricSource, brand: string, upTo: LocalDate): Promise<MrrDay[]> {
  const flows = ['new', 'expansion', 'contraction', 'churn', 'reactivation'].map((name) => database.dialect.quote(name)).join(' + ');
  const rows = await database.dialect.selectRows(tx, `select currency, day, mrr, ${flows} from metric_mrr_days where brand = ? and day <= ? order by currency, day`, [brand, upTo]);
  return rows.map(([currency, day, mrr, moved]) => ({ currency: String(currency), day: String(day) as LocalDate, mrr: Number(mrr), moved: Number(moved) }));
}

/** By how much movements, and the beginnings and ends of segments, change the recurring revenue of a brand or GROUP by day. */
export async function readMrrChanges({ database, tx }: MetricSource, brand: string, upTo: LocalDate): Promise<{ readonly movements: SegmentChange[]; readonly segments: SegmentChange[] }> {
  const [where, values] = brand === GROUP ? ['', []] : ['brand = ? and ', [brand]];
  const changes = async (statement: string, own: readonly string[]): Promise<SegmentChange[]> =>
    (await database.dialect.selectRows(tx, statement, own)).map(([currency, day, amount]) => ({ currency: String(currency), day: String(day) as LocalDate, amount: Number(amount) }));
  const ofSegments = (column: string, sum: string): Promise<SegmentChange[]> =>
    changes(`select currency, ${column}, ${sum} from subscription_mrr where ${where}${column} is not null and ${column} <= ? group by currency, ${column}`, [...values, upTo]);
  return {
    movements: await changes('select currency, movement_date, sum(amount) from mrr_movements where brand = ? and movement_date <= ? group by currency, movement_date', [brand, upTo]),
    segments: [...(await ofSegments('from_date', 'sum(mrr)')), ...(await ofSegments('to_date', '-sum(mrr)'))],
  };
}

/** Sums by currency: revenue with its tax as metrics have it, and what it must be. */
export interface RevenueSums {
  readonly facts: ReadonlyMap<string, number>;
  readonly expected: ReadonlyMap<string, number>;
}

/**
 * What a brand's revenue comes to: of billing against what customer accounts were invoiced less what was credited, of shops against
 * the sales of orders that are no tests and that billing does not have.
 */
export async function readRevenueSums({ database, tx }: MetricSource, brand: string): Promise<Readonly<Record<'billing' | 'shop', RevenueSums>>> {
  const sums = async (statement: string): Promise<Map<string, number>> =>
    new Map((await database.dialect.selectRows(tx, statement, [brand])).map(([currency, amount]) => [String(currency), Number(amount)]));
  return {
    billing: {
      facts: await sums("select currency, sum(amount + tax) from revenue_facts where brand = ? and source = 'billing' group by currency"),
      expected: await sums('select currency, sum(invoiced) - sum(credited) from customer_accounts where brand = ? group by currency'),
    },
    shop: {
      facts: await sums("select currency, sum(amount + tax) from revenue_facts where brand = ? and source = 'shop' group by currency"),
      expected: await sums(
        `select s.currency, sum(s.net + s.tax) from shop_orders o join shop_sales s on s.brand = o.brand and s.order_key = o.source_id
          where o.brand = ? and o.is_test = 0 and o.billing_order_id is null group by s.currency`,
      ),
    },
  };
}

/** The stored number of active subscriptions of a brand on a day, by market; null: where none is known. */
export async function readActiveDay({ database, tx }: MetricSource, brand: string, day: LocalDate): Promise<Map<string | null, number>> {
  const rows = await database.dialect.selectRows(tx, "select market, subscriptions from metric_active_days where brand = ? and day = ? and class = '*' and (market is null or market <> '*')", [brand, day]);
  return new Map(rows.map(([market, subscriptions]) => [textOf(market ?? null), Number(subscriptions)]));
}
