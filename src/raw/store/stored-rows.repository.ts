import type { KeyLookup, StoredValues } from '../../db/dialect.ts';
import type { RawTarget } from './raw-target.ts';

/** So many stored rows are read for each that is wanted; where more lie between them, each is looked up by itself. */
const READ_FOR_ONE = 3;
/** Keys at whose beginning it is seen how many rows lie between them. */
const TRIED = 50;
const NUL = '\0';

/**
 * The stored rows of the keys and, where most of the table is wanted, of keys between them: then the table is read in its
 * order, which costs a third of looking up each key.
 * @param keys sorted, without duplicates
 * @param columns the first is the key
 */
export async function findStoredRows(target: Pick<RawTarget, 'database' | 'tx' | 'entity' | 'brand'>, keys: readonly string[], columns: readonly string[]): Promise<StoredValues[]> {
  const lookup = { table: target.entity.table, brand: target.brand, keyColumn: 'source_id', keys, columns };
  const isDense = keys.length > TRIED && (await findBetween(target, { ...lookup, keys: keys.slice(0, TRIED), columns: ['source_id'] })) !== undefined;
  const found = isDense ? await findBetween(target, lookup) : undefined;
  return found ?? target.database.dialect.findByKeys(target.tx, lookup);
}

/** All rows from the first key to the last; undefined if they are too many. */
async function findBetween({ database, tx }: Pick<RawTarget, 'database' | 'tx'>, { table, brand, keyColumn, keys, columns }: KeyLookup): Promise<StoredValues[] | undefined> {
  const { dialect } = database;
  const [first = '', last = first] = [keys.at(0), keys.at(-1)];
  const key = dialect.quote(keyColumn);
  const most = keys.length * READ_FOR_ONE;
  const names = columns.map((name) => dialect.quote(name));
  const rows = await dialect.selectRows(
    tx,
    `select ${dialect.packed?.(names) ?? names.join(', ')} from ${dialect.quote(table)} where brand = ? and ${key} between ? and ? order by ${key} limit ${most + 1}`,
    [brand, first, last],
  );
  if (rows.length > most) return undefined;
  return dialect.packed === undefined ? rows : rows.map(([row]) => String(row).split(NUL).map((value) => (value === '' ? null : value)));
}
