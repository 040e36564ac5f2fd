import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { mrrDays, type MovementSum } from '../../../src/metrics/aggregates/mrr-days.ts';
import type { MrrDayRecord } from '../../../src/metrics/records/aggregate-tables.ts';

const range = { from: '2026-01-01' as LocalDate, to: '2026-01-05' as LocalDate };
const move = (text: string): MovementSum => {
  const [day = '', kind = '', amount = '', customers = '1', replacement = ''] = text.split(' ');
  return { day: day as LocalDate, currency: 'EUR', kind: kind as MovementSum['kind'], amount: Number(amount), customers: Number(customers), isReplacement: replacement !== '' };
};
const short = ({ day, mrr, customers, new: added, churn, customers_new: customersNew, customers_churned: churned, churn_replaced: replaced }: MrrDayRecord): string =>
  `${day} mrr ${mrr} of ${customers}, new ${added} by ${customersNew}, churn ${churn} by ${churned}, replaced ${replaced}`;

test('a day goes on from the days before the range, and has a row also without a movement', () => {
  const rows = mrrDays('alpina', ['2025-12-01 new 5000 2', '2025-12-20 churn -2000', '2026-01-02 new 700', '2026-01-02 churn -3000 1 replaced'].map(move), range);
  expect(rows.map(short)).toEqual([
    '2026-01-01 mrr 3000 of 1, new 0 by 0, churn 0 by 0, replaced 0',
    '2026-01-02 mrr 700 of 1, new 700 by 1, churn -3000 by 1, replaced -3000',
    '2026-01-03 mrr 700 of 1, new 0 by 0, churn 0 by 0, replaced 0',
    '2026-01-04 mrr 700 of 1, new 0 by 0, churn 0 by 0, replaced 0',
  ]);
});

test('a currency begins with its first movement, and what comes after the range is not in it', () => {
  const rows = mrrDays('*', [move('2026-01-03 new 100'), { ...move('2026-01-04 new 9'), currency: 'CHF' }, move('2026-01-05 expansion 50')], range);
  expect(rows.map(({ currency, day, mrr }) => `${currency} ${day} ${mrr}`)).toEqual(['EUR 2026-01-03 100', 'EUR 2026-01-04 100', 'CHF 2026-01-04 9']);
});

test('the movements of a day lead from the day before to it', () => {
  const movement = fc.record({
    day: fc.constantFrom(...(['2025-12-31', '2026-01-01', '2026-01-02', '2026-01-04'] as LocalDate[])),
    currency: fc.constantFrom('EUR', 'CHF'),
    kind: fc.constantFrom(...(['new', 'expansion', 'contraction', 'churn', 'reactivation'] as const)),
    isReplacement: fc.boolean(),
    amount: fc.integer({ min: -900, max: 900 }),
    customers: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(movement, { maxLength: 12 }), (movements) => {
      const rows = mrrDays('alpina', movements, range);
      for (const row of rows) {
        const before = rows.find((each) => each.currency === row.currency && each.day === addDays(row.day as LocalDate, -1));
        if (before !== undefined) expect(row.mrr - before.mrr).toBe(row.new + row.expansion + row.contraction + row.churn + row.reactivation);
      }
      for (const currency of ['EUR', 'CHF']) {
        const last = rows.filter((row) => row.currency === currency).at(-1);
        expect(last?.mrr ?? 0).toBe(movements.filter((each) => each.currency === currency).reduce((sum, { amount }) => sum + amount, 0));
      }
      expect(new Set(rows.map(({ row_id: id }) => id)).size).toBe(rows.length);
    }),
  );
});
