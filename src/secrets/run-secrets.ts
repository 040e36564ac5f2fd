import { HubError, isTransient } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { problemOf, type Problem } from '../core/problem.ts';
import { hideSecret } from '../core/text/known-secrets.ts';
import type { Instant } from '../core/time.ts';
import { AuditWriter, type AuditEntry } from '../engine/records/audit.repository.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import { runJob, type Job, type JobReport, type JobServices } from '../engine/runs/job.ts';
import type { KeyRing } from './key-ring.ts';
import { openValue, rewrap, sealValue, type SealedValue, type SecretRow } from './secret-row.ts';
import { allSecrets, deleteSecret, putSecret, replaceWrapping, secretNamed } from './secrets.repository.ts';

/** The name of secrets in the audit log; their entries hold no value, only which key and which end of life. */
const AUDIT_NAME = 'secret.secret';
const ALL_BRANDS = '*';
const MOST_BYTES = 65_536;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Accounts may be given new tokens at the same time; only one rotation works at a time. */
const SETTERS = 16;

const spec = (command: string, params: Readonly<Record<string, unknown>>, slots = SETTERS) => ({ command, brands: [], shard: '1/1', slots, dryRun: false, params });

/** @throws HubError usage if it is no name that a variable could have too */
export function requireSecretName(name: string): string {
  if (NAME.test(name)) return name;
  throw new HubError('usage', 'invalid_secret_name', `"${name.slice(0, 64)}" is no name of a secret.`, { nextStep: 'Give up to 64 letters, digits and _, as a variable is named: SHOP_CLIENT_SECRET.' });
}

/** Stores a value under a name, encrypted by a data key of its own. @throws HubError usage if the value is empty or too long */
export async function setSecret(services: JobServices, ring: KeyRing, { name, value, expiresAt }: { readonly name: string; readonly value: string; readonly expiresAt: Instant | null }): Promise<JobReport> {
  hideSecret(value);
  if (value === '') throw new HubError('usage', 'empty_secret', 'The value is empty.', { nextStep: 'Give it on standard input: hub secrets set NAME < file' });
  if (Buffer.byteLength(value) > MOST_BYTES) throw new HubError('usage', 'secret_too_long', `The value is longer than ${MOST_BYTES} bytes.`, { nextStep: 'See that the file is the one that you mean.' });
  return storeSealed(services, name, await sealValue(ring, name, value), expiresAt);
}

/** Stores a value that is encrypted already: one that a platform gave in place of the old one. */
export async function storeRotated(services: JobServices, name: string, sealed: SealedValue, expiresAt: Instant | null): Promise<void> {
  await storeSealed(services, name, sealed, expiresAt);
}

function storeSealed(services: JobServices, name: string, sealed: SealedValue, expiresAt: Instant | null): Promise<JobReport> {
  return runJob(services, spec('secrets-set', { name }), async (job) => {
    const replaced = await fencedTransaction(services, job.leases, async (tx) => {
      const before = await secretNamed(tx, name);
      await putSecret(tx, name, sealed, services.clock.now(), expiresAt);
      await new AuditWriter(job.runId, services.clock).write(services.database, tx, [entry(name, before === undefined ? 'insert' : 'update', before, { key_id: sealed.key_id, expires_at: expiresAt })]);
      return before !== undefined;
    });
    return { status: 'succeeded', totals: { inserted: replaced ? 0 : 1, updated: replaced ? 1 : 0 }, items: [], problems: [] };
  });
}

/** Deletes a secret. @throws HubError usage (unknown_secret) */
export function removeSecret(services: JobServices, name: string): Promise<JobReport> {
  return runJob(services, spec('secrets-remove', { name }), async (job) => {
    await fencedTransaction(services, job.leases, async (tx) => {
      const before = await secretNamed(tx, name);
      if (before === undefined || !(await deleteSecret(tx, name))) throw new HubError('usage', 'unknown_secret', `There is no secret ${name}.`, { nextStep: 'hub secrets list shows those that there are.' });
      await new AuditWriter(job.runId, services.clock).write(services.database, tx, [entry(name, 'delete', before, undefined)]);
    });
    return { status: 'succeeded', totals: { deleted: 1 }, items: [], problems: [] };
  });
}

/**
 * Wraps each row with the first key, row by row: killed and called again it goes on with the rows that are left. A row that
 * does not open stays as it is, and the outcome is refused.
 * @param newData true: each row also gets a new data key, so that its value is encrypted anew
 */
export function rotateSecrets(services: JobServices, ring: KeyRing, newData: boolean): Promise<JobReport> {
  return runJob(services, spec('secrets-rotate', { data: newData }, 1), async (job, guarded) => {
    const audit = new AuditWriter(job.runId, services.clock);
    const totals = { read: 0, updated: 0, unchanged: 0, rejected: 0 };
    const problems: Problem[] = [];
    for (const row of await services.database.read(allSecrets)) {
      if (guarded.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The rotation was interrupted.');
      totals.read++;
      if (!newData && row.key_id === ring.first.id) {
        totals.unchanged++;
        continue;
      }
      try {
        if (await rotateRow(services, { job, audit, ring, newData }, row)) totals.updated++;
        else totals.unchanged++;
        failpoint('secrets.rewrapped');
      } catch (error) {
        if (!(error instanceof HubError) || error.kind !== 'refused' || isTransient(error)) throw error;
        totals.rejected++;
        problems.push({ ...problemOf(error), message: `${row.name}: ${error.message}` });
      }
    }
    return { status: problems.length > 0 ? 'refused' : 'succeeded', totals, items: [], problems };
  });
}

interface Rotation {
  readonly job: Job;
  readonly audit: AuditWriter;
  readonly ring: KeyRing;
  readonly newData: boolean;
}

/** @returns false if somebody set the secret meanwhile: it has the first key of that moment */
async function rotateRow(services: JobServices, { job, audit, ring, newData }: Rotation, row: SecretRow): Promise<boolean> {
  const sealed = newData ? await sealValue(ring, row.name, await openValue(ring, row.name, row)) : await rewrap(ring, row.name, row);
  return fencedTransaction(services, job.leases, async (tx) => {
    if (!(await replaceWrapping(tx, row, sealed))) return false;
    await audit.write(services.database, tx, [entry(row.name, 'update', row, { key_id: sealed.key_id, expires_at: row.expires_at, ...(newData ? { data_key: 'new' } : {}) })]);
    return true;
  });
}

type Told = Pick<SecretRow, 'key_id' | 'expires_at'> & { readonly data_key?: string };

function entry(name: string, action: AuditEntry['action'], before: Told | undefined, after: Told | undefined): AuditEntry {
  const delta: Record<string, unknown> = {};
  if (action === 'update') {
    if (before?.key_id !== after?.key_id) delta['key_id'] = [before?.key_id, after?.key_id];
    if (before?.expires_at !== after?.expires_at) delta['expires_at'] = [before?.expires_at, after?.expires_at];
    if (after?.data_key !== undefined) delta['data_key'] = [after.data_key];
  }
  return { brand: ALL_BRANDS, entity: AUDIT_NAME, entityId: name, action, delta: action === 'update' ? delta : undefined };
}

