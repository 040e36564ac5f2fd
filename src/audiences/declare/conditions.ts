import { addDays, startOfDay, type LocalDate } from '../../core/time.ts';
import type { Fragment } from '../../db/dialect.ts';
import { minorAmount, type Audience } from './audience.ts';
import type { Condition, SpendCondition, SubscriptionCondition } from './schema.ts';

/** The persons whose ids lie above `after` and not above `upTo`. */
export interface PersonRange {
  readonly after: string;
  readonly upTo: string;
}

/** What conditions are compiled for. */
export interface ConditionScope {
  readonly asOf: LocalDate;
  /** All audiences, for those that others refer to. */
  readonly audiences: readonly Audience[];
  readonly range: PersonRange;
}

/**
 * The statement that gives the ids of the persons of a range for whom all conditions of an audience hold, in order. The
 * same on both databases; every inner select is bounded by the range too, so that no plan reads more than that.
 * Consent and exclusions are not part of it: neither are they for an audience that another one refers to.
 */
export function candidateStatement(audience: Audience, scope: ConditionScope): Fragment {
  const people = ofBrands('a', audience.brands, scope);
  const holds = allOf(audience.where, audience, scope);
  return {
    sql: `select p.person_id from (select distinct a.person_id from enriched_accounts a where ${people.sql}) p where ${holds.sql} order by p.person_id`,
    values: [...people.values, ...holds.values],
  };
}

function allOf(conditions: readonly Condition[], audience: Audience, scope: ConditionScope): Fragment {
  return joined(conditions.map((condition) => compile(condition, audience, scope)), ' and ');
}

function compile(condition: Condition, audience: Audience, scope: ConditionScope): Fragment {
  const { subscription, no_subscription: none, engaged_within_days: engaged, email_active_within_days: emailActive } = condition;
  if (subscription !== undefined) return among(subscribers(subscription, audience, scope));
  if (none !== undefined) return notAmong(subscribers(none, audience, scope));
  if (engaged !== undefined) return among(engagedSince(addDays(scope.asOf, -engaged), audience, scope));
  if (emailActive !== undefined) return among(emailActiveSince(addDays(scope.asOf, -emailActive), audience, scope));
  if (condition.spend !== undefined) return spent(condition.spend, audience, scope);
  if (condition.refunded !== undefined) return (condition.refunded ? among : notAmong)(refunded(audience, scope));
  if (condition.country !== undefined) return among(living(condition.country, audience, scope));
  if (condition.in_audience !== undefined) return membersOf(condition.in_audience, scope);
  if (condition.not_in_audience !== undefined) {
    const members = membersOf(condition.not_in_audience, scope);
    return { sql: `not ${members.sql}`, values: members.values };
  }
  return joined((condition.any ?? []).map((other) => compile(other, audience, scope)), ' or ');
}

/** Persons with a subscription that is all of what is asked. Superseded versions are no subscriptions. */
function subscribers(asked: SubscriptionCondition, { brands }: Audience, scope: ConditionScope): Fragment {
  const parts = [
    ofBrands('a', brands, scope),
    { sql: 's.is_latest = 1', values: [] },
    ...(asked.lifecycle === undefined ? [] : [oneOf('s.lifecycle', asked.lifecycle)]),
    ...(asked.class === undefined ? [] : [oneOf('s.class', asked.class)]),
    ...(asked.funnel_step === undefined ? [] : [oneOf('s.funnel_step', asked.funnel_step)]),
    ...(asked.product === undefined ? [] : [ofProduct(asked.product)]),
    ...(asked.active_within_days === undefined ? [] : [activeSince(addDays(scope.asOf, -asked.active_within_days), scope.asOf)]),
    ...(asked.cancelled_within_days === undefined ? [] : [cancelledSince(addDays(scope.asOf, -asked.cancelled_within_days), scope.asOf)]),
  ];
  const where = joined(parts, ' and ');
  return {
    sql: `select a.person_id from enriched_accounts a join enriched_subscriptions s on s.brand = a.brand and s.account_id = a.account_id where ${where.sql}`,
    values: where.values,
  };
}

/** A product by its id, its SKU or its name in the catalog. */
function ofProduct(products: readonly string[]): Fragment {
  const named = joined(['c.product_id', 'r.sku', 'r.product_name'].map((column) => oneOf(column, products)), ' or ');
  return {
    sql:
      'exists (select 1 from enriched_charges c left join enriched_products r on r.brand = c.brand and r.source_id = c.product_charge_id ' +
      `where c.brand = s.brand and c.account_id = s.account_id and c.chain_id = s.chain_id and c.is_current = 1 and ${named.sql})`,
    values: named.values,
  };
}

/** Running on that day or later; a subscription that has ended says when. */
function activeSince(since: LocalDate, asOf: LocalDate): Fragment {
  return {
    sql: "(s.lifecycle = 'active' or (s.lifecycle in ('cancelled', 'expired') and s.chain_end > ?)) and (s.chain_start is null or s.chain_start <= ?)",
    values: [since, asOf],
  };
}

