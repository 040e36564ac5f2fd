import { createReadStream } from 'node:fs';

import type { Connection, ResultSetHeader } from 'mysql2/promise';

import { HubError } from '../src/core/errors.ts';
import type { RowFile } from './row-files.client.ts';

/**
 * `LOAD DATA LOCAL INFILE … REPLACE` of each file as it stands, each in a transaction of its own.
 * @returns seconds
 * @throws HubError unexpected if the server took the rows otherwise than as they are
 */
export async function loadFiles(connection: Connection, files: readonly RowFile[], signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  for (const { file, table, columns, rows } of files) {
    signal.throwIfAborted();
    await connection.beginTransaction();
    const [result] = await connection.query<ResultSetHeader>({
      sql: `load data local infile ? replace into table ?? character set utf8mb4 fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n' (??)`,
      values: [file, table, columns],
      infileStreamFactory: () => createReadStream(file, { highWaterMark: 1 << 18 }),
    });
    await connection.commit();
    const counts = /Records: (\d+).* Warnings: (\d+)/.exec(result.info);
    if (Number(counts?.[1]) !== rows || Number(counts?.[2]) !== 0) {
      throw new HubError('unexpected', 'load_mismatch', `The server did not take ${rows} rows of ${table} as they are: ${result.info}`);
    }
  }
  return (performance.now() - startedAt) / 1_000;
}
