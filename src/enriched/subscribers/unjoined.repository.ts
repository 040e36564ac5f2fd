import type { Database } from '../../db/database.ts';
import { unsubscribe } from '../../sources/email/unsubscribe.ts';
import { countRejects } from '../../raw/quarantine/quarantine.repository.ts';

/** Whom the e-mail tool means is not known, in some brands. */
export interface Unjoined {
  /** Unsubscriptions in quarantine: no list of their brands is delivered while they wait. */
  readonly objectionsWaiting: number;
  /** Contacts that events name without an address and that billing does not know, or not with an address. */
  readonly contactsUnknown: number;
}

/** Counts what events could not be joined to, beyond those that name nobody at all (the drift of their batches). */
export async function countUnjoined(database: Database, brands: readonly string[]): Promise<Unjoined> {
  const rejects = await countRejects(database, { brands, entities: [unsubscribe.name], status: 'open' });
  const [contacts] = await database.read((knex) => knex<{ brand: string; person_id: string | null }>('email_contacts').whereIn('brand', brands).whereNull('person_id').count({ rows: '*' }));
  return { objectionsWaiting: rejects.reduce((sum, { rows }) => sum + rows, 0), contactsUnknown: Number(contacts?.['rows'] ?? 0) };
}
