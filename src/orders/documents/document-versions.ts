import type { Instant } from '../../core/time.ts';
import { toIso } from '../../core/time.ts';
import type { OrderEventKind, RelayEvent } from '../../engine/outbox.ts';
import { WITHDRAWN, type NewVersion, type StoredVersion } from './documents.repository.ts';

/** An order's document as it should be. */
export interface DecidedDocument {
  readonly brand: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly publicId: string;
  /** What `doc` is the text of. */
  readonly content: object;
  readonly doc: string;
  readonly checksum: string;
}

/** A version to be written and what it is to those who get it. */
export interface PlannedVersion {
  readonly kind: OrderEventKind;
  readonly version: NewVersion;
}

/** `replace`: all documents become as decided; `update`: only those that exist are brought up to date. */
export type VersionMode = 'replace' | 'update';

/** True if a document is to be written as a new version beside what is stored of its order. */
export function isNewVersion(document: DecidedDocument, known: StoredVersion | undefined, mode: VersionMode): boolean {
  if (known?.checksum === document.checksum) return false;
  return mode === 'replace' || (known !== undefined && !known.withdrawn);
}

/**
 * Which versions are to be written: a new one where the checksum differs, a withdrawal where the order is gone. With
 * `update` only documents that exist are brought up to date.
 */
export function planVersions(
  decided: readonly DecidedDocument[],
  stored: ReadonlyMap<string, StoredVersion>,
  mode: VersionMode,
): PlannedVersion[] {
  const planned: PlannedVersion[] = [];
  for (const decision of decided) {
    const known = stored.get(decision.orderId);
    if (!isNewVersion(decision, known, mode)) continue;
    const { brand, accountId, orderId, publicId, doc, checksum } = decision;
    const exists = known !== undefined && !known.withdrawn;
    planned.push({ kind: exists ? 'order.changed' : 'order.assembled', version: { brand, accountId, orderId, publicId, version: (known?.version ?? 0) + 1, checksum, doc } });
  }
  if (mode === 'update') return planned;
  const alive = new Set(decided.map(({ orderId }) => orderId));
  for (const { withdrawn, ...known } of stored.values()) {
    if (withdrawn || alive.has(known.orderId)) continue;
    planned.push({ kind: 'order.withdrawn', version: { ...known, version: known.version + 1, checksum: WITHDRAWN, doc: null } });
  }
  return planned;
}

/** The event that tells partners of a version: the document as it stands, in an envelope that says what happened. */
export function relayOf({ kind, version }: PlannedVersion, personId: string, at: Instant): RelayEvent {
  const envelope = JSON.stringify({ type: kind, timestamp: toIso(at), version: version.version });
  const data = version.doc ?? JSON.stringify({ schema: 'order.v1', order_id: version.publicId, brand: version.brand });
  return {
    kind,
    brand: version.brand,
    subjectId: version.publicId,
    version: version.version,
    personId,
    payload: `${envelope.slice(0, -1)},"data":${data}}`,
    dedupeKey: `${version.publicId}:${version.version}`,
  };
}
