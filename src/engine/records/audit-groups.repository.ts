import type { Knex } from 'knex';

/** The records whose audit entries stand together: those of an entity in a brand. */
export interface AuditGroup {
  /** `raw.invoice`, `enriched.subscription` …: stage and record type. */
  readonly entity: string;
  /** A brand, `*` for records that belong to none, several for an audience of several. */
  readonly brand: string;
}

/**
 * The groups that have entries, of all entities or of those wanted. The index of the log begins with them, so whoever
 * knows only an id looks it up in each group. They are found in the log itself: a list of names could miss what a new
 * stage, a former version or a brand that is no longer configured has written. Each takes one step into the index,
 * however many entries it has; a `select distinct` reads them all, on both databases (docs/decisions/0009).
 */
export async function auditGroups(knex: Knex, isWanted: (entity: string) => boolean = () => true): Promise<AuditGroup[]> {
  const groups: AuditGroup[] = [];
  for await (const entity of distinct(knex, 'entity', {})) {
    if (!isWanted(entity)) continue;
    for await (const brand of distinct(knex, 'brand', { entity })) groups.push({ entity, brand });
  }
  return groups;
}

async function* distinct(knex: Knex, column: keyof AuditGroup, within: Partial<AuditGroup>): AsyncGenerator<string, void> {
  for (let last = ''; ; ) {
    const next = await knex<AuditGroup>('audit_log').where(within).where(column, '>', last).orderBy(column).first(column);
    if (next === undefined) return;
    last = next[column];
    yield last;
  }
}
