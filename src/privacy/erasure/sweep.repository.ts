import { tableTexts, type TextColumn } from '../../db/inspection.ts';
import { emailEvents, billingEntities } from '../../sources/index.ts';
import { personalStreams } from '../../sources/streams/index.ts';
import { withoutErased } from '../../raw/erasure/erased-text.ts';
import { mayHoldAddressIn } from '../../raw/erasure/erasures.repository.ts';
import { everywhere, inWindow, nextWindow } from '../retention/windows.ts';
import type { Source } from './find.repository.ts';

const WINDOW_ROWS = 20_000;
/** Rows of sources have a checksum over their texts: they are erased with it (erasures.repository.ts). */
const WITH_CHECKSUM = new Set([...billingEntities, ...emailEvents, ...personalStreams].map(({ table }) => table));

/**
 * Takes every spelling of the addresses out of the texts of all tables, whosever records they belong to: somebody else's
 * note, an answer of a partner, a delta of the audit log, a file name in a report. The tables are those of the database,
 * so none is forgotten. Only texts that can hold an address leave the database.
 */
export async function sweepTexts({ database, tx }: Source, isErased: (emailSha256: string) => boolean, counts: Map<string, number>): Promise<void> {
  for (const { table, keys, texts } of await tableTexts(database, tx)) {
    if (texts.length === 0 || keys.length === 0 || WITH_CHECKSUM.has(table)) continue;
    const quoted = [...keys, ...texts.map(({ name }) => name)].map((column) => database.dialect.quote(column));
    const mayHold = texts.map(({ name, isAscii }) => mayHoldAddressIn(database.dialect.quote(name), isAscii)).join(' or ');
    const walk = { table, keys: keys.map((column) => database.dialect.quote(column)), within: everywhere };
    let changed = 0;
    for (let window = await nextWindow(database.dialect, tx, walk, undefined, WINDOW_ROWS); window !== undefined; window = await nextWindow(database.dialect, tx, walk, window.upTo, WINDOW_ROWS)) {
      const { sql, values } = inWindow(walk, window);
      for (const row of await database.dialect.selectRows(tx, `select ${quoted.join(', ')} from ${table} where ${sql} and (${mayHold})`, values)) {
        const cleaned = cleanedTexts(texts, row.slice(keys.length), isErased);
        if (cleaned.size === 0) continue;
        await tx(table).where(Object.fromEntries(keys.map((key, index) => [key, row[index]]))).update(Object.fromEntries(cleaned));
        changed++;
      }
    }
    if (changed > 0) counts.set(table, (counts.get(table) ?? 0) + changed);
  }
}

function cleanedTexts(columns: readonly TextColumn[], values: readonly (string | number | null)[], isErased: (emailSha256: string) => boolean): Map<string, string> {
  const cleaned = new Map<string, string>();
  columns.forEach(({ name }, index) => {
    const text = values[index];
    if (typeof text !== 'string') return;
    const without = withoutErased(text, isErased);
    if (without !== text) cleaned.set(name, without);
  });
  return cleaned;
}
