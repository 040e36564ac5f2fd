import { encodeRow } from '../core/text/row-text.ts';
import { groupBy } from '../core/group-by.ts';
import { deltaBetween, type AuditEntry } from '../engine/records/audit.repository.ts';
import type { Outbox } from '../engine/outbox.ts';
import type { RecordTable } from '../engine/records/record-table.ts';
import type { RecordSource, RecordTarget } from '../engine/records/record-target.ts';
import { applyRecords, type RecordChanges } from '../engine/records/records.repository.ts';
import { lockPersons } from '../engine/stage/person-locks.repository.ts';
import type { CreditNote } from './ledger/credit-note.ts';
import { readCreditNotes } from './records/credit-notes.repository.ts';
import { decideChunk } from './decide-chunk.ts';
import type { Decision, DecisionSetup } from './decide-person.ts';
import { planVersions, relayOf, type DecidedDocument, type PlannedVersion, type VersionMode } from './documents/document-versions.ts';
import { readVersions, writeVersions, type StoredVersion } from './documents/documents.repository.ts';
import type { PersonFacts } from './facts/facts.ts';
import { formerAccounts } from './records/owners.repository.ts';
import type { OrdersCommand } from './queue.repository.ts';
import { mendDocuments, spoiledDocuments } from './documents/spoiled-documents.repository.ts';
import { creditNoteItems, creditNotes, customerAccounts, orderItems, orders, persons } from './records/order-tables.ts';
import { Tally } from './tally.ts';

/** What a chunk came to. */
export interface ChunkResult {
  readonly tally: Tally;
  readonly decisions: readonly Decision[];
  /** The credit notes as they were stored before, by brand and account. */
  readonly storedNotes: ReadonlyMap<string, readonly CreditNote[]>;
}

/** Accounts that only stored records name, by the person under whom they are taken up. */
type Strays = ReadonlyMap<string, readonly { readonly brand: string; readonly accountId: string }[]>;

/** The persons of a chunk, and by brand the accounts that are theirs or were. */
export interface Scopes {
  readonly personIds: readonly string[];
  readonly accounts: ReadonlyMap<string, { readonly brand: string; readonly keys: readonly string[] }>;
  /** By brand and account. */
  readonly personOf: ReadonlyMap<string, string>;
}

/**
 * Decides and writes some persons in the caller's transaction. assemble-orders writes all but the credit notes, which it
 * takes as they are stored; attribute-refunds writes the credit notes and accounts, and brings orders, items and
 * documents that exist up to date. So whichever runs first, both together come to the same.
 */
export async function writeChunk(
  target: RecordTarget,
  outbox: Outbox,
  command: OrdersCommand,
  setup: DecisionSetup,
  people: readonly PersonFacts[],
  strays: Strays = new Map(),
): Promise<ChunkResult> {
  const tally = new Tally();
  if (target.write) await lockPersons(target.database, target.tx, people.map(({ personId }) => personId));
  const all = await scopesOf(target, people, strays);
  const stored = { notes: await readNotes(target, all), versions: await readStoredVersions(target, all) };
  const isAssembly = command === 'assemble-orders';
  const mode = isAssembly ? 'replace' : 'update';
  const decided = decideChunk(people, setup, { ...stored, notes: isAssembly ? stored.notes : 'attribute' }, mode);
  const { decisions, undecidable } = decided;
  // Whoever could not be decided is out of the scope: what is stored of them stays.
  const scopes = undecidable.length === 0 ? all : await scopesOf(target, decided.people, strays);
  tally.persons = people.length;
  tally.undecidable.push(...undecidable);
  for (const { accounts } of decided.people) tally.testAccounts += accounts.filter(({ account }) => account.is_test).length;
  const changed = await writeRecords(target, command, scopes, [...setup.catalogs.keys()], decisions, tally);
  for (const personId of await writeDocuments(target, outbox, mode, scopes, stored.versions, decisions, tally)) changed.add(personId);
  await notePersons(target, changed);
  return { tally, decisions, storedNotes: new Map([...stored.notes].filter(([key]) => scopes.personOf.has(key))) };
}

/** The scopes of the persons' records. */
export async function scopesOf(source: RecordSource, people: readonly PersonFacts[], strays: Strays = new Map()): Promise<Scopes> {
  const personIds = people.map(({ personId }) => personId).sort();
  const personOf = new Map(people.flatMap(({ personId, accounts }) => accounts.map(({ brand, account }) => [`${brand}\t${account.account_id}`, personId])));
  for (const { brand, accountId, personId } of await formerAccounts(source, personIds, new Set(personOf.keys()))) {
    personOf.set(`${brand}\t${accountId}`, personId);
  }
  for (const personId of personIds) for (const { brand, accountId } of strays.get(personId) ?? []) personOf.set(`${brand}\t${accountId}`, personId);
  const keys = groupBy([...personOf.keys()].sort().map((key) => key.split('\t')), ([brand]) => brand ?? '');
  const accounts = new Map([...keys].map(([brand, own]) => [brand, { brand, keys: own.map(([, accountId]) => accountId ?? '') }]));
  return { personIds, accounts, personOf };
}

