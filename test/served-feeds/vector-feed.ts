import type { Database } from '../../src/db/database.ts';
import { createTable, dropTable, type TableSpec } from '../../src/db/schema.ts';
import type { Catalog } from '../../src/served-feeds/declare/catalog.ts';
import type { ColumnType } from '../../src/served-feeds/declare/column-types.ts';
import { compileFeeds, requireSoundFeeds } from '../../src/served-feeds/declare/feeds-file.ts';
import type { ServedFeed } from '../../src/served-feeds/declare/served-feed.ts';
import vectors from '../vectors/serve.json' with { type: 'json' };

const { feed, rows } = vectors.feeds;

/** The one table of the vectors; `market` may be empty and has other letters than ASCII in no row. */
const table: TableSpec = {
  name: 'vector_orders',
  columns: { order: 'key!', brand: 'key!', market: 'text', ordered_at: 'date', currency: 'currency!', status: 'text', items: 'integer', is_new: 'boolean', invoiced: 'integer', note: 'text' },
  primaryKey: ['order'],
};

const types = Object.fromEntries(Object.entries(feed.columns).map(([name, { type }]) => [name, type as ColumnType]));
const vectorCatalog: Catalog = { vector_orders: { columns: types, hashes: [], unique: [['order']] } };

const declaration = { feeds: { orders: { ...feed, table: table.name, columns: Object.keys(feed.columns) } } };

/** The feed of the vectors, as config/feeds.yaml would declare it. */
export function vectorFeed(change: object = {}): ServedFeed {
  const text = JSON.stringify({ feeds: { orders: { ...declaration.feeds.orders, ...change } } });
  const found = requireSoundFeeds(compileFeeds({ file: 'feeds.yaml', text }, vectorCatalog)).feeds.get('orders');
  if (found === undefined) throw new Error('the feed of the vectors is missing');
  return found;
}

/** Makes the table with the rows of the vectors. */
export async function makeVectorTable(database: Database): Promise<void> {
  await createTable({ knex: database.knex, dialect: database.dialect }, table);
  await database.write(async (tx) => {
    await tx(table.name).insert(rows.map((row) => ({ ...row, is_new: row.is_new ? 1 : 0 })));
  });
}

export async function dropVectorTable(database: Database): Promise<void> {
  await dropTable({ knex: database.knex, dialect: database.dialect }, table.name);
}
