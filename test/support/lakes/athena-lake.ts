import { openAthenaLake, type AthenaLakeOptions } from '../../../src/lake/athena/athena.client.ts';
import { sleepMillis } from '../../../src/lake/athena/delays.ts';
import type { BatchReading, Lake, LakeBatch } from '../../../src/lake/port/lake.ts';
import type { LakeRecord } from '../../../src/lake/text/record.ts';
import { parseBatchId } from '../../../src/core/time.ts';
import type { AthenaServer } from '../servers/athena-server.ts';

/** A lake on the test server: fake credentials, two tries, and waits cut to 2 ms. */
export function athenaLake(server: AthenaServer, options: AthenaLakeOptions = {}): Lake {
  return openAthenaLake(server.location, {
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    sleep: (millis, signal) => sleepMillis(Math.min(millis, 2), signal),
    tries: 2,
    ...options,
  });
}

/** The batch of `billing_invoice` of alpina loaded at 02:00:00 and some seconds. */
export function invoiceBatch(second = 0): LakeBatch {
  const batch = parseBatchId(`20261120T0200${String(second).padStart(2, '0')}Z`);
  if (batch === undefined) throw new Error('not a batch');
  return { feed: { source: 'billing', entity: 'invoice', brand: 'alpina' }, batch };
}

/** Everything of a reading: the header and the records of its parts. */
export async function readAll(reading: BatchReading): Promise<{ name: string; header: readonly string[]; records: LakeRecord[] }[]> {
  const parts = [];
  for await (const { name, header, blocks } of reading.parts) {
    const records: LakeRecord[] = [];
    for await (const block of blocks) records.push(...block);
    parts.push({ name, header, records });
  }
  return parts;
}
