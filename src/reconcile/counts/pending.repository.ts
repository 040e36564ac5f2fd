import { markOf } from '../../engine/stage/stage-marks.repository.ts';
import type { OrdersCommand } from '../../orders/queue.repository.ts';
import type { Source } from './subscriptions.repository.ts';

/** Whose changes one stage has made and the next one has not taken up. */
export interface Pending {
  /** True for persons whose orders or credit notes may be behind their facts. */
  has(personId: string): boolean;
}

const COMMANDS: readonly OrdersCommand[] = ['assemble-orders', 'attribute-refunds'];

/**
 * The persons with changes that the orders stage has not taken up, or could not decide; all if it never came to its end with
 * this version (orders/prepare.ts), as its next run then takes everybody up.
 */
export async function readPending({ database, knex }: Source, version: string): Promise<Pending> {
  const marks: number[] = [];
  for (const command of COMMANDS) {
    const rows = await database.dialect.selectRows(knex, 'select shard, mark from stage_marks where stage = ? and version = ? order by shard', [command, version]);
    const mark = markOf(rows.map(([shard, value]) => [String(shard), Number(value)]));
    if (mark === undefined) return { has: () => true };
    marks.push(mark);
  }
  const after = Math.min(...marks);
  const [catalog] = await database.dialect.selectRows(knex, 'select count(*) from enriched_product_changes where change_no > ?', [after]);
  if (Number(catalog?.[0] ?? 0) > 0) return { has: () => true };
  const rows = await database.dialect.selectRows(
    knex,
    `select person_id from enriched_changes where change_no > ? union
      select a.person_id from enriched_accounts a join undecidable u on u.brand = a.brand and u.account_id = a.account_id
      where u.stage in (${COMMANDS.map(() => '?').join(',')})`,
    [after, ...COMMANDS],
  );
  const persons = new Set(rows.map(([personId]) => String(personId)));
  return { has: (personId) => persons.has(personId) };
}
