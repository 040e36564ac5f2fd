import { failpoint } from '../../core/failpoint.ts';
import { problem, type Problem } from '../../core/problem.ts';
import { addMillis, type Clock, type Instant } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import type { Job } from '../../engine/runs/job.ts';
import { eraseIntake } from '../../leads/source/erase-intake.client.ts';
import { eraseFallback, eraseUnknownLeads } from '../../leads/intake/erase.repository.ts';
import { eraseWebhooks } from '../../webhooks/intake/erase.repository.ts';
import type { Source } from './find.repository.ts';
import { addAll, addToReceipt } from './receipt.repository.ts';

/** Where servers publish to. */
export interface IntakePlace {
  /** `file:…` with an absolute path, or `s3://…` (HUB_INTAKE_URL). */
  readonly url: string;
  /** How long a server writes to one segment (`serve.journal.rotate`). */
  readonly rotateMs: number;
}

/** The hashes of an erased person; the first is the one of the receipt. */
export interface ErasedHashes {
  readonly hashes: readonly string[];
}

/** What was erased beside the database. */
export interface ErasedIntake {
  readonly records: number;
  /** When every server that runs and reaches the database has closed what it journaled of the person before. */
  readonly journalsBy: Instant;
  readonly problems: readonly Problem[];
}

interface Services {
  readonly database: Database;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A server looks every 5 s, and publishes what it has closed. */
const SERVER_LEARNS_MS = 10_000;

/** Erases what only a text tells: leads whose e-mail was wrong, bodies of webhooks, and records that no segment took. */
export async function eraseNamed(source: Source, isErased: (hash: string) => boolean, counts: Map<string, number>): Promise<void> {
  addAll(counts, await eraseUnknownLeads(source, isErased));
  addAll(counts, new Map([['webhooks', await eraseWebhooks(source, isErased)]]));
  addAll(counts, new Map([['intake_fallback', await eraseFallback(source, isErased)]]));
}

/**
 * Takes this person, and whoever was erased before, out of the parts of the intake, after the database remembers them: from
 * then on no import takes them in from a part that was published meanwhile.
 */
export async function eraseFromIntake(
  services: Services,
  { intake, dryRun }: { readonly intake?: IntakePlace | undefined; readonly dryRun: boolean },
  { hashes }: ErasedHashes,
  job: Job,
): Promise<ErasedIntake> {
  const { database, clock, signal } = services;
  const journalsBy = addMillis(clock.now(), SERVER_LEARNS_MS + (intake?.rotateMs ?? 0));
  if (intake === undefined) return { records: 0, journalsBy, problems: [] };
  if (!intake.url.startsWith('file:')) return { records: 0, journalsBy, problems: [notReached(intake.url)] };
  const before = await database.read((knex) => knex<{ email_sha256: string }>('erasures').pluck('email_sha256'));
  const erased = new Set([...hashes, ...before]);
  const { records, unreadable } = await eraseIntake(intake.url.slice('file:'.length), { isErased: (hash) => erased.has(hash), signal, write: !dryRun });
  failpoint('forget.intake.rewritten');
  const [receipt] = hashes;
  if (!dryRun && records > 0 && receipt !== undefined) await fencedTransaction(services, job.leases, (tx) => addToReceipt(tx, receipt, new Map([['intake', records]])));
  return { records, journalsBy, problems: unreadable.map((file) => problem('unreadable_file', `${file} cannot be read, so nobody knows whom it names`, { file, next: 'Restore the file and run hub forget again, or delete it.' })) };
}

function notReached(url: string): Problem {
  const bucket = url.replace(/[?].*$/, '');
  return problem('intake_not_reached', `the parts in ${bucket} were not rewritten: what they hold of the person goes when the bucket deletes them`, { next: 'Let a lifecycle rule of the bucket delete parts 35 days after they were written, or delete those that name the person.' });
}
