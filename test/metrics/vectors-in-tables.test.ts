import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';

import { groupBy } from '../../src/core/group-by.ts';
import type { LocalDate } from '../../src/core/time.ts';
import type { Transaction } from '../../src/db/database.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { buildMetrics } from '../support/stages/metrics.ts';
import { testClock } from '../support/suite/clock.ts';
import { mrrVectors, type ChainVector, type MrrVector } from './mrr-vectors.ts';
import { storeAccount, storeInvoice, storeMemo, storeRefund, type StoredAccount } from './stored-invoices.ts';
import { personOf, storeVector } from './stored-vectors.ts';

type Purchase = readonly [customer: string, date: string, currency: string, gross: number, net: number];
interface ExpectedCohort {
  readonly month: string;
  readonly currency: string;
  readonly members: number;
  readonly other_currency?: number;
  readonly cells: readonly number[];
}
interface Vectors {
  readonly revenue: readonly {
    readonly name: string;
    readonly line?: { readonly net: number; readonly tax: number } | null;
    readonly refunds?: readonly (readonly [date: string, amount: number])[];
    readonly memo?: { readonly amount: number; readonly tax: number | null; readonly invoice: { readonly net: number; readonly tax: number } };
    readonly refund?: { readonly amount: number; readonly method: string };
    readonly expect: readonly (readonly [date: string, amount: number, tax: number])[];
  }[];
  readonly cohorts: readonly {
    readonly name: string;
    readonly as_of: string;
    readonly purchases?: readonly Purchase[];
    readonly scopes?: Readonly<Record<string, readonly Purchase[]>>;
    readonly credits: readonly (readonly [customer: string, date: string, currency: string, net: number])[];
    readonly expect?: readonly ExpectedCohort[];
    readonly expect_by_scope?: Readonly<Record<string, readonly ExpectedCohort[]>>;
  }[];
  readonly retention: readonly {
    readonly name: string;
    readonly as_of: string;
    readonly members: Readonly<Record<string, readonly (readonly [string, string, number])[]>>;
    readonly expect: { readonly month: string; readonly logo: readonly number[]; readonly mrr: readonly number[] };
  }[];
}
type Row = Readonly<Record<string, string | number | null>>;

const vectors = JSON.parse(readFileSync(new URL('../vectors/metrics.json', import.meta.url), 'utf8')) as Vectors;
const MEMO_DATE = '2025-01-20';
const AS_OF = '2026-01-01';

