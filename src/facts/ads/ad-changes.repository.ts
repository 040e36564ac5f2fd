import { encodeRow } from '../../core/text/row-text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { RowFacts } from '../../raw/store/raw-target.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { valuesOf, valuesOfText } from '../fact.ts';
import type { AdSource } from './ad-source.ts';

/** Days of which rows of ad platforms changed, until the facts of the day are derived; no day: its campaigns and the account. */
export const adDayChanges: TableSpec = {
  name: 'ad_day_changes',
  columns: { brand: 'key!', platform: 'key!', account: 'key!', day: 'key!' },
  primaryKey: ['brand', 'platform', 'account', 'day'],
};

/** Of what facts are to be derived: an account's day, or what it has of campaigns. */
export interface AdChange {
  readonly platform: string;
  readonly account: string;
  readonly day: LocalDate | '';
}

/**
 * Notes the days of rows, in their transaction: what an ad group's row comes to depends on its campaign's, which comes in another
 * batch, so the facts are derived once all are there. Where rows of days tell of campaigns, these are noted, too.
 */
export function adDayNotes({ name: platform, entities }: AdSource, stream: Entity): RowFacts {
  const tellsOfEntities = entities.some((each) => each.byDay === true && each.stream === stream);
  return {
    async take({ database, tx, brand, entity }, written, gone) {
      const values = [...written.map(({ text }) => valuesOfText(entity, text)), ...gone.map((row) => valuesOf(entity, row))];
      const noted = values.flatMap(({ account, date }) => [date ?? '', ...(tellsOfEntities ? [''] : [])].map((day) => encodeRow([brand, platform, account ?? '', day])));
      const rows = [...new Set(noted)].sort();
      await database.dialect.bulkInsertMissing(tx, { table: adDayChanges.name, columns: Object.keys(adDayChanges.columns), rows });
    },
  };
}

/** The next changes of a brand, in the order of account and day. */
export function nextAdChanges(tx: Transaction, brand: string, limit: number): Promise<AdChange[]> {
  return tx<AdChange & { brand: string }>(adDayChanges.name).where({ brand }).orderBy(['platform', 'account', 'day']).limit(limit).select('platform', 'account', 'day');
}

/** Takes changes off. First in the transaction: what an import adds meanwhile is either seen by it, or stays for the next one. */
export async function takeAdChanges(tx: Transaction, brand: string, changes: readonly AdChange[]): Promise<void> {
  for (const { platform, account, day } of changes) await tx(adDayChanges.name).where({ brand, platform, account, day }).delete();
}
