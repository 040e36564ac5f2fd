import { groupBy } from '../core/group-by.ts';
import { slices } from '../core/slices.ts';
import { encodeRow } from '../core/text/row-text.ts';
import { textOf } from '../db/dialect.ts';
import type { TableSpec } from '../db/schema.ts';
import { sharedSlices } from './fact-tables.ts';
import type { BatchFact, Fact, FactTarget } from './fact.ts';

const SLICES_PER_QUERY = 200;

/**
 * Of two sources of one slice the later batch wins (metrics specification, "Feeds `ads` and `inventory`"): gives the facts that
 * may be written, and takes away what another source said earlier of their slices. What an older batch says changes nothing, so
 * the order in which batches come does not matter.
 * @param standing all facts that stand of the slice of one, where the given ones are those that changed: a slice that is taken over is written whole
 */
export async function settleSlices(target: FactTarget, table: TableSpec, facts: readonly BatchFact[], standing?: (fact: Fact) => Promise<readonly BatchFact[]>): Promise<readonly BatchFact[]> {
  const columns = sharedSlices.get(table);
  if (columns === undefined) return facts;
  const kept: BatchFact[] = [];
  for (const { own, first, isTaken, isLost } of await contested(target, table, columns, facts)) {
    if (isLost) continue;
    kept.push(...(isTaken && standing !== undefined ? whole(table, await standing(first.fact), own) : own));
    if (isTaken) await target.tx(table.name).where({ brand: target.brand, ...sliceOf(columns, first.fact) }).whereNot({ source: target.entity.feed }).delete();
  }
  return kept;
}

/** What stands, with what changed in the place of what it was. */
function whole({ primaryKey }: TableSpec, standing: readonly BatchFact[], changed: readonly BatchFact[]): BatchFact[] {
  const keyOf = ({ fact }: BatchFact): string => encodeRow(primaryKey.map((name) => textOf(fact[name])));
  return [...new Map([...standing, ...changed].map((each) => [keyOf(each), each])).values()];
}

/** The facts of a slice, and how they stand to what another source said of it. */
interface Contested {
  readonly own: readonly BatchFact[];
  readonly first: BatchFact;
  /** Another one said it before. */
  readonly isTaken: boolean;
  /** Another one said it later. */
  readonly isLost: boolean;
}

async function contested(target: FactTarget, table: TableSpec, columns: readonly string[], facts: readonly BatchFact[]): Promise<Contested[]> {
  const bySlice = [...groupBy(facts, ({ fact }) => encodeRow(columns.map((name) => textOf(fact[name]))))].flatMap(([slice, own]) => {
    const [first] = own;
    return first === undefined ? [] : [{ slice, own, first }];
  });
  const found = new Map<string, string>();
  for (const some of slices(bySlice, SLICES_PER_QUERY)) {
    for (const [slice, batch] of await othersBatches(target, table, columns, some.map(({ first }) => columns.map((name) => first.fact[name] ?? '')))) found.set(slice, batch);
  }
  return bySlice.map(({ slice, own, first }) => {
    const theirs = found.get(slice);
    const isLost = theirs !== undefined && own.every(({ batch }) => batch < theirs);
    return { own, first, isTaken: theirs !== undefined && !isLost, isLost };
  });
}

function sliceOf(columns: readonly string[], fact: Fact): Fact {
  return Object.fromEntries(columns.map((name) => [name, fact[name] ?? '']));
}

/** The newest batch of another source in each of the slices that has one. */
async function othersBatches({ database, tx, brand, entity }: FactTarget, table: TableSpec, columns: readonly string[], wanted: readonly (readonly (string | number)[])[]): Promise<Map<string, string>> {
  const list = columns.map((name) => database.dialect.quote(name));
  const one = `(${list.map((name) => `${name} = ?`).join(' and ')})`;
  const rows = await database.dialect.selectRows(
    tx,
    `select ${list.join(', ')}, max(batch) from ${table.name} where brand = ? and source <> ? and (${wanted.map(() => one).join(' or ')}) group by ${list.join(', ')}`,
    [brand, entity.feed, ...wanted.flat()],
  );
  return new Map(rows.map((row) => [encodeRow(row.slice(0, -1).map(textOf)), textOf(row.at(-1)) ?? '']));
}
