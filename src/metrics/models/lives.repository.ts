import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import type { MovementKind } from '../movements/movements.ts';
import { customerLife, type CustomerLife, type LifeMovement, type LifePurchase } from './customer-life.ts';

export interface LivesSource {
  readonly database: Database;
  readonly tx: Transaction;
}

const PERSONS_PER_QUERY = 500;

/** Everybody who has bought from a brand, up to the end of a day, some at a time and in the order of their ids. */
export async function* readLives(source: LivesSource, brand: string, day: LocalDate): AsyncGenerator<readonly CustomerLife[], void> {
  for (let last = ''; ; ) {
    const persons = await personsAfter(source, 'metric_customers', brand, last, PERSONS_PER_QUERY);
    if (persons.length === 0) return;
    last = persons.at(-1) ?? last;
    yield await livesOf(source, brand, persons, day);
  }
}

/** The persons of a brand after one of them who have rows in a table, in the order of their ids. */
export async function personsAfter({ database, tx }: LivesSource, table: 'metric_customers' | 'customer_predictions', brand: string, after: string, most: number): Promise<string[]> {
  const rows = await database.dialect.selectRows(tx, `select distinct person_id from ${table} where brand = ? and person_id > ? order by person_id limit ${most}`, [brand, after]);
  return rows.map(([personId]) => String(personId));
}

/**
 * The lives of some persons. A purchase is an invoice above 0 with a line that is neither recurring nor usage; it is worth
 * these lines with what lowers them, as recurring ones are worth what their contract is.
 */
export async function livesOf({ database, tx }: LivesSource, brand: string, persons: readonly string[], day: LocalDate): Promise<CustomerLife[]> {
  if (persons.length === 0) return [];
  const these = `person_id in (${persons.map(() => '?').join(',')})`;
  const movements = await database.dialect.selectRows(
    tx,
    `select person_id, currency, kind, movement_date, amount, renewal_months from mrr_movements where brand = ? and ${these} and movement_date <= ?`,
    [brand, ...persons, day],
  );
  const purchases = await database.dialect.selectRows(
    tx,
    `select person_id, currency, fact_date, sum(case when is_one_off = 1 then amount else 0 end) from revenue_facts
      where ${these} and brand = ? and fact_date <= ? and kind in ('sale', 'discount', 'rest') group by person_id, currency, fact_date, invoice_id
      having sum(amount + tax) > 0 and sum(case when is_one_off = 1 and kind = 'sale' then 1 else 0 end) > 0`,
    [...persons, brand, day],
  );
  const [moved, bought] = [movements, purchases].map((rows) => groupBy(rows, ([personId]) => String(personId)));
  return persons.map((personId) => customerLife(personId, (moved?.get(personId) ?? []).map(movementOf), (bought?.get(personId) ?? []).map(purchaseOf)));
}

function movementOf([, currency, kind, date, amount, months]: StoredValues): LifeMovement {
  const renewalMonths = months === null || months === undefined ? null : Number(months);
  return { currency: String(currency), kind: String(kind) as MovementKind, date: String(date) as LocalDate, amount: Number(amount), renewalMonths };
}

function purchaseOf([, currency, day, amount]: StoredValues): LifePurchase {
  return { currency: String(currency), day: String(day) as LocalDate, amount: Number(amount) };
}
