import { encodeRow } from '../../core/text/row-text.ts';
import type { RunId } from '../../core/ids.ts';
import type { Clock, Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { recordSigns } from '../destinations/destination-states.repository.ts';
import type { Health, Sign } from '../destinations/health.ts';
import type { AttemptOutcome, RelayRow } from '../outbox/relay.ts';
import { slices } from '../../core/slices.ts';

/** An attempt that ended, with secrets redacted. */
export interface Attempt {
  readonly relayId: string;
  readonly attempt: number;
  readonly outcome: Exclude<AttemptOutcome, 'lost'>;
  readonly nextAttemptAt: Instant | null;
  readonly reason: string | null;
  /** What it says of the destination; undefined if nothing was sent. */
  readonly sign: Sign | undefined;
  readonly startedAt: Instant;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string | null;
  readonly requestHeaders: Readonly<Record<string, string>> | null;
  readonly status: number | null;
  readonly responseHeaders: Readonly<Record<string, string>> | null;
  readonly responseBody: string | null;
  readonly error: string | null;
}

const COLUMNS = [
  ...['relay_id', 'attempt', 'run_id', 'outcome', 'started_at', 'duration_ms', 'method', 'url', 'request_headers'],
  ...['status', 'response_headers', 'response_body', 'error', 'has_body'],
];

/**
 * Records what came of attempts to one destination: the attempts, the state of their relays, the destination's health.
 * A relay that another run has taken over meanwhile keeps the state that the other one gives it; the attempt counts all
 * the same.
 */
export async function recordAttempts(
  database: Database,
  tx: Transaction,
  destination: string,
  attempts: readonly Attempt[],
  runId: RunId,
  clock: Clock,
): Promise<Health> {
  const rows = [...attempts].sort((a, b) => (a.relayId < b.relayId ? -1 : 1)).map((attempt) => rowText(attempt, runId));
  await database.dialect.bulkInsertMissing(tx, { table: 'relay_attempts', columns: COLUMNS, rows });
  const now = clock.now();
  for (const outcome of ['delivered', 'redirected'] as const) {
    const ids = attempts.filter((attempt) => attempt.outcome === outcome).map(({ relayId }) => relayId);
    for (const some of slices(ids)) {
      await held(tx, runId).whereIn('relay_id', some).update({ state: outcome, next_attempt_at: null, lease_until: null, reason: null, ended_at: now });
    }
  }
  for (const attempt of attempts) {
    if (attempt.outcome !== 'retrying' && attempt.outcome !== 'dead') continue;
    const { relayId, outcome, nextAttemptAt, reason } = attempt;
    await held(tx, runId)
      .where({ relay_id: relayId })
      .update({ state: outcome, next_attempt_at: nextAttemptAt, lease_until: null, reason, ended_at: outcome === 'dead' ? now : null });
  }
  const signs = attempts.flatMap(({ sign }) => (sign === undefined ? [] : [sign]));
  return recordSigns(database, tx, destination, signs, clock);
}

/** The relays that this run has claimed and not lost to another one. */
function held(tx: Transaction, runId: RunId) {
  return tx<RelayRow>('relays').where({ run_id: runId, state: 'in_flight' });
}

function rowText(attempt: Attempt, runId: RunId): string {
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  return encodeRow([
    ...[attempt.relayId, String(attempt.attempt), runId, attempt.outcome, attempt.startedAt, String(attempt.durationMs)],
    ...[attempt.method, attempt.url, json(attempt.requestHeaders), attempt.status === null ? null : String(attempt.status)],
    ...[json(attempt.responseHeaders), attempt.responseBody, attempt.error, '1'],
  ]);
}
