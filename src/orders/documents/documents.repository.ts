import { encodeRow } from '../../core/text/row-text.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { rowsByKeys } from '../../engine/records/stored-records.repository.ts';
import { orderDocuments } from '../records/order-tables.ts';

/** The newest version of an order's document as it is stored. */
export interface StoredVersion {
  readonly brand: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly publicId: string;
  readonly version: number;
  readonly checksum: string;
  readonly withdrawn: boolean;
}

/** A version to be written; without a document it withdraws the order. */
export interface NewVersion extends Omit<StoredVersion, 'withdrawn'> {
  readonly doc: string | null;
}

/** What a withdrawn document's checksum says. */
export const WITHDRAWN = '0000000000000000';

/** The newest versions of all orders of the accounts, by order id. */
export async function readVersions(
  target: Pick<RecordTarget, 'database' | 'tx'>,
  brand: string,
  accountIds: readonly string[],
): Promise<Map<string, StoredVersion>> {
  const columns = ['account_id', 'order_id', 'public_id', 'version', 'doc_checksum'];
  const rows = await rowsByKeys(target, orderDocuments.name, 'account_id', { brand, keys: accountIds }, columns);
  const newest = new Map<string, StoredVersion>();
  for (const [accountId, orderId, publicId, version, checksum] of rows) {
    const known = newest.get(String(orderId));
    if (known !== undefined && known.version >= Number(version)) continue;
    newest.set(String(orderId), {
      brand,
      accountId: String(accountId),
      orderId: String(orderId),
      publicId: String(publicId),
      version: Number(version),
      checksum: String(checksum),
      withdrawn: checksum === WITHDRAWN,
    });
  }
  return newest;
}

/** Writes new versions; former ones stay as they are. */
export async function writeVersions({ database, tx, runId, changeNo, now }: RecordTarget, versions: readonly NewVersion[]): Promise<void> {
  const sorted = [...versions].sort((a, b) => (`${a.brand}\t${a.accountId}\t${a.orderId}` < `${b.brand}\t${b.accountId}\t${b.orderId}` ? -1 : 1));
  await database.dialect.bulkReplace(tx, {
    table: orderDocuments.name,
    columns: Object.keys(orderDocuments.columns),
    rows: sorted.map((each) =>
      encodeRow([each.brand, each.accountId, each.orderId, String(each.version), each.publicId, each.checksum, each.doc, runId, now, String(changeNo)]),
    ),
    replaced: 0,
  });
}
