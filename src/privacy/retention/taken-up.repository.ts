import type { Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { changeTables, type ChangeTable } from '../../engine/declare/change-tables.ts';
import { stages } from '../../engine/declare/stages.ts';
import { markOf } from '../../engine/stage/stage-marks.repository.ts';
import type { ExpiryFacts } from './expired.ts';

interface MarkRow {
  stage: string;
  brand: string;
  shard: string;
  mark: number;
}

/** The tables of changes, and which stages take them up. A stage reads them above its own mark. */
const CHANGES = Object.entries<ChangeTable>(changeTables).map(([table, { keys, ofBrand }]) => ({
  ...{ table, keys, ofBrand },
  readers: stages.flatMap(({ name, takesUp }) => (takesUp.some((taken) => taken === table) ? [name] : [])),
}));

/** Up to which number the changes of runs that began before an instant are taken up by all stages. */
export async function readTakenUp(tx: Transaction, brands: readonly string[], before: Instant): Promise<ExpiryFacts['changes']> {
  const marks = await tx<MarkRow>('stage_marks').select('stage', 'brand', 'shard', 'mark');
  const younger = await tx<{ change_no: number; started_at: Instant }>('job_runs').where('started_at', '>=', before).min<{ first: number | null }[]>({ first: 'change_no' });
  const counter = await tx<{ name: string; value: number }>('counters').where({ name: 'change_no' }).first('value');
  const aged = (younger[0]?.first ?? (counter?.value ?? 0) + 1) - 1;
  return CHANGES.flatMap(({ table, keys, ofBrand, readers }) =>
    (ofBrand ? brands : [undefined]).map((brand) => ({ table, keys, brand, upTo: Math.min(aged, ...readers.map((stage) => takenUpBy(stage, brand, marks))) })),
  );
}

/**
 * How far a stage has come. One that never ran reads no changes: it begins with everybody. One of whose shards only some
 * have run goes on from the mark of each.
 */
function takenUpBy(stage: string, brand: string | undefined, marks: readonly MarkRow[]): number {
  const byBrand = new Map<string, [string, number][]>();
  for (const row of marks) {
    if (row.stage !== stage || (brand !== undefined && row.brand !== brand)) continue;
    byBrand.set(row.brand, [...(byBrand.get(row.brand) ?? []), [row.shard, row.mark]]);
  }
  return Math.min(...[...byBrand.values()].map((shards) => markOf(shards) ?? Math.min(...shards.map(([, mark]) => mark))));
}
