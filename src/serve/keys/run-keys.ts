import { HubError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Instant } from '../../core/time.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { runJob, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import type { ApiKey } from './api-key.ts';
import { newKey, type ShownKey } from './key-text.ts';
import { keyOfId, markRevoked, putKey } from './keys.repository.ts';
import { permissionsOf, type Role } from './roles.ts';

/** The name of keys in the audit log. */
const AUDIT_NAME = 'serve.api_key';
const ALL_BRANDS = '*';
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._/-]{0,63}$/u;
/** Several people may make keys at the same time. */
const SLOTS = 16;

const spec = (command: string, params: Readonly<Record<string, unknown>>) => ({ command, brands: [], shard: '1/1', slots: SLOTS, dryRun: false, params });

/** What a key is to be. */
export interface KeyWish extends Pick<ApiKey, 'brands' | 'feeds' | 'mayBeInUrl' | 'expiresAt'> {
  readonly name: string;
  readonly role: Role;
}

/** A key that was just made. */
export interface MadeKey {
  readonly key: ApiKey;
  /** The key itself: shown once, and kept nowhere. */
  readonly made: ShownKey;
  readonly report: JobReport;
}

/**
 * Makes a key and stores the hash of its secret; the run and the audit log name its id alone.
 * @throws HubError usage: a name that is none, an end that has passed, feeds of a role that may read none
 */
export async function createKey(services: JobServices, wish: KeyWish): Promise<MadeKey> {
  const now = services.clock.now();
  requireSensible(wish, now);
  const made = newKey();
  const permissions = permissionsOf(wish.role);
  const key: ApiKey = { ...wish, id: made.id, secretSha256: sha256Hex(made.secret), permissions, createdAt: now, revokedAt: null, lastUsedOn: null };
  const report = await runJob(services, spec('keys-create', { id: key.id, role: key.role }), async (job) => {
    await fencedTransaction(services, job.leases, async (tx) => {
      await putKey(tx, key);
      await new AuditWriter(job.runId, services.clock).write(services.database, tx, [{ brand: ALL_BRANDS, entity: AUDIT_NAME, entityId: key.id, action: 'insert', delta: undefined }]);
    });
    return { status: 'succeeded', totals: { inserted: 1 }, items: [{ id: key.id }], problems: [] };
  });
  return { key, made, report };
}

/**
 * Ends a key for good; servers learn of it within half a minute. One that is revoked already stays as it is.
 * @throws HubError usage (unknown_key)
 */
export function revokeKey(services: JobServices, id: string): Promise<JobReport> {
  return runJob(services, spec('keys-revoke', { id }), async (job) => {
    const now = services.clock.now();
    const isNew = await fencedTransaction(services, job.leases, async (tx) => {
      if ((await keyOfId(tx, id)) === undefined) throw unknownKey(id);
      if (!(await markRevoked(tx, id, now))) return false;
      await new AuditWriter(job.runId, services.clock).write(services.database, tx, [{ brand: ALL_BRANDS, entity: AUDIT_NAME, entityId: id, action: 'update', delta: { revoked_at: [null, now] } }]);
      return true;
    });
    return { status: 'succeeded', totals: { updated: isNew ? 1 : 0, unchanged: isNew ? 0 : 1 }, items: [{ id }], problems: [] };
  });
}

/** What to say of an id that names no key. */
export function unknownKey(id: string): HubError {
  return new HubError('usage', 'unknown_key', `There is no key ${id}.`, { nextStep: 'hub keys list shows those that there are, with their ids.' });
}

function requireSensible({ name, expiresAt, feeds, role }: KeyWish, now: Instant): void {
  if (!NAME.test(name)) throw new HubError('usage', 'invalid_key_name', `"${name.slice(0, 64)}" is no name of a key.`, { nextStep: 'Give up to 64 letters, digits, blanks and . _ / -, such as "shop checkout".' });
  if (expiresAt !== null && expiresAt <= now) throw new HubError('usage', 'expiry_passed', 'The key would have expired already.', { nextStep: 'Give --expires a time that is to come, such as 90d.' });
  if (feeds === null || permissionsOf(role).includes('feeds')) return;
  throw new HubError('usage', 'role_without_feeds', `A key of the role ${role} reads no feeds.`, { nextStep: 'Leave --feed out, or give --role reader.' });
}
