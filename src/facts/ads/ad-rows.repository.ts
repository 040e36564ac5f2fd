import type { BatchId, LocalDate } from '../../core/time.ts';
import { textOf } from '../../db/dialect.ts';
import { sliceIdOf } from '../../raw/rows/made-key.ts';
import type { RawTarget } from '../../raw/store/raw-target.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { valuesOf, type Values } from '../fact.ts';
import { rowColumnsOf } from '../row-facts.ts';
import type { AdDayPlace } from './ad-source.ts';
import type { AdDayRows } from './ad-day.ts';

/** Where rows are read. */
export type AdRowsFrom = Pick<RawTarget, 'database' | 'tx' | 'brand'>;

/** The rows of a stream of an account, of one day if it has days, each with its batch. */
export async function accountRows({ database, tx, brand }: AdRowsFrom, entity: Entity, account: string, day: LocalDate | null): Promise<Values[]> {
  const list = rowColumnsOf(entity).map((name) => database.dialect.quote(name)).join(', ');
  const rows = await database.dialect.selectRows(tx, `select ${list} from ${entity.table} where brand = ? and slice_id = ? order by source_id`, [brand, sliceIdOf([account], day)]);
  return rows.map((row) => {
    const texts = row.map(textOf);
    return { ...valuesOf(entity, texts), lake_batch: texts.at(-1) ?? '' };
  });
}

/** The account as the platform describes it; undefined if it did not yet. */
export async function accountRow(from: AdRowsFrom, entity: Entity, account: string): Promise<Values | undefined> {
  return (await accountRows(from, entity, account, null))[0];
}

/** What the platform says of a day. */
export async function adDayRows(from: AdRowsFrom, { source, account, day }: AdDayPlace): Promise<AdDayRows> {
  const rowsOf = async (streams: readonly Entity[]): Promise<Values[]> => {
    const rows: Values[] = [];
    for (const stream of streams) {
      const attribution = source.attribution?.get(stream);
      for (const row of await accountRows(from, stream, account, day)) rows.push(attribution === undefined ? row : { ...row, attribution });
    }
    return rows;
  };
  const [groups, campaigns] = [await rowsOf(source.groupDays), await rowsOf(source.campaignDays)];
  return { groups, campaigns, zone: (await accountRow(from, source.account, account))?.['zone'] ?? null };
}

/** The accounts of which a stream has stated days or all, in their order. */
export async function statedAccounts({ database, tx, brand }: AdRowsFrom, entity: Entity): Promise<string[]> {
  const rows = await database.dialect.selectRows(tx, 'select distinct account from source_days where brand = ? and source = ? and stream = ? order by account', [brand, entity.feed, entity.name]);
  return rows.map(([account]) => String(account));
}

/** Which batch stated each day of a stream last. */
export async function statedDays({ database, tx, brand }: AdRowsFrom, entity: Entity, account: string): Promise<Map<LocalDate, BatchId>> {
  const rows = await database.dialect.selectRows(tx, 'select day, batch from source_days where brand = ? and source = ? and stream = ? and account = ? and day is not null order by day', [brand, entity.feed, entity.name, account]);
  return new Map(rows.map(([day, batch]) => [String(day) as LocalDate, String(batch) as BatchId]));
}
