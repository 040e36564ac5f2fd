import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { readMrrPersons } from '../../metrics/facts/mrr-facts.repository.ts';
import { personBridges } from '../../metrics/person-bridge.ts';
import type { MrrSetup } from '../../metrics/person-mrr.ts';
import type { MrrTally } from './mrr.ts';
import { billingMrr } from './mrr.repository.ts';

/** Of which MRR the bridge is, and as of when. */
export interface MrrRequest {
  readonly brands: readonly string[];
  readonly asOf: LocalDate;
  /** Everybody with an account of the brands. */
  readonly people: readonly string[];
}

/** Persons whose chains are read at once. */
const CHUNK_PERSONS = 500;

/** Follows MRR from billing's own field to hub's, chain by chain, and holds the chains against all that billing has. */
export async function checkMrr(
  services: MrrSetup & { readonly proceed: (done: number) => void },
  { brands, asOf, people }: MrrRequest,
  { database, tx }: { readonly database: Database; readonly tx: Transaction },
  tally: MrrTally,
): Promise<void> {
  const asked = new Set(brands);
  for (let start = 0; start < people.length; start += CHUNK_PERSONS) {
    const persons = await readMrrPersons(database, tx, people.slice(start, start + CHUNK_PERSONS));
    for (const bridge of persons.flatMap((person) => personBridges(person, services, asOf))) if (asked.has(bridge.brand)) tally.add(bridge);
    services.proceed(start + persons.length);
  }
  for (const brand of brands) {
    const billing = await billingMrr({ database, knex: tx }, brand);
    for (const currency of new Set([...billing.keys(), ...tally.currenciesOf(brand)])) tally.billing(brand, currency, billing.get(currency) ?? 0);
  }
}
