import type { Database } from '../../../src/db/database.ts';

type Row = Record<string, string | number | null>;

/** Changes columns of the rows of a table by hand, as SQL does: the checksums stay. */
export async function changeByHand(database: Database, table: string, where: Row, values: Row): Promise<void> {
  const changed = await database.write((tx) => tx(table).where(where).update(values));
  if (changed === 0) throw new Error(`There is nothing to change in ${table}.`);
}

/** Deletes rows of a table by hand. */
export async function deleteByHand(database: Database, table: string, where: Row): Promise<void> {
  const deleted = await database.write((tx) => tx(table).where(where).delete());
  if (deleted === 0) throw new Error(`There is nothing to delete in ${table}.`);
}

/** Adds a copy of a row of a table by hand, some columns of which are others. */
export async function addByHand(database: Database, table: string, where: Row, values: Row): Promise<void> {
  const row = await database.read((knex) => knex<Row>(table).where(where).first());
  if (row === undefined) throw new Error(`There is nothing to copy in ${table}.`);
  await database.write((tx) => tx(table).insert({ ...row, ...values }));
}
