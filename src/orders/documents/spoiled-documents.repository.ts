import { checksum } from '../../core/hash.ts';
import type { RecordSource, RecordTarget } from '../../engine/records/record-target.ts';
import type { DecidedDocument } from './document-versions.ts';
import type { StoredVersion } from './documents.repository.ts';
import { orderDocuments } from '../records/order-tables.ts';

/** A document whose stored text is not the one that its version was made with, and the checksum of the text. */
export interface SpoiledDocument {
  readonly document: DecidedDocument;
  /** Null: the text is gone. */
  readonly before: string | null;
}

const KEYS_PER_QUERY = 500;

/**
 * Finds the documents whose version in force says that it is them, and whose text is another one: it was changed by hand.
 * Looks with `recompute` only, as it reads the texts.
 */
export async function spoiledDocuments(
  { database, tx, recompute }: RecordSource,
  decided: readonly DecidedDocument[],
  stored: ReadonlyMap<string, StoredVersion>,
): Promise<SpoiledDocument[]> {
  const same = recompute ? decided.filter(({ orderId, checksum: sum }) => stored.get(orderId)?.checksum === sum) : [];
  const spoiled: SpoiledDocument[] = [];
  for (let start = 0; start < same.length; start += KEYS_PER_QUERY) {
    const some = new Map(same.slice(start, start + KEYS_PER_QUERY).map((document) => [document.orderId, document]));
    const names = [...some.values()].map(({ orderId }) => stored.get(orderId) as StoredVersion);
    const rows = await database.dialect.selectRows(
      tx,
      `select order_id, doc from ${orderDocuments.name} where ${names.map(() => '(brand = ? and account_id = ? and order_id = ? and version = ?)').join(' or ')}`,
      names.flatMap(({ brand, accountId, orderId, version }) => [brand, accountId, orderId, version]),
    );
    for (const [orderId, doc] of rows) {
      const document = some.get(String(orderId));
      if (document !== undefined && doc !== document.doc) spoiled.push({ document, before: doc === null || doc === undefined ? null : checksum(String(doc)) });
    }
  }
  return spoiled;
}

/** Gives versions in force the texts again that they were made with. Whoever got them got these: nothing is sent. */
export async function mendDocuments({ tx }: RecordTarget, documents: readonly DecidedDocument[], versions: ReadonlyMap<string, ReadonlyMap<string, StoredVersion>>): Promise<void> {
  for (const { brand, accountId, orderId, doc } of documents) {
    const version = versions.get(brand)?.get(orderId)?.version ?? 0;
    await tx(orderDocuments.name).where({ brand, account_id: accountId, order_id: orderId, version }).update({ doc });
  }
}
