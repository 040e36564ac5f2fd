import { expect, test } from '@jest/globals';

import { verdict } from '../../../src/pages/reconcile/verdict.ts';
import type { ReconcileTotals } from '../../../src/reconcile/findings.ts';
import type { ReconcileReport } from '../../../src/reconcile/run-reconcile.ts';

const totals: Partial<ReconcileTotals> = {
  ...{ bridges: [], measures: [], money: [], invariants: [], mend: [] },
  mrr: [
    { brand: 'alpina', currency: 'EUR', billing: 1000, hub: 990, changes: [{ reason: 'tax', title: 'tax', amount: -5, subscriptions: 1 }, { reason: 'unexplained', title: 'unexplained', amount: -5, subscriptions: 1 }] },
    { brand: 'alpina', currency: 'CHF', billing: 1000, hub: 990, changes: [{ reason: 'tax', title: 'tax', amount: -10, subscriptions: 1 }] },
  ],
};

test('names the brands and currencies whose monthly recurring revenue is not explained, with a link to their chart', () => {
  const box = verdict({ status: 'refused', totals } as ReconcileReport, new Map([['alpina', 'Alpina & Co']]));
  expect(box.match(/<li>.*?<\/li>/g)).toEqual(['<li><a href="#mrr-alpina-EUR">Alpina &amp; Co, monthly recurring revenue: -0.05 EUR unexplained</a></li>']);
});
