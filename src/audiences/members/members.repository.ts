import { byKey } from '../../core/compare.ts';
import { decodeRow, encodeRow } from '../../core/text/row-text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { groupBy } from '../../core/group-by.ts';
import type { AuditEntry, AuditWriter } from '../../engine/records/audit.repository.ts';
import type { Audience } from '../declare/audience.ts';
import type { PersonRange } from '../declare/conditions.ts';
import type { Line, MemberStep, StoredMember } from './membership.ts';
import type { PlatformName } from '../platforms/index.ts';

const COLUMNS = ['audience', 'platform', 'person_id', 'hashes', 'line_hash', 'before_hashes', 'before_line_hash', 'changed_on'];
const CHANGES_AT_ONCE = 10_000;
const IDS_PER_DELETE = 500;
const MAX_BRAND_TEXT = 64;

/** The name of a membership in the audit trail; its id is the person's. */
const MEMBERSHIP = 'destinations.audience_member';

/** The stored members of an audience in a range, by platform and person id. */
export async function readMembers(
  database: Database,
  audience: string,
  platforms: readonly PlatformName[],
  range: PersonRange,
): Promise<Map<PlatformName, Map<string, StoredMember>>> {
  const statement =
    'select platform, person_id, hashes, line_hash, before_hashes, before_line_hash, changed_on from audience_members ' +
    `where audience = ? and platform in (${platforms.map(() => '?').join(', ')}) and person_id > ? and person_id <= ?`;
  const values = [audience, ...platforms, range.after, range.upTo];
  const found = new Map(platforms.map((platform) => [platform, new Map<string, StoredMember>()]));
  for (const [platform, personId, hashes, lineHash, beforeHashes, beforeLineHash, changedOn] of await database.read((knex) => database.dialect.selectRows(knex, statement, values))) {
    const member = { current: lineOf(hashes, lineHash), before: lineOf(beforeHashes, beforeLineHash), changedOn: String(changedOn) as LocalDate };
    found.get(platform as PlatformName)?.set(String(personId), member);
  }
  return found;
}

function lineOf(hashes: string | number | null | undefined, lineHash: string | number | null | undefined): Line | null {
  return hashes == null || lineHash == null ? null : { hashes: String(hashes), lineHash: String(lineHash) };
}

/** A change of a membership as one line of a spool; undefined if there is nothing to write. */
export function changeLine(personId: string, platform: PlatformName, stored: StoredMember | undefined, { store, change }: MemberStep): string | undefined {
  if (store === 'keep' && change === undefined) return undefined;
  const kept = typeof store === 'string' ? undefined : store;
  return encodeRow([
    personId,
    platform,
    kept === undefined ? (store as string) : 'put',
    stored === undefined ? '0' : '1',
    kept?.current?.hashes ?? null,
    kept?.current?.lineHash ?? null,
    kept?.before?.hashes ?? null,
    kept?.before?.lineHash ?? null,
    kept?.changedOn ?? null,
    stored?.current?.lineHash ?? null,
    change ?? null,
  ]);
}

/** Writes the spooled changes of an audience on these platforms, with one audit entry for each person. */
export async function applyChanges(
  database: Database,
  tx: Transaction,
  audit: AuditWriter,
  audience: Audience,
  platforms: ReadonlySet<PlatformName>,
  lines: AsyncIterable<string>,
): Promise<void> {
  let chunk: (string | null)[][] = [];
  const write = async (): Promise<void> => {
    await writeMembers(database, tx, audience.name, chunk);
    await audit.write(database, tx, auditEntries(audience, chunk));
    chunk = [];
  };
  for await (const line of lines) {
    const values = decodeRow(line);
    if (!platforms.has(values[1] as PlatformName)) continue;
    // The lines of a person stand together and must not be parted: they make one audit entry.
    if (chunk.length >= CHANGES_AT_ONCE && chunk.at(-1)?.[0] !== values[0]) await write();
    chunk.push(values);
  }
  await write();
}

async function writeMembers(database: Database, tx: Transaction, audience: string, changes: readonly (string | null)[][]): Promise<void> {
  const byPlatform = groupBy(changes, ([, platform]) => platform ?? '');
  for (const [platform, rows] of [...byPlatform].sort(byKey)) {
    const puts = rows.filter(([, , store]) => store === 'put');
    await database.dialect.bulkReplace(tx, {
      table: 'audience_members',
      columns: COLUMNS,
      rows: puts.map(([personId = null, , , , ...rest]) => encodeRow([audience, platform, personId, ...rest.slice(0, 5)])),
      replaced: puts.filter(([, , , existed]) => existed === '1').length,
    });
    const gone = rows.flatMap(([personId, , store]) => (store === 'delete' ? [personId ?? ''] : []));
    for (let start = 0; start < gone.length; start += IDS_PER_DELETE) {
      await tx('audience_members').where({ audience, platform }).whereIn('person_id', gone.slice(start, start + IDS_PER_DELETE)).delete();
    }
  }
}

function auditEntries(audience: Audience, changes: readonly (string | null)[][]): AuditEntry[] {
  const named = audience.brands.join(',');
  const brand = named.length <= MAX_BRAND_TEXT ? named : 'several';
  const entries: AuditEntry[] = [];
  for (const [personId, rows] of groupBy(changes.filter((values) => values.at(-1) !== null), ([id]) => id ?? '')) {
    const kinds = new Set(rows.map((values) => values.at(-1)));
    const [kind] = kinds;
    entries.push({
      brand,
      entity: MEMBERSHIP,
      entityId: personId,
      action: kinds.size === 1 && kind === 'insert' ? 'insert' : kinds.size === 1 && kind === 'delete' ? 'delete' : 'update',
      // As jsondiffpatch writes what came, went or changed; the values are checksums of lines that hold hashes only.
      delta: Object.fromEntries(rows.map((values) => [`${audience.name} on ${values[1] ?? ''}`, deltaOf(values)])),
    });
  }
  return entries;
}

function deltaOf(values: readonly (string | null)[]): unknown[] {
  const [after, before, change] = [values[5], values[9], values.at(-1)];
  if (change === 'insert') return [after];
  return change === 'delete' ? [before, 0, 0] : [before, after];
}