describeEachDatabase('the cases of metrics, through build-metrics', (suite) => {
  const build = async (asOf: string, brands: readonly string[] = ['alpina', 'belmont']): Promise<void> => {
    expect(await buildMetrics(suite.database, testClock(), { asOf: asOf as LocalDate, allBrands: brands, brands })).toMatchObject({ status: 'succeeded' });
  };
  const read = (table: string, where: Row = {}): Promise<Row[]> => suite.database.read((knex) => knex<Row>(table).where(where).select('*'));

  describe('recurring revenue and its movements', () => {
    /** A case in brands of its own, so that sums by brand are those of the case. */
    const cases = mrrVectors.map((vector, index) => {
      const own = (brand: string): string => (brand === '*' ? '*' : `${brand}-${index}`);
      const chains = vector.chains.map((chain): ChainVector => ({ ...chain, brand: own(chain.brand) }));
      const brands = [...new Set(chains.map(({ brand }) => brand))];
      const isLong = vector.movements.some((movement) => movement.length === 5);
      const movements = vector.movements.flatMap(([date, kind, amount, currency = 'EUR', scope]) => (isLong ? [own(scope ?? '*')] : [...brands, '*']).map((brand) => ({ brand, currency, date, kind, amount })));
      return { index, asOf: vector.as_of ?? AS_OF, vector: { ...vector, chains }, brands, movements };
    });

    test('come to their segments, movements and days', async () => {
      let done = 0;
      for (const [asOf, own] of groupBy(cases, (each) => each.asOf)) {
        await suite.empty();
        await suite.database.write(async (tx) => {
          for (const { vector, index } of own) await storeVector(tx, vector, index);
        });
        await build(asOf, own.flatMap(({ brands }) => brands));
        const tables = { segments: await read('subscription_mrr'), moved: await read('mrr_movements'), mrr: await read('metric_mrr_days'), active: await read('metric_active_days', { market: '*', class: '*' }) };
        for (const one of own) checkCase(one, tables);
        done += own.length;
      }
      expect(done).toBe(55);
    }, 180_000);

    function checkCase({ index, asOf, vector, brands, movements }: (typeof cases)[number], { segments, moved, mrr, active }: Record<'segments' | 'moved' | 'mrr' | 'active', Row[]>): void {
      const { name } = vector;
      const found = vector.chains.map(({ chain }) => {
        const stored = segments.filter((row) => row['chain_id'] === `${index}-${chain}`).sort((a, b) => (String(a['from_date']) < String(b['from_date']) ? -1 : 1));
        return [chain, stored.map((row) => [row['from_date'], row['to_date'], row['state'], Number(row['mrr'])])];
      });
      expect({ name, segments: Object.fromEntries(found) as unknown }).toEqual({ name, segments: vector.segments });
      const lines = moved.filter((row) => row['person_id'] === personOf(index)).map((row) => [row['brand'], row['currency'], row['movement_date'], row['kind'], Number(row['amount'])].join(' '));
      expect({ name, movements: lines.sort() }).toEqual({ name, movements: movements.map((row) => Object.values(row)).map(([brand, currency, date, kind, amount]) => [brand, currency, date, kind, amount].join(' ')).sort() });
      const unpriced = segments.filter((row) => brands.includes(String(row['brand'])) && (JSON.parse(String(row['evidence'])) as { unpriced: string[] }).unpriced.length > 0).map((row) => row['chain_id']);
      expect({ name, unpriced }).toEqual({ name, unpriced: (vector.unpriced ?? []).map((chain) => `${index}-${chain}`) });
      const replaced = moved.filter((row) => row['person_id'] === personOf(index) && row['brand'] !== '*' && Number(row['is_replacement']) === 1).map((row) => row['movement_date']);
      expect({ name, replaced: replaced.sort() }).toEqual({ name, replaced: [...(vector.is_replacement ?? [])] });
      checkDays({ name, asOf, brands, movements }, mrr, moved);
      for (const [day, subscriptions] of Object.entries(vector.active ?? {}).filter(([date]) => date <= asOf)) {
        const counted = active.filter((row) => brands.includes(String(row['brand'])) && row['day'] === day).reduce((sum, row) => sum + Number(row['subscriptions']), 0);
        expect({ name, day, active: counted }).toEqual({ name, day, active: subscriptions });
      }
    }

    /** The days of movements are those of the case, up to the day of the run and none after it. */
    function checkDays({ name, asOf, brands, movements }: Pick<(typeof cases)[number], 'asOf' | 'brands' | 'movements'> & { name: string }, days: readonly Row[], moved: readonly Row[]): void {
      for (const brand of brands) {
        const own = days.filter((row) => row['brand'] === brand);
        expect({ name, late: own.filter(({ day }) => String(day) > asOf) }).toEqual({ name, late: [] });
        for (const { currency, date, kind, amount } of movements.filter((one) => one.brand === brand && one.date <= asOf)) {
          const row = own.find((one) => one['day'] === date && one['currency'] === currency);
          const after = moved.find((one) => one['brand'] === brand && one['movement_date'] === date && one['currency'] === currency)?.['mrr_after'];
          expect({ name, date, [kind]: Number(row?.[kind]), mrr: Number(row?.['mrr']) }).toEqual({ name, date, [kind]: amount, mrr: Number(after) });
        }
      }
    }
  });

  describe('revenue', () => {
    beforeEach(() => suite.empty());

    test('of each case gives back amounts and tax to the cent', async () => {
      const accountOf = (index: number): StoredAccount => ({ brand: 'alpina', person: personOf(index), currency: 'EUR' });
      await suite.database.write(async (tx) => {
        for (const [index, { line, refunds = [], memo, refund }] of vectors.revenue.entries()) {
          const [account, invoice] = [accountOf(index), `i${index}`];
          await storeAccount(tx, account);
          const sold = line ?? memo?.invoice;
          if (sold !== undefined) await storeInvoice(tx, account, { id: invoice, date: '2025-01-05', ...sold });
          if (memo !== undefined) await storeMemo(tx, account, { id: `m${index}`, date: MEMO_DATE, amount: memo.amount, tax: memo.tax, invoice });
          const notes = refunds.map(([date, amount]) => ({ date, amount, method: line === null ? 'unallocated' : 'explicit', invoice: line === null ? null : invoice }));
          const paidOut = refund === undefined ? [] : [{ date: '2025-02-01', ...refund, invoice }];
          for (const [place, note] of [...notes, ...paidOut].entries()) await storeRefund(tx, account, { id: `r${index}-${place}`, ...note });
        }
      });
      await build(AS_OF);
      const facts = await read('revenue_facts');
      for (const [index, { name, expect: wanted }] of vectors.revenue.entries()) {
        const lowered = facts.filter((row) => row['person_id'] === accountOf(index).person && ['credit', 'refund'].includes(String(row['kind'])));
        const found = lowered.map((row) => [row['fact_date'], Number(row['amount']), Number(row['tax'])]).sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
        expect({ name, found }).toEqual({ name, found: wanted.map(([date, ...amounts]) => [date === 'memo date' ? MEMO_DATE : date, ...amounts]) });
      }
      const days = await read('metric_revenue_days');
      const sumOf = (rows: readonly Row[], column: string): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);
      expect([sumOf(days, 'net_revenue'), sumOf(days, 'tax')]).toEqual([sumOf(facts, 'amount'), sumOf(facts, 'tax')]);
      expect(days.length).toBeGreaterThan(5);
    }, 60_000);
  });

  describe('cohorts', () => {
    beforeEach(() => suite.empty());

    async function storeScope(tx: Transaction, brand: string, purchases: readonly Purchase[], credits: Vectors['cohorts'][number]['credits']): Promise<void> {
      const accounts = new Map([...purchases, ...credits].map(([person, , currency]) => [`${person} ${currency}`, { brand, person, currency }]));
      for (const account of accounts.values()) await storeAccount(tx, account);
      const of = (person: string, currency: string): StoredAccount => accounts.get(`${person} ${currency}`) ?? { brand, person, currency };
      for (const [place, [person, date, currency, gross, net]] of purchases.entries()) await storeInvoice(tx, of(person, currency), { id: `${brand}-i${place}`, date, net, tax: gross - net });
      for (const [place, [person, date, currency, net]] of credits.entries()) await storeMemo(tx, of(person, currency), { id: `${brand}-m${place}`, date, amount: -net, tax: 0, invoice: null });
    }

    test.each(vectors.cohorts.map((vector) => [vector.name, vector] as const))('%s', async (_name, { purchases, scopes, credits, as_of: asOf, ...expected }) => {
      const brands = scopes ?? { alpina: purchases ?? [] };
      await suite.database.write(async (tx) => {
        for (const [brand, own] of Object.entries(brands)) await storeScope(tx, brand, own, credits);
      });
      await build(asOf);
      const customers = await read('metric_customers');
      for (const [scope, wanted] of Object.entries(expected.expect_by_scope ?? { alpina: expected.expect ?? [], '*': expected.expect ?? [] })) {
        const cells = (await read('metric_cohorts', { brand: scope, measure: 'ltv', dimension: 'all' })).sort((a, b) => Number(a['age']) - Number(b['age']));
        for (const { month, currency, members, other_currency: other = 0, cells: amounts } of wanted) {
          const own = cells.filter((row) => row['cohort'] === month && row['currency'] === currency);
          expect(own.map(({ age, amount, members: count, other_currency: others }) => [Number(age), Number(amount), Number(count), Number(others)])).toEqual(amounts.map((amount, age) => [age, amount, members, other]));
          expect(customers.filter((row) => row['brand'] === scope && String(row['acquired_on']).startsWith(month) && row['currency'] === currency)).toHaveLength(members);
        }
        expect(new Set(cells.map(({ cohort }) => cohort)).size).toBe(wanted.filter((own) => own.cells.length > 0).length);
      }
    }, 30_000);

    test.each(vectors.retention.map((vector) => [vector.name, vector] as const))('%s', async (_name, { as_of: asOf, members, expect: { month, logo, mrr } }) => {
      await suite.database.write(async (tx) => {
        for (const [index, movements] of Object.values(members).entries()) await storeVector(tx, lifeOf(movements, asOf), index);
      });
      await build(asOf);
      const cells = (await read('metric_cohorts', { brand: 'alpina', cohort: month, dimension: 'all' })).sort((a, b) => Number(a['age']) - Number(b['age']));
      const of = (measure: string, column: string): number[] => cells.filter((row) => row['measure'] === measure).map((row) => Number(row[column]));
      expect([of('logo', 'count'), of('mrr', 'amount')]).toEqual([logo, mrr]);
    }, 30_000);
  });
});

/** A customer whose monthly contracts make these movements: each that begins is one, to the churn after it. */
function lifeOf(movements: readonly (readonly [date: string, kind: string, amount: number])[], asOf: string): MrrVector {
  const [template] = mrrVectors[0]?.chains ?? [];
  const chains = movements.flatMap(([start, kind, price], index): ChainVector[] => {
    if (kind === 'churn' || template === undefined) return [];
    const [end] = movements[index + 1] ?? [null];
    const ended = end === null ? {} : { status: 'Cancelled', cancelled_date: end };
    const [charge] = template.charges;
    return [{ ...template, chain: `c${index}`, start_date: start, contract_effective_date: end ?? start, ...ended, charges: [{ ...charge, price, start_date: start }] }];
  });
  return { name: '', as_of: asOf, chains, segments: {}, movements: [] };
}
