import type { MrrResult } from '../../reconcile/mrr/mrr.ts';
import type { ReconcileTotals } from '../../reconcile/findings.ts';
import { anchorOf, escape, nameOf, type Names } from '../text.ts';
import type { Bar } from '../waterfall.ts';
import { plainAmount, signedAmount } from './amount.ts';
import { figure, table, type Cell } from './table.ts';

const BILLING = 'Billing: MRR field of versions with status Active';
const HUB = 'Hub: MRR';

/** The bridges of monthly recurring revenue: a chart and a table for each brand and currency. */
export function mrrSection({ mrr, as_of: asOf }: ReconcileTotals, names: Names): string {
  return `<section>
<h2>Monthly recurring revenue</h2>
<p class="note">What billing itself says that recurring charges bring a month, against hub's MRR on ${escape(asOf)}: what contracts bill a month, after discounts and without tax. Currencies are never added.</p>
${mrr.map((row) => part(row, names)).join('\n')}
</section>`;
}

function part({ brand, currency, billing, hub, changes }: MrrResult, names: Names): string {
  const title = `${nameOf(names, brand)}, ${currency}`;
  const bars: Bar[] = [
    { label: BILLING, value: billing, kind: 'total' },
    ...changes.map((change): Bar => ({ label: change.title, value: change.amount, kind: 'change' })),
    { label: HUB, value: hub, kind: 'total' },
  ];
  const describe = (value: number, kind: Bar['kind']): string => (kind === 'total' ? plainAmount(value, currency) : signedAmount(value, currency));
  const rows: Cell[][] = [
    [BILLING, '', plainAmount(billing, currency)],
    ...changes.map((change): Cell[] => [change.title, change.subscriptions, signedAmount(change.amount, currency)]),
    [HUB, '', plainAmount(hub, currency)],
  ];
  return `<h3 id="${anchorOf('mrr', brand, currency)}">${escape(title)}</h3>
${figure(`Monthly recurring revenue of ${title}, from billing to hub`, bars, describe)}
${table(['', 'Subscriptions', `Amount (${currency})`], rows, true)}`;
}