function cancelledSince(since: LocalDate, asOf: LocalDate): Fragment {
  return { sql: "s.lifecycle = 'cancelled' and coalesce(s.cancelled_date, s.chain_end) >= ? and coalesce(s.cancelled_date, s.chain_end) <= ?", values: [since, asOf] };
}

/** Persons who opened or clicked, themselves and not a machine. */
function engagedSince(since: LocalDate, { brands }: Audience, { range }: ConditionScope): Fragment {
  const where = joined([oneOf('e.brand', brands), within('e', range), seenSince(since)], ' and ');
  return { sql: `select e.person_id from email_subscribers e where ${where.sql}`, values: where.values };
}

function seenSince(since: LocalDate): Fragment {
  return { sql: '(e.last_human_open >= ? or e.last_human_click >= ?)', values: [startOfDay(since), startOfDay(since)] };
}

/** "Active subscriber" of the e-mail tool: subscribed, and engaged or first sent to since then. */
function emailActiveSince(since: LocalDate, { brands }: Audience, { range }: ConditionScope): Fragment {
  const subscribed = { sql: '(e.unsubscribed_at is null or e.resubscribed_at > e.unsubscribed_at)', values: [] };
  const awake = joined([seenSince(since), { sql: 'e.first_sent >= ?', values: [startOfDay(since)] }], ' or ');
  const where = joined([oneOf('e.brand', brands), within('e', range), subscribed, awake], ' and ');
  return { sql: `select e.person_id from email_subscribers e where ${where.sql}`, values: where.values };
}

/** Paid less refunded, as in the customer ledger, over the brands of the audience; who paid nothing has spent 0. */
function spent({ currency, at_least: atLeast, at_most: atMost }: SpendCondition, { brands }: Audience, scope: ConditionScope): Fragment {
  const least = atLeast === undefined ? undefined : minorAmount(atLeast, currency);
  const most = atMost === undefined ? undefined : minorAmount(atMost, currency);
  const bounds = [
    ...(least === undefined ? [] : [{ sql: 'sum(l.paid - l.refunded) >= ?', values: [least] }]),
    ...(most === undefined ? [] : [{ sql: 'sum(l.paid - l.refunded) <= ?', values: [most] }]),
  ];
  const where = joined([ofLedger(brands, scope), { sql: 'l.currency = ?', values: [currency] }], ' and ');
  const select = (having: Fragment): Fragment => ({
    sql: `select l.person_id from customer_accounts l where ${where.sql} group by l.person_id having ${having.sql}`,
    values: [...where.values, ...having.values],
  });
  const having = joined(bounds, ' and ');
  const nothingFits = (least ?? 0) <= 0 && (most ?? 0) >= 0;
  return nothingFits ? notAmong(select({ sql: `not ${having.sql}`, values: having.values })) : among(select(having));
}

function refunded({ brands }: Audience, scope: ConditionScope): Fragment {
  const where = ofLedger(brands, scope);
  return { sql: `select l.person_id from customer_accounts l where ${where.sql} and l.refunded > 0`, values: where.values };
}

/** Accounts have the code of their country, however the contact writes it. */
function living(countries: readonly string[], { brands }: Audience, scope: ConditionScope): Fragment {
  const where = joined([ofBrands('a', brands, scope), oneOf('a.country', countries)], ' and ');
  return { sql: `select a.person_id from enriched_accounts a where ${where.sql}`, values: where.values };
}

function membersOf(name: string, scope: ConditionScope): Fragment {
  const audience = scope.audiences.find((other) => other.name === name);
  if (audience === undefined) throw new Error(`There is no audience ${name}.`);
  const people = ofBrands('a', audience.brands, scope);
  const known = among({ sql: `select a.person_id from enriched_accounts a where ${people.sql}`, values: people.values });
  return joined([known, allOf(audience.where, audience, scope)], ' and ');
}

/** Rows of the brands in the range. The brand must not choose the index: it would lead through all rows of the brand. */
function ofBrands(alias: string, brands: readonly string[], { range }: ConditionScope): Fragment {
  return joined([within(alias, range), oneOf(`coalesce(${alias}.brand, '')`, brands)], ' and ');
}

/** The ledger is keyed by brand and person: here the brands lead to the rows of the range. */
function ofLedger(brands: readonly string[], { range }: ConditionScope): Fragment {
  return joined([oneOf('l.brand', brands), within('l', range)], ' and ');
}

function within(alias: string, { after, upTo }: PersonRange): Fragment {
  return { sql: `${alias}.person_id > ? and ${alias}.person_id <= ?`, values: [after, upTo] };
}

function oneOf(column: string, values: readonly string[]): Fragment {
  return { sql: `${column} in (${values.map(() => '?').join(', ')})`, values };
}

function among({ sql, values }: Fragment): Fragment {
  return { sql: `p.person_id in (${sql})`, values };
}

function notAmong({ sql, values }: Fragment): Fragment {
  return { sql: `p.person_id not in (${sql})`, values };
}

function joined(fragments: readonly Fragment[], by: ' and ' | ' or '): Fragment {
  return { sql: `(${fragments.map(({ sql }) => sql).join(by)})`, values: fragments.flatMap(({ values }) => values) };
}
