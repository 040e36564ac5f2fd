import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { attribute } from '../../src/orders/attribution/attribute.ts';
import { confidenceOf, type CreditNote, type Method } from '../../src/orders/ledger/credit-note.ts';
import { changeOf, notePairs, RefundReport } from '../../src/orders/refund-report.ts';
import { refundCsvHeader, refundCsvRows, refundReportText } from '../../src/cli/text/refund-report-text.ts';
import type { LocalDate } from '../../src/core/time.ts';
import { GENERATED_PRODUCTS, generatedLedger } from './generated-ledgers.ts';

/** A credit note of items `line amount method`; `-` is no line. */
function noteOf(refundId: string, items: readonly string[], changes: Partial<CreditNote> = {}): CreditNote {
  const parsed = items.map((text) => {
    const [line = '', amount, method] = text.split(' ');
    const place = line === '-' ? null : line;
    return { invoiceId: place, invoiceLineId: place, amount: Number(amount), method: method as Method, confidence: confidenceOf[method as Method] };
  });
  const sum = (list: readonly { amount: number }[]): number => list.reduce((total, { amount }) => total + amount, 0);
  return {
    refundId, kind: 'regular', refundDate: '2026-03-01' as LocalDate, currency: 'EUR', amount: sum(parsed), items: parsed,
    unallocated: sum(parsed.filter(({ method }) => method === 'unallocated')), upstream: false, ...changes,
  };
}

const before = new Map([
  ['alpina\ta1', [noteOf('r1', ['l1 1000 same_product']), noteOf('r2', ['l2 500 account', '- 100 unallocated']), noteOf('r3', ['l3 700 explicit'])]],
  ['alpina\ta2', [noteOf('r4', ['l4 123456 account'])]],
]);
const after = new Map([
  ['alpina\ta1', [noteOf('r1', ['l1 1000 same_product']), noteOf('r2', ['l2 200 account', 'l9 300 account', '- 100 unallocated'])]],
  ['alpina\ta3', [noteOf('r5', ['- 2500 unallocated'], { kind: 'goodwill' })]],
  ['belmont\ta4', [noteOf('r6', ['l6 90 credit_memo'], { currency: 'JPY' })]],
]);

function reportOf(): RefundReport {
  const report = new RefundReport();
  report.add(after, before);
  return report;
}

