import { beforeEach, expect, test } from '@jest/globals';

import type { AccountFacts } from '../../../src/enriched/facts/facts.ts';
import { readFacts, type AccountName } from '../../../src/enriched/facts/facts.repository.ts';
import { SpooledFacts } from '../../../src/enriched/facts/spooled-facts.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { customerLake, customerRows, idsOf, writeRows } from '../../support/rows/customers.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { enrich, importAll } from '../../support/stages/enrich.ts';

const BATCH = '20260301T050000Z';
const RUN = 'run';
const BRANDS = ['alpina', 'belmont'];
const CUSTOMERS = [
  { number: 1, email: 'same@mail.invalid', plan: 'FE | Käse\n"Grün"' },
  { number: 2, brand: 'belmont', email: 'same@mail.invalid' },
  { number: 3, withAccountIds: false },
  { number: 4, brand: 'belmont', email: 'same@mail.invalid', withAccountIds: false },
  { number: 5 },
  { number: 6 },
];

describeEachDatabase('SpooledFacts', (suite) => {
  beforeEach(() => suite.empty());

  const accounts: AccountName[] = CUSTOMERS.map(({ number, brand = 'alpina' }) => ({ brand, accountId: idsOf(number).account }));

  /** Rows in any order; looked-up ones come in that of an index. */
  const sorted = (facts: AccountFacts | undefined): unknown =>
    Object.fromEntries(Object.entries(facts ?? {}).map(([name, rows]) => [name, Array.isArray(rows) ? [...(rows as unknown[])].sort(byText) : rows]));

  test('gives each account the facts that looking them up gives, over ranges of persons', async () => {
    const clock = testClock();
    const lake = customerLake(BATCH, CUSTOMERS);
    const deleted = Object.entries(customerRows({ number: 6, updated: '2026-03-02 04:00:00' })).map(([entity, rows]) => [entity, rows.map((row) => ({ ...row, Deleted: 'true' }))] as const);
    writeRows(lake, '20260302T050000Z', 'alpina', Object.fromEntries(deleted.filter(([entity]) => entity === 'invoice')));
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock);
    await suite.database.write(async (tx) => {
      const persons = await tx<{ brand: string; account_id: string; person_id: string }>('enriched_accounts').select('brand', 'account_id', 'person_id');
      await tx('enrich_queue').insert(persons.map((row) => ({ ...row, run_id: RUN })));
      await tx.raw('insert into enrich_persons (run_id, leader, person_id) select run_id, min(account_id), person_id from enrich_queue group by run_id, person_id');
    });

    const signal = new AbortController().signal;
    const source = await SpooledFacts.open(suite.database, { runId: RUN, brands: BRANDS, personsPerRange: 2, signal });
    if (source === undefined) {
      // The embedded database reads by key as cheaply.
      expect(suite.database.dialect.packed).toBeUndefined();
      return;
    }
    await suite.database.read(async (knex) => {
      const looked = await readFacts(suite.database, knex, accounts);
      const [first, second, third, fourth, fifth, sixth] = accounts as [AccountName, AccountName, AccountName, AccountName, AccountName, AccountName];
      for (const [own, others] of [[[first, second, fourth], [sixth]], [[third], []], [[fifth, sixth], [first]]] as const) {
        const factsOf = await source.read(knex, own, others);
        for (const account of [...own, ...others]) {
          const known = looked.get(`${account.brand}\n${account.accountId}`);
          expect(sorted(factsOf(account))).toEqual(sorted(known));
          expect(known?.account).toHaveLength(1);
          expect(known?.invoice).toHaveLength(account === sixth ? 0 : 1);
        }
      }
    });
    await source.close();
  });
});

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
