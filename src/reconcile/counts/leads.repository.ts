import type { Source } from './subscriptions.repository.ts';

/** Contacts held against the leads of their persons. */
export interface ComparedContacts {
  readonly checked: number;
  readonly broken: readonly { readonly brand: string; readonly personId: string }[];
}

/** Leads of a person at a brand that count for the contact, by what they came to. */
const COUNTED = `select brand, person_id, count(*) as leads, sum(outcome = 'duplicate') as duplicates, sum(outcome = 'restored') as restored
  from leads where brand = ? and person_id is not null and outcome in ('created', 'duplicate', 'restored') group by brand, person_id`;

/**
 * Compares the counts of contacts with the leads that they are folded from, in one read of both; a contact without leads is
 * somebody who only left, a lead without a contact is broken.
 */
export async function compareContacts({ database, knex }: Source, brands: readonly string[]): Promise<ComparedContacts> {
  let checked = 0;
  const broken: { readonly brand: string; readonly personId: string }[] = [];
  for (const brand of brands) {
    const [[contacts] = [0]] = await database.dialect.selectRows(knex, 'select count(*) from contacts where brand = ?', [brand]);
    const differing = await database.dialect.selectRows(
      knex,
      `select c.person_id from contacts c left join (${COUNTED}) l on l.brand = c.brand and l.person_id = c.person_id
        where c.brand = ? and (c.leads <> coalesce(l.leads, 0) or c.duplicates <> coalesce(l.duplicates, 0) or c.restored <> coalesce(l.restored, 0))
       union all
       select l.person_id from (${COUNTED}) l left join contacts c on c.brand = l.brand and c.person_id = l.person_id where c.person_id is null`,
      [brand, brand, brand],
    );
    checked += Number(contacts);
    broken.push(...differing.map(([personId]) => ({ brand, personId: String(personId) })));
  }
  return { checked, broken };
}
