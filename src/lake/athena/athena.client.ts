import { text } from 'node:stream/consumers';

import pLimit from 'p-limit';

import { HubError } from '../../core/errors.ts';
import type { AthenaEngine, EngineOptions } from './engine.client.ts';
import type { QueryScope } from './errors.ts';
import { enterGate } from './gate.ts';
import { type BrandObject, listingOf } from './listing.ts';
import { displayLocation, parseAthenaLocation } from './location.ts';
import { readPart } from './part.ts';
import { batchStatement, brandsStatement, partitionsStatement, requestToken, type Statement, tableName, tableNamesStatement, tablesStatement } from './statements.ts';
import type { ExpectedRows, Lake, LakeBatch, LakeFeed, LakePart, ReadOptions, ReadStatistics, UnreadPlace } from '../port/lake.ts';
import { shownName } from '../port/layout.ts';
import { parseManifest } from '../port/manifest.ts';

const SOURCES = ['billing', 'email'] as const satisfies readonly LakeFeed['source'][];

export interface AthenaLakeOptions extends EngineOptions {
  /** Queries in flight, from their start to the end of their download. Default 4. */
  readonly concurrency?: number;
}

/**
 * The lake behind Athena: one table per feed (`billing_invoice`), partitioned by brand and batch. The AWS SDK is
 * loaded on first use. A reading holds one of the `concurrency` slots until it is read to its end or left.
 *
 * @param location `athena://<catalog>/<database>?workgroup=W&output=s3://bucket/prefix&region=R[&endpoint=URL]`
 * @throws HubError `configuration` if the location is malformed.
 */
export function openAthenaLake(location: string, options: AthenaLakeOptions = {}): Lake {
  const target = parseAthenaLocation(location);
  const gate = pLimit(options.concurrency ?? 4);
  const manifestsOf = new WeakMap<LakeBatch, readonly string[]>();
  let engine: Promise<AthenaEngine> | undefined;

  const open = (): Promise<AthenaEngine> =>
    (engine ??= import('./engine.client.ts').then(({ openEngine }) => openEngine(target, options)));

  // Runs a statement whose result is a handful of short rows.
  const ask = async (statement: Statement, scope: QueryScope): Promise<string[][]> => {
    const leave = await enterGate(gate, scope);
    try {
      const { run, smallResult } = await open();
      const { id } = await run({ statement }, scope);
      return await smallResult(id, scope);
    } finally {
      leave();
    }
  };

  async function* readParts(batch: LakeBatch, read: ReadOptions, statistics: ReadStatistics): AsyncGenerator<LakePart> {
    const context = { entity: batch.feed.entity, brand: batch.feed.brand, batch: batch.batch };
    const scope = { context, signal: read.signal };
    const leave = await enterGate(gate, scope);
    try {
      const { run, download } = await open();
      const statement = batchStatement(batch);
      const token = requestToken(target, statement, read.attempt);
      const onScanned = (bytes: number) => {
        statistics.bytesScanned = bytes;
      };
      const { id, output } = await run({ statement, token, onScanned }, scope);
      const resultScope = { ...scope, context: { ...context, query: id } };
      statistics.files = 1;
      yield* readPart(id, download(output, resultScope), resultScope.context);
    } finally {
      leave();
    }
  }

  // What lies in the bucket for a feed, as far as the role may look.
  const objectsOf = async (feed: LakeFeed, scope: QueryScope): Promise<{ objects?: BrandObject[]; reason: string }> => {
    const { tableLocation, objectsBelow } = await open();
    try {
      const location = await tableLocation(tableName(feed), scope);
      if (location === undefined) return { reason: 'the tables do not lie on S3' };
      return { objects: await objectsBelow(`${location}brand=${feed.brand}/`, scope), reason: '' };
    } catch (error) {
      if (error instanceof HubError && error.code === 'lake_access_denied') return { reason: 'the role lacks athena:GetTableMetadata, or s3:ListBucket on the data' };
      throw error;
    }
  };

  // Rows of a query result belong to no file, so their sum is what can be held against manifests.
  const expectedRows = async (batch: LakeBatch, { signal }: ReadOptions): Promise<ExpectedRows | undefined> => {
    const uris = manifestsOf.get(batch) ?? [];
    if (uris.length === 0) return undefined;
    const scope = { context: { entity: batch.feed.entity, brand: batch.feed.brand, batch: batch.batch }, signal };
    const { download } = await open();
    const counts = await Promise.all(uris.map(async (uri) => [...parseManifest(await text(download(uri, scope)), uri).values()]));
    return counts.flat().reduce((sum, rows) => sum + rows, 0);
  };

  return {
    location: displayLocation(target),
    async listFeed(feed, range, signal) {
      const scope = { context: { entity: feed.entity, brand: feed.brand }, signal };
      const values = (await ask(partitionsStatement(feed), scope)).map(([value = '']) => value);
      const seen = await objectsOf(feed, scope);
      const { listing, manifests } = listingOf(feed, range, values, seen.objects);
      for (const [batch, uris] of manifests) manifestsOf.set(batch, uris);
      return { ...listing, ...(seen.objects === undefined ? { unseen: seen.reason } : {}) };
    },
    async listUnknown({ entities, brands }, signal) {
      const scope = { context: { database: target.database }, signal };
      const tables = (await ask(tableNamesStatement(target.database), scope)).map(([name = '']) => name);
      const unknown: UnreadPlace[] = [];
      for (const source of SOURCES) {
        for (const table of tables.filter((name) => name.startsWith(`${source}_`))) {
          const entity = table.slice(source.length + 1);
          if (!entities[source].includes(entity)) {
            unknown.push({ place: shownName(table), why: 'hub has no such entity', source });
            continue;
          }
          const others = (await ask(brandsStatement({ source, entity }), scope)).map(([brand = '']) => brand).filter((brand) => !brands.includes(brand));
          unknown.push(...others.map((brand) => ({ place: shownName(`${table}/brand=${brand}`), why: 'the brand is not configured', source })));
        }
      }
      return unknown;
    },
    readBatch(batch, read) {
      const statistics: ReadStatistics = { files: 0, bytesScanned: 0 };
      return { parts: readParts(batch, read, statistics), statistics, expectedRows: () => expectedRows(batch, read) };
    },
    async check(signal) {
      const [row] = await ask(tablesStatement(target.database), { context: { database: target.database }, signal });
      const tables = Number(row?.[0] ?? 0);
      if (tables === 0) throw emptyDatabase(target.database);
      return { detail: `workgroup ${target.workgroup}, ${tables} tables` };
    },
    async close() {
      (await engine)?.close();
    },
  };
}

function emptyDatabase(database: string): HubError {
  return new HubError('configuration', 'lake_database', `The database ${database} does not exist or has no tables.`, {
    nextStep: 'Check catalog and database in HUB_LAKE_URL, and that the role may see its tables.',
  });
}
