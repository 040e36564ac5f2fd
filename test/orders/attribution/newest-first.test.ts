import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { Candidate } from '../../../src/orders/attribution/capacity.ts';
import { NewestFirst } from '../../../src/orders/attribution/newest-first.ts';

/** Invoices of 30 units each, the first the oldest. */
const candidates = (...dates: readonly string[]): Candidate[] =>
  dates.map((date, rank) => new Candidate({ id: `i${rank + 1}`, date: date as LocalDate, currency: 'EUR', rank, left: 30, lines: [] }, [], true));
/** What is taken one after the other, `50 until 2026-02-20`, and what is left of each. */
function taken(from: NewestFirst, ...wishes: readonly string[]): string[] {
  return wishes.map((wish) => {
    const [amount, until] = wish.split(' until ');
    const parts: string[] = [];
    const left = from.take(Number(amount), until as LocalDate, (invoiceId, _lineId, part) => parts.push(`${invoiceId} ${part}`));
    return [...parts, `left ${left}`].join(', ');
  });
}

test('the newest of the invoices dated until then is taken first, whatever the order they are given in', () => {
  const invoices = candidates('2026-01-05', '2026-02-05', '2026-03-05');
  expect(taken(new NewestFirst(invoices.reverse()), '50 until 2026-02-20', '50 until 2026-03-05')).toEqual(['i2 30, i1 20, left 0', 'i3 30, i1 10, left 10']);
});

test('nothing is taken of an invoice of a later day', () => {
  expect(taken(new NewestFirst(candidates('2026-01-05')), '50 until 2026-01-04', '50 until 2026-01-05')).toEqual(['left 50', 'i1 30, left 20']);
});

test('of one day the later in the order of the invoices is taken first', () => {
  expect(taken(new NewestFirst(candidates('2026-01-05', '2026-01-05')), '40 until 2026-02-01')).toEqual(['i2 30, i1 10, left 0']);
});
