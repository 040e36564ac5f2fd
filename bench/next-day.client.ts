import { createWriteStream } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { checksum } from '../src/core/hash.ts';
import { addDays, batchOfInstant, dateOf, instantOfBatch, startOfDay, type BatchId, type LocalDate } from '../src/core/time.ts';
import { openFileLake } from '../src/lake/files/files.client.ts';
import type { LakeBatch } from '../src/lake/port/lake.ts';

/** A lake with one more day. */
export interface NextDay {
  readonly folder: string;
  /** Rows of that day. */
  readonly rows: number;
}

const ONE_OF = 100n;
/** A text of each entity that its enriched record holds too, so that a changed row is a changed record. */
const CHANGED_TEXTS = new Set(['AccountNumber', 'City', 'CancelReason', 'PlanName', 'ChargeNumber', 'InvoiceNumber', 'SKU', 'ReferenceId', 'ReasonCode', 'Comment']);
const NEVER: BatchId = '99991231T000000Z' as BatchId;

/**
 * A lake like the given one with a daily batch more, in which one account of a hundred has changed: its rows of the
 * first batches come once more, newer and with another text. The batches before are linked, not copied.
 */
export async function writeNextDay(lake: string, folder: string, signal: AbortSignal): Promise<NextDay> {
  const source = openFileLake(lake);
  const brandFolders = await brandsOf(join(lake, 'billing'));
  const listed = await Promise.all(
    brandFolders.map(async ({ entity, brand }) => ({ entity, brand, batches: (await source.listFeed({ source: 'billing', entity, brand }, { until: NEVER }, signal)).batches })),
  );
  const last = listed.flatMap(({ batches }) => batches.map(({ batch }) => batch)).sort().at(-1);
  if (last === undefined) throw new Error(`${lake} has no batches.`);
  const day = addDays(dateOf(instantOfBatch(last)), 1);
  let rows = 0;
  for (const { entity, brand, batches } of listed) {
    const to = join(folder, 'billing', entity, `brand=${brand}`);
    await mkdir(to, { recursive: true });
    for (const { batch } of batches) await symlink(join(lake, 'billing', entity, `brand=${brand}`, `batch=${batch}`), join(to, `batch=${batch}`));
    const [first] = batches;
    if (first === undefined) continue;
    const file = join(to, `batch=${batchOfInstant(startOfDay(addDays(day, 1)))}`);
    await mkdir(file);
    await pipeline(Readable.from(changedRows(first, day, () => rows++)), createWriteStream(join(file, 'part-00000.csv')), { signal });
  }
  await source.close();
  return { folder, rows };

  async function* changedRows(first: LakeBatch, date: LocalDate, count: () => void): AsyncGenerator<string> {
    let named = false;
    for await (const { header, blocks } of source.readBatch(first, { signal, attempt: 1 }).parts) {
      if (!named && header.length > 0) yield lineOf(header);
      named ||= header.length > 0;
      const owner = header.indexOf(first.feed.entity === 'account' ? 'Id' : 'AccountId');
      const updated = header.indexOf('UpdatedDate');
      const texts = header.flatMap((name, index) => (CHANGED_TEXTS.has(name) ? [index] : []));
      for await (const block of blocks) {
        for (const { fields, fault } of block) {
          if (fault !== undefined || fields.length !== header.length) continue;
          // A row without AccountId belongs to an account that only its parent knows, and the catalog to none.
          const account = fields[owner];
          if (account === undefined || account === null || account === '' || BigInt(`0x${checksum(account)}`) % ONE_OF !== 0n) continue;
          count();
          yield lineOf(fields.map((field, index) => (index === updated ? `${date} 12:00:00` : texts.includes(index) ? `${field ?? ''}+` : (field ?? ''))));
        }
      }
    }
  }
}

async function brandsOf(billing: string): Promise<{ entity: string; brand: string }[]> {
  const entities = await readdir(billing);
  const found = await Promise.all(entities.map(async (entity) => (await readdir(join(billing, entity))).map((name) => ({ entity, brand: name.replace(/^brand=/, '') }))));
  return found.flat();
}

function lineOf(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`;
}