describe('the report on refunds', () => {
  test('counts refunds by kind and method, and compares them with what is stored.', () => {
    const [alpina, belmont] = reportOf().figures;
    expect(alpina).toMatchObject({
      brand: 'alpina',
      currency: 'EUR',
      refunds: { count: 3, amount: 4100 },
      kinds: { regular: { count: 2, amount: 1600 }, goodwill: { count: 1, amount: 2500 } },
      methods: { same_product: { count: 1, amount: 1000 }, account: { count: 2, amount: 500 }, unallocated: { count: 2, amount: 2600 }, explicit: { count: 0, amount: 0 } },
      changes: { new: { count: 1, amount: 2500 }, changed: { count: 1, amount: 600, moved: 300 }, withdrawn: { count: 2, amount: 124156 }, unchanged: { count: 1, amount: 1000 } },
    });
    expect(belmont).toMatchObject({ brand: 'belmont', currency: 'JPY', methods: { credit_memo: { count: 1, amount: 90 } }, changes: { new: { count: 1, amount: 90 } } });
  });

  test('is readable.', () => {
    const report = reportOf();
    expect(refundReportText(report.figures, report.largestUnallocated).join('\n\n')).toBe(`\
refunds of alpina       amount  number
──────────────────────────────────────
regular              16.00 EUR       2
goodwill             25.00 EUR       1
all refunds          41.00 EUR       3
  explicit                   –       –
  unapplied_payment          –       –
  payment                    –       –
  credit_memo                –       –
  same_product       10.00 EUR       1
  account             5.00 EUR       2
  unallocated        26.00 EUR       2

refunds of belmont   amount  number
───────────────────────────────────
regular              90 JPY       1
goodwill                  –       –
all refunds          90 JPY       1
  explicit                –       –
  unapplied_payment       –       –
  payment                 –       –
  credit_memo        90 JPY       1
  same_product            –       –
  account                 –       –
  unallocated             –       –

credit notes  new     amount  changed    amount  withdrawn        amount
────────────────────────────────────────────────────────────────────────
alpina          1  25.00 EUR        1  6.00 EUR          2  1,241.56 EUR
belmont         1     90 JPY        0     0 JPY          0         0 JPY

credit notes  unchanged     amount     moved
────────────────────────────────────────────
alpina                1  10.00 EUR  3.00 EUR

largest unallocated  brand    refunded  unallocated
───────────────────────────────────────────────────
r5                   alpina  25.00 EUR    25.00 EUR
r2                   alpina   6.00 EUR     1.00 EUR`);
    expect(refundReportText([], [])).toEqual([]);
  });

  test('has a CSV row for each item, of a changed note as it was and as it is.', () => {
    const rows = [...notePairs(after, before)].flatMap(refundCsvRows);
    expect(rows.every((row) => row.length === refundCsvHeader.length)).toBe(true);
    expect(rows.map((row) => row.join(','))).toEqual([
      'alpina,a1,r1,2026-03-01,regular,unchanged,EUR,10.00,l1,l1,same_product,inferred',
      'alpina,a1,r2,2026-03-01,regular,changed_from,EUR,5.00,l2,l2,account,inferred',
      'alpina,a1,r2,2026-03-01,regular,changed_from,EUR,1.00,,,unallocated,none',
      'alpina,a1,r2,2026-03-01,regular,changed_to,EUR,2.00,l2,l2,account,inferred',
      'alpina,a1,r2,2026-03-01,regular,changed_to,EUR,3.00,l9,l9,account,inferred',
      'alpina,a1,r2,2026-03-01,regular,changed_to,EUR,1.00,,,unallocated,none',
      'alpina,a1,r3,2026-03-01,regular,withdrawn,EUR,7.00,l3,l3,explicit,exact',
      'alpina,a2,r4,2026-03-01,regular,withdrawn,EUR,1234.56,l4,l4,account,inferred',
      'alpina,a3,r5,2026-03-01,goodwill,new,EUR,25.00,,,unallocated,none',
      'belmont,a4,r6,2026-03-01,regular,new,JPY,90,l6,l6,credit_memo,derived',
    ]);
  });

  test('keeps the ten largest unallocated cases of each currency, whatever the order.', () => {
    const cases = Array.from({ length: 100 }, (_, i): [string, CreditNote[]] => [`alpina\ta${i}`, [noteOf(`r${i}`, [`- ${1 + ((i * 37) % 100)} unallocated`], { currency: i % 2 === 0 ? 'EUR' : 'CHF' })]]);
    const report = new RefundReport();
    for (const one of cases) report.add(new Map([one]), new Map());
    const shown = report.largestUnallocated.map(({ currency, unallocated }) => `${currency} ${unallocated}`);
    const amounts = (currency: string): string[] =>
      cases.flatMap(([, [note]]) => (note?.currency === currency ? [note.amount] : [])).sort((a, b) => b - a).slice(0, 10).map((amount) => `${currency} ${amount}`);
    expect(shown).toEqual([...amounts('CHF'), ...amounts('EUR')]);
  });

  test('warns of links of the platform that could not be followed.', () => {
    const report = new RefundReport();
    const link = { refundId: 'r1', linkId: 'x', invoiceId: 'i1', amount: 100 } as const;
    report.addRefused([{ ...link, reason: 'later_invoice' }, { ...link, reason: 'above_capacity' }, { ...link, reason: 'later_invoice' }]);
    const message = 'a link of the platform was not followed, or not in full:';
    expect(report.problems).toEqual([
      { code: 'link_above_capacity', stream: 'refund_invoice_payment', message: `refunds: 1 × ${message} above capacity` },
      { code: 'link_later_invoice', stream: 'refund_invoice_payment', message: `refunds: 2 × ${message} later invoice` },
    ]);
  });

  test('adds up to the refunds of any accounts: methods and kinds to all, and nothing changes twice.', () => {
    fc.assert(
      fc.property(generatedLedger, generatedLedger, (one, other) => {
        const notesOf = (ledger: typeof one): CreditNote[] => [...attribute(ledger, { products: GENERATED_PRODUCTS, spill: 'none' }).notes];
        const [now, stored] = [new Map([['alpina\ta', notesOf(one)]]), new Map([['alpina\ta', notesOf(other)]])];
        const report = new RefundReport();
        report.add(now, stored);
        for (const { currency, refunds, kinds, methods, changes } of report.figures) {
          const amounts = (sums: Iterable<{ amount: number }>): number => [...sums].reduce((sum, { amount }) => sum + amount, 0);
          const expected = amounts(notesOf(one).filter((note) => note.currency === currency));
          expect([refunds.amount, amounts(Object.values(kinds)), amounts(Object.values(methods)), changes.new.amount + changes.changed.amount + changes.unchanged.amount]).toEqual(Array(4).fill(expected));
          expect(changes.changed.moved).toBeLessThanOrEqual(changes.changed.amount);
        }
        expect([...notePairs(now, now)].map(changeOf).every((change) => change === 'unchanged')).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
