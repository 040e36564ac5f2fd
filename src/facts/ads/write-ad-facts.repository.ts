import { oneSpelling } from '../../core/decimal.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { TableCounts } from '../../engine/records/record-counts.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { Fact } from '../fact.ts';
import type { FactTarget } from '../fact.ts';
import { removeFacts, writeFacts } from '../write-facts.repository.ts';
import type { StoredFact } from './ad-day.ts';

/** How many facts came, changed, stayed and went. */
export type FactCounts = Omit<TableCounts, 'read'>;

/**
 * Brings the facts of a scope to what they are now: writes what is new or otherwise, and takes away what is no longer said. What
 * files say is left alone. True if anything changed.
 * @param scope values of key columns
 * @param keepsOthers what is no longer said stays
 */
export async function replaceFacts(target: FactTarget, table: TableSpec, scope: Readonly<Record<string, string>>, facts: readonly StoredFact[], counts: FactCounts, keepsOthers = false): Promise<boolean> {
  const { tx, brand, entity } = target;
  const stored = await tx<Record<string, string | number | null>>(table.name).where({ ...scope, brand, source: entity.feed }).select('*');
  const known = new Map(stored.map((row) => [keyOf(table, row), row]));
  const changed = facts.filter(({ fact }) => !isSame(table, fact, known.get(keyOf(table, fact))));
  const wanted = new Set(facts.map(({ fact }) => keyOf(table, fact)));
  const gone = keepsOthers ? [] : stored.filter((row) => !wanted.has(keyOf(table, row)));
  const inserted = changed.filter(({ fact }) => !known.has(keyOf(table, fact))).length;
  await removeFacts(target, table, gone);
  await writeFacts(target, table, changed);
  counts.inserted += inserted;
  counts.updated += changed.length - inserted;
  counts.unchanged += facts.length - changed.length;
  counts.deleted += gone.length;
  return changed.length + gone.length > 0;
}

/** Without the brand, which a fact has not yet. */
function keyOf({ primaryKey }: TableSpec, fact: Fact): string {
  return encodeRow(primaryKey.filter((name) => name !== 'brand').map((name) => String(fact[name] ?? '')));
}

function isSame(table: TableSpec, fact: Fact, stored: Fact | undefined): boolean {
  return stored !== undefined && Object.entries(fact).every(([name, value]) => spelled(table, name, value) === spelled(table, name, stored[name]));
}

function spelled({ columns }: TableSpec, name: string, value: string | number | null | undefined): string | null {
  return oneSpelling(value, columns[name]?.startsWith('decimal') === true);
}
