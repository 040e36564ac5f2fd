import { groupBy } from '../../core/group-by.ts';
import type { Instant } from '../../core/time.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { answerInForce, type ConsentEntry, type ConsentPurpose } from '../../leads/steps/consents.ts';

/** What persons have answered, as it is in force. */
export interface Answers {
  /** As `brand purpose`. */
  readonly granted: ReadonlySet<string>;
  readonly denied: ReadonlySet<string>;
  /** Brands whose marketing by e-mail is refused, and the person has not subscribed again since. */
  readonly objected: ReadonlySet<string>;
}

/**
 * Asks for what answersByKey reads.
 * @param key a column, by which answers are found
 * @param ledger `consents c`, alone or joined to something
 */
export function answersStatement(key: string, ledger: string, where: string): string {
  return (
    `select ${key}, c.person_id, c.brand, c.purpose, c.granted, c.occurred_at, s.resubscribed_at from ${ledger} ` +
    `left join email_subscribers s on s.brand = c.brand and s.person_id = c.person_id where ${where}`
  );
}

type Row = ConsentEntry & { readonly key: string; readonly personId: string; readonly brand: string; readonly back: Instant | null };

/** The answers in force by key. Of several persons with one key a denial of each counts. */
export function answersByKey(rows: readonly StoredValues[]): Map<string, Answers> {
  const found = new Map<string, { granted: Set<string>; denied: Set<string>; objected: Set<string> }>();
  for (const own of groupBy(rows.map(rowOf), ({ key, personId, brand, purpose }) => `${key} ${personId} ${brand} ${purpose}`).values()) {
    const [first] = own;
    if (first === undefined) continue;
    const { key, brand, purpose, back } = first;
    const answer = answerInForce(own, purpose);
    const answers = found.get(key) ?? { granted: new Set<string>(), denied: new Set<string>(), objected: new Set<string>() };
    found.set(key, answers);
    if (answer?.granted === true) answers.granted.add(`${brand} ${purpose}`);
    else answers.denied.add(`${brand} ${purpose}`);
    if (answer?.granted === false && purpose === 'marketing_email' && (back === null || back <= answer.at)) answers.objected.add(brand);
  }
  return found;
}

function rowOf([key, personId, brand, purpose, granted, at, back]: StoredValues): Row {
  return { key: String(key), personId: String(personId), brand: String(brand), purpose: purpose as ConsentPurpose, granted: Number(granted) === 1, at: String(at) as Instant, back: (back ?? null) as Instant | null };
}
