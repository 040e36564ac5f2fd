import pLimit from 'p-limit';

import { HubError } from '../core/errors.ts';
import { parseBatchId } from '../core/time.ts';
import type { AthenaEngine, EngineOptions } from './athena-engine.client.ts';
import type { QueryScope } from './athena-errors.ts';
import { enterGate } from './athena-gate.ts';
import { displayLocation, parseAthenaLocation } from './athena-location.ts';
import { readPart } from './athena-part.ts';
import { batchStatement, partitionsStatement, requestToken, type Statement, tablesStatement } from './athena-statements.ts';
import type { Lake, LakeBatch, LakePart, ReadOptions, ReadStatistics } from './lake.ts';

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
  let engine: Promise<AthenaEngine> | undefined;

  const open = (): Promise<AthenaEngine> =>
    (engine ??= import('./athena-engine.client.ts').then(({ openEngine }) => openEngine(target, options)));

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

  return {
    location: displayLocation(target),
    async listBatches(feed, range, signal) {
      const context = { entity: feed.entity, brand: feed.brand };
      const rows = await ask(partitionsStatement(feed, range), { context, signal });
      // A partition that is not named by a load time is none of the exporter's.
      return rows.map(([name = '']) => parseBatchId(name)).filter((batch) => batch !== undefined).map((batch) => ({ feed, batch }));
    },
    readBatch(batch, read) {
      const statistics: ReadStatistics = { files: 0, bytesScanned: 0 };
      return { parts: readParts(batch, read, statistics), statistics };
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