async function readNotes(target: RecordTarget, { accounts }: Scopes): Promise<Map<string, CreditNote[]>> {
  const notes = new Map<string, CreditNote[]>();
  for (const [brand, { keys }] of accounts) {
    for (const [accountId, own] of await readCreditNotes(target, brand, keys)) notes.set(`${brand}\t${accountId}`, own);
  }
  return notes;
}

/** The newest versions of documents by brand and order. */
export async function readStoredVersions(source: RecordSource, { accounts }: Scopes): Promise<Map<string, Map<string, StoredVersion>>> {
  const versions = new Map<string, Map<string, StoredVersion>>();
  for (const [brand, { keys }] of accounts) versions.set(brand, await readVersions(source, brand, keys));
  return versions;
}

/** Writes the records table by table, and says whose changed. */
async function writeRecords(
  target: RecordTarget,
  command: OrdersCommand,
  { personIds, accounts, personOf }: Scopes,
  brands: readonly string[],
  decisions: readonly Decision[],
  tally: Tally,
): Promise<Set<string>> {
  const changed = new Set<string>();
  const isAssembly = command === 'assemble-orders';
  const note = (brand: string, table: RecordTable, changes: RecordChanges): void => {
    tally.add(brand, table.name, changes);
    for (const key of changes.scopeKeys) changed.add(table.keys[0] === 'person_id' ? key : (personOf.get(`${brand}\t${key}`) ?? ''));
  };
  if (isAssembly) note('*', persons, await applyRecords(target, persons, { keys: personIds }, decisions.flatMap(({ person }) => person ?? [])));
  for (const brand of brands) {
    const own = decisions.flatMap((decision) => decision.customerAccounts.filter((row) => row.brand === brand));
    note(brand, customerAccounts, await applyRecords(target, customerAccounts, { brand, keys: personIds }, own));
  }
  for (const [brand, scope] of accounts) {
    const of = <Row extends { readonly brand: string }>(rows: (decision: Decision) => readonly Row[]): Row[] =>
      decisions.flatMap((decision) => rows(decision).filter((row) => row.brand === brand));
    const mode = isAssembly ? 'replace' : 'update';
    note(brand, orders, await applyRecords(target, orders, scope, of(({ orders: rows }) => rows), mode));
    note(brand, orderItems, await applyRecords(target, orderItems, scope, of(({ items }) => items), mode));
    if (isAssembly) continue;
    note(brand, creditNotes, await applyRecords(target, creditNotes, scope, of((decision) => decision.creditNotes)));
    note(brand, creditNoteItems, await applyRecords(target, creditNoteItems, scope, of((decision) => decision.creditNoteItems)));
  }
  return changed;
}

/** Writes new versions of documents with their audit entries and relays, and says whose changed. */
async function writeDocuments(
  target: RecordTarget,
  outbox: Outbox,
  mode: VersionMode,
  { accounts, personOf }: Scopes,
  versions: ReadonlyMap<string, ReadonlyMap<string, StoredVersion>>,
  decisions: readonly Decision[],
  tally: Tally,
): Promise<string[]> {
  const planned: PlannedVersion[] = [];
  const spoiled: DecidedDocument[] = [];
  const audit: AuditEntry[] = [];
  for (const brand of accounts.keys()) {
    const stored = new Map([...(versions.get(brand) ?? [])].filter(([, { accountId }]) => personOf.has(`${brand}\t${accountId}`)));
    const decided = decisions.flatMap(({ documents }) => documents.filter((document) => document.brand === brand));
    for (const { document, before } of await spoiledDocuments(target, decided, stored)) {
      spoiled.push(document);
      tally.addDocument(brand, 'mended');
      const { orderId, checksum } = document;
      audit.push({ brand, entity: 'order.document', entityId: orderId, action: 'update', delta: deltaBetween({ checksum: before }, { checksum }) });
    }
    for (const plan of planVersions(decided, stored, mode)) {
      planned.push(plan);
      tally.addDocument(brand, plan.kind);
      const { orderId, version, checksum } = plan.version;
      const before = stored.get(orderId);
      if (before === undefined) continue;
      const delta = deltaBetween({ version: before.version, checksum: before.checksum }, { version, checksum });
      audit.push({ brand, entity: 'order.document', entityId: orderId, action: plan.kind === 'order.withdrawn' ? 'delete' : 'update', delta });
    }
  }
  const owner = ({ version }: PlannedVersion): string => personOf.get(`${version.brand}\t${version.accountId}`) ?? '';
  if (target.write && audit.length > 0) await target.audit.write(target.database, target.tx, audit);
  if (target.write && spoiled.length > 0) await mendDocuments(target, spoiled, versions);
  if (target.write && planned.length > 0) {
    await writeVersions(target, planned.map(({ version }) => version));
    tally.relays += await outbox.enqueue(target.tx, planned.map((plan) => relayOf(plan, owner(plan), target.now)));
  }
  return planned.map(owner);
}

async function notePersons({ database, tx, changeNo, write }: RecordTarget, persons: ReadonlySet<string>): Promise<void> {
  if (!write) return;
  await database.dialect.bulkInsertMissing(tx, {
    table: 'order_changes',
    columns: ['change_no', 'person_id'],
    rows: [...persons].filter((id) => id !== '').sort().map((id) => encodeRow([String(changeNo), id])),
  });
}
