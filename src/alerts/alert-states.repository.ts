import type { RunId } from '../core/ids.ts';
import type { Instant, LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import type { AlertState } from './alert-state.ts';
import type { AlertRule } from './rule.ts';

interface StateRow {
  subject_id: string;
  subject: string;
  brand: string | null;
  state: AlertState['state'];
  since: LocalDate;
  value: string | null;
  threshold: string | null;
  repetition: number;
  notified_at: Instant | null;
}

/** What is stored of the subjects of a rule. */
export async function readAlertStates(tx: Transaction, rule: string): Promise<AlertState[]> {
  const rows = await tx('alert_states').where({ rule }).orderBy('subject_id').select<StateRow[]>('subject_id', 'subject', 'brand', 'state', 'since', 'value', 'threshold', 'repetition', 'notified_at');
  return rows.map((row) => ({ subjectId: row.subject_id, subject: row.subject, brand: row.brand, state: row.state, since: row.since, value: row.value, threshold: row.threshold, repetition: row.repetition, notifiedAt: row.notified_at }));
}

/** Stores states, in the order of their keys. */
export async function writeAlertStates(tx: Transaction, rule: AlertRule, states: readonly AlertState[], { asOf, runId, now }: { readonly asOf: LocalDate; readonly runId: RunId; readonly now: Instant }): Promise<void> {
  for (const state of states.toSorted((a, b) => (a.subjectId < b.subjectId ? -1 : 1))) {
    const { subjectId, subject, brand, state: own, since, value, threshold, repetition, notifiedAt } = state;
    const row = { rule: rule.id, subject_id: subjectId, subject, brand, title: rule.title, severity: rule.severity, state: own, since, value, threshold, repetition, notified_at: notifiedAt, as_of: asOf, run_id: runId, updated_at: now };
    await tx('alert_states').insert(row).onConflict(['rule', 'subject_id']).merge();
  }
}
