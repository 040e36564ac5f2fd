import type { Database } from '../../db/database.ts';
import { readChargeNames, type ChargeName } from './charge-names.repository.ts';
import { readStoredSegments, type StoredSegment } from './stored-segments.repository.ts';

/** The recurring revenue of a chain as it is stored, and what its charges are called. */
export interface ShownSegments {
  readonly segments: readonly StoredSegment[];
  /** By the id of the charge. */
  readonly names: ReadonlyMap<string, ChargeName>;
}

/** The stored segments of one chain. @param versions all of the chain, in whichever accounts they stand */
export function readShownSegments(database: Database, versions: readonly { readonly brand: string; readonly account_id: string; readonly chain_id: string }[]): Promise<ShownSegments> {
  return database.read(async (knex) => {
    const [first] = versions;
    if (first === undefined) return { segments: [], names: new Map() };
    const accounts = [...new Set(versions.map(({ account_id: accountId }) => accountId))];
    const segments: StoredSegment[] = [];
    for (const accountId of accounts) segments.push(...(await readStoredSegments(database, knex, first.brand, accountId, first.chain_id)));
    return { segments, names: segments.length === 0 ? new Map() : await readChargeNames(database, knex, first.brand, accounts) };
  });
}
