import { differencesOf, type RecordDifference } from '../engine/records/compare-records.repository.ts';
import type { RecordTable } from '../engine/records/record-table.ts';
import type { RecordScope, RecordSource } from '../engine/records/record-target.ts';
import { decideChunk } from './decide-chunk.ts';
import type { Decision, DecisionSetup } from './decide-person.ts';
import type { StoredVersion } from './documents/documents.repository.ts';
import type { PersonFacts } from './facts/facts.ts';
import { spoiledDocuments } from './documents/spoiled-documents.repository.ts';
import { creditNoteItems, creditNotes, customerAccounts, orderDocuments, orderItems, orders, persons } from './records/order-tables.ts';
import { readStoredVersions, scopesOf } from './write-chunk.ts';

/** A stored record of this stage that is not as it derives. */
export interface StoredDifference {
  readonly table: string;
  /** Undefined: of all brands. */
  readonly brand: string | undefined;
  /** The billing account by which the record is taken up again; of a person's record the first one. */
  readonly accountId: string | undefined;
  readonly personId: string;
  /** By which people look the record up. */
  readonly id: string;
  readonly what: RecordDifference['what'];
}

type AnyRecord = Readonly<Record<string, string | number | boolean | null>>;

/** How what is stored of some persons compares with what derives. */
export interface Compared {
  readonly checked: number;
  readonly differences: readonly StoredDifference[];
}

/**
 * Holds everything that the stage has stored of some persons against what it would write: the records by their columns,
 * and the texts of documents. Those who cannot be decided are left out. Reads only.
 */
export async function storedDifferences(source: Omit<RecordSource, 'recompute'>, setup: DecisionSetup, people: readonly PersonFacts[]): Promise<Compared> {
  const reader = { ...source, recompute: true };
  const all = await scopesOf(reader, people);
  const versions = await readStoredVersions(reader, all);
  const { people: decided, decisions, undecidable } = decideChunk(people, setup, { notes: 'attribute', versions }, 'replace');
  const { personIds, accounts, personOf } = undecidable.length === 0 ? all : await scopesOf(reader, decided);
  const firstAccount = new Map(decided.map(({ personId, accounts: [first] }) => [personId, first]));
  const found: StoredDifference[] = [];
  let checked = 0;
  const compare = async (table: RecordTable, brand: string | undefined, scope: RecordScope, rows: (decision: Decision) => readonly AnyRecord[]): Promise<void> => {
    const records = decisions.flatMap((decision) => rows(decision).filter((row) => brand === undefined || row['brand'] === brand));
    const { checked: own, differences } = await differencesOf(reader, table, scope, records);
    checked += own;
    for (const { scopeKey, id, what } of differences) {
      const personId = table.keys[0] === 'person_id' ? scopeKey : (personOf.get(`${brand ?? ''}\t${scopeKey}`) ?? '');
      const first = firstAccount.get(personId)?.account.account_id;
      found.push({ table: table.name, brand, accountId: table.keys[0] === 'person_id' ? first : scopeKey, personId, id, what });
    }
  };
  await compare(persons, undefined, { keys: personIds }, ({ person }) => (person === undefined ? [] : [person]));
  for (const brand of setup.catalogs.keys()) await compare(customerAccounts, brand, { brand, keys: personIds }, (decision) => decision.customerAccounts);
  for (const [brand, scope] of accounts) {
    await compare(orders, brand, scope, (decision) => decision.orders);
    await compare(orderItems, brand, scope, ({ items }) => items);
    await compare(creditNotes, brand, scope, (decision) => decision.creditNotes);
    await compare(creditNoteItems, brand, scope, (decision) => decision.creditNoteItems);
    const stored = versions.get(brand) ?? new Map<string, StoredVersion>();
    const documents = decisions.flatMap((decision) => decision.documents.filter((document) => document.brand === brand));
    const spoiled = new Set((await spoiledDocuments(reader, documents, stored)).map(({ document }) => document.orderId));
    checked += documents.length;
    for (const { orderId, accountId, checksum } of documents) {
      const known = stored.get(orderId);
      if (known?.checksum === checksum && !spoiled.has(orderId)) continue;
      const what = known === undefined || known.withdrawn ? 'missing' : 'changed';
      found.push({ table: orderDocuments.name, brand, accountId, personId: personOf.get(`${brand}\t${accountId}`) ?? '', id: orderId, what });
    }
    const alive = new Set(documents.map(({ orderId }) => orderId));
    for (const { orderId, accountId, withdrawn } of stored.values()) {
      const personId = personOf.get(`${brand}\t${accountId}`);
      if (!withdrawn && !alive.has(orderId) && personId !== undefined) found.push({ table: orderDocuments.name, brand, accountId, personId, id: orderId, what: 'added' });
    }
  }
  return { checked, differences: found };
}
