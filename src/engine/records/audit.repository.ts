import { create } from 'jsondiffpatch';

import type { RunId } from '../../core/ids.ts';
import { inBlocks } from '../../core/async/in-blocks.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { Clock, Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { auditGroups } from './audit-groups.repository.ts';

export type AuditAction = 'insert' | 'update' | 'delete';

/** One change of one record. */
export interface AuditEntry {
  readonly brand: string;
  /** `raw.invoice`, `enriched.subscription` …: stage and record type. */
  readonly entity: string;
  readonly entityId: string;
  readonly action: AuditAction;
  /** jsondiffpatch delta from the old to the new state; undefined if nothing of the state is compared. */
  readonly delta: unknown;
}

/** A stored entry. */
export interface AuditRow {
  run_id: RunId;
  seq: number;
  brand: string;
  entity: string;
  entity_id: string;
  action: AuditAction;
  delta: string | null;
  at: Instant;
}

/** Without text patches: texts are stored as old and new value, as people read these deltas. */
const differ = create();
const IDS_PER_QUERY = 500;
const COLUMNS = ['run_id', 'seq', 'brand', 'entity', 'entity_id', 'action', 'delta', 'at'];

/** The delta from one state to another, undefined if they are equal. */
export function deltaBetween(before: unknown, after: unknown): unknown {
  return differ.diff(before, after);
}

/** Writes the audit entries of one run, numbered in the order in which they come. */
export class AuditWriter {
  readonly #runId: RunId;
  readonly #clock: Clock;
  #next: number;

  constructor(runId: RunId, clock: Clock, firstSequence = 1) {
    this.#runId = runId;
    this.#clock = clock;
    this.#next = firstSequence;
  }

  /** Which of the records this run has changed so far, as the transaction sees it. */
  async recordsOf(tx: Transaction, entity: string, brand: string, ids: readonly string[]): Promise<Set<string>> {
    const changed = new Set<string>();
    for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
      const rows = await tx<AuditRow>('audit_log')
        .where({ entity, brand, run_id: this.#runId })
        .whereIn('entity_id', ids.slice(start, start + IDS_PER_QUERY))
        .distinct('entity_id');
      for (const row of rows) changed.add((row).entity_id);
    }
    return changed;
  }

  /** Stores the entries in the caller's transaction. A repeated transaction takes new numbers; gaps mean nothing. */
  async write(database: Database, tx: Transaction, entries: Iterable<AuditEntry>): Promise<void> {
    const at = this.#clock.now();
    const encode = (entry: AuditEntry): string =>
      encodeRow([
        this.#runId,
        String(this.#next++),
        entry.brand,
        entry.entity,
        entry.entityId,
        entry.action,
        entry.delta === undefined ? null : JSON.stringify(entry.delta),
        at,
      ]);
    await database.dialect.bulkLoad(tx, { table: 'audit_log', columns: COLUMNS, blocks: inBlocks(entries, encode), replaced: 0 });
  }
}

/** All changes of a record over all brands and stages, oldest first; a name may leave the stage out. */
export async function auditHistory(database: Database, names: string | readonly string[], entityId: string): Promise<AuditRow[]> {
  const isNamed = (entity: string): boolean => [names].flat().some((name) => entity === name || entity.endsWith(`.${name}`));
  return database.read(async (knex) => {
    const groups = await auditGroups(knex, isNamed);
    return knex<AuditRow>('audit_log')
      .where({ entity_id: entityId })
      .whereIn('entity', [...new Set(groups.map(({ entity }) => entity))])
      .whereIn('brand', [...new Set(groups.map(({ brand }) => brand))])
      .orderBy(['at', 'run_id', 'seq']);
  });
}
