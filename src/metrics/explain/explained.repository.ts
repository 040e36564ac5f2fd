import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { asKey } from '../../db/key-lookup.ts';
import { readMrrPersons } from '../facts/mrr-facts.repository.ts';
import { openChains, type MrrSetup, type OpenedChain } from '../person-mrr.ts';
import { readChargeNames, type ChargeName } from './charge-names.repository.ts';
import { explainMrr, type MrrExplanation } from './explain-mrr.ts';
import { readStoredSegments, type StoredSegment } from './stored-segments.repository.ts';

/** An explanation with what people call its parts, and whether it is what build-metrics has stored. */
export interface ExplainedSubscription {
  readonly explanation: MrrExplanation;
  /** The number of the subscription: `A-S00000003`. */
  readonly name: string | null;
  /** By the id of the charge. */
  readonly names: ReadonlyMap<string, ChargeName>;
  /** `different`: build-metrics has not taken up the last changes, or somebody changed a row by hand. */
  readonly stored: 'same' | 'different' | 'none';
}

interface VersionRow {
  readonly brand: string;
  readonly source_id: string;
  readonly account_id: string;
  readonly chain_id: string;
  readonly is_latest: number;
  readonly name: string | null;
}

interface Named {
  readonly brand: string;
  readonly chainId: string;
  readonly name: string | null;
  readonly personId: string;
}

/**
 * Explains the MRR on a day of the subscriptions of which this is a version's id, the chain's id or the name, from the
 * enriched records as they are now. Reads one snapshot.
 */
export async function explainSubscriptions(database: Database, setup: MrrSetup, id: string, day: LocalDate): Promise<ExplainedSubscription[]> {
  return database.snapshot(async (tx) => {
    const found: ExplainedSubscription[] = [];
    for (const named of await findNamed(tx, id)) {
      const persons = await readMrrPersons(database, tx, [named.personId]);
      const chains = persons.flatMap((person) => openChains(person, setup));
      const opened = chains.find(({ account, latest }) => account.brand === named.brand && latest.chainId === named.chainId);
      if (opened !== undefined) found.push(await explained(database, tx, named, opened, day));
    }
    return found;
  });
}

async function explained(database: Database, tx: Transaction, { brand, chainId, name }: Named, opened: OpenedChain, day: LocalDate): Promise<ExplainedSubscription> {
  const { account, currency, segments } = opened;
  const names = await readChargeNames(database, tx, brand, await accountsOfChain(tx, brand, chainId));
  const stored = await readStoredSegments(database, tx, brand, account.accountId, chainId);
  const derived = account.isTest || currency === null ? [] : (segments ?? []).map((segment): StoredSegment => ({ ...segment, currency }));
  const isSame = stored.length === derived.length && stored.every((own, index) => sameText(own) === sameText(derived[index]));
  return { explanation: explainMrr(opened, day), name, names, stored: isSame ? 'same' : stored.length === 0 ? 'none' : 'different' };
}

/** Chains by the account that has their latest version. */
async function findNamed(tx: Transaction, id: string): Promise<Named[]> {
  const chains = await tx<VersionRow>('enriched_subscriptions')
    .where({ source_id: asKey(id) })
    .orWhere({ chain_id: asKey(id) })
    .orWhere({ name: id })
    .distinct('brand', 'chain_id')
    .orderBy(['brand', 'chain_id']);
  const found: Named[] = [];
  for (const { brand, chain_id: chainId } of chains) {
    const latest = await tx<VersionRow>('enriched_subscriptions').where({ brand, chain_id: chainId, is_latest: 1 }).first('account_id', 'name');
    const account = latest === undefined ? undefined : await tx<{ brand: string; account_id: string; person_id: string }>('enriched_accounts').where({ brand, account_id: latest.account_id }).first('person_id');
    if (latest !== undefined && account !== undefined) found.push({ brand, chainId, name: latest.name, personId: account.person_id });
  }
  return found;
}

async function accountsOfChain(tx: Transaction, brand: string, chainId: string): Promise<string[]> {
  const rows = await tx<VersionRow>('enriched_subscriptions').where({ brand, chain_id: chainId }).distinct('account_id');
  return rows.map(({ account_id: accountId }) => accountId);
}

/** The parts of a segment in one order, as stored JSON may have its own. */
function sameText(segment: StoredSegment | undefined): string {
  if (segment === undefined) return '';
  const { from, to, state, mrr, currency, evidence } = segment;
  const { charges, discounts, unpriced, tax } = evidence;
  return JSON.stringify([from, to, state, mrr, currency, charges, discounts, unpriced, tax.net, tax.tax, tax.from]);
}
