import { formatMinor } from '../../core/money.ts';
import { formatCount } from '../../core/text/counts.ts';
import type { ReconcileTotals } from '../../reconcile/findings.ts';
import { anchorOf, escape, nameOf, signed, type Names } from '../text.ts';
import type { ReconcileReport } from '../../reconcile/run-reconcile.ts';

/** Something that is not as it should be: said in words, with the part of the page that shows it. */
interface Finding {
  readonly text: string;
  readonly anchor: string;
}

/** The box on top of the page: that all is explained, or what is not, each with a link to where it stands. */
export function verdict({ status, totals }: ReconcileReport, names: Names): string {
  if (status === 'succeeded') {
    const checks = totals.invariants.reduce((sum, { checked }) => sum + checked, 0);
    return `<p class="verdict good">Every difference is explained, and every check of the ledger holds (${formatCount(checks)} checks).</p>`;
  }
  const found = [...unexplainedCounts(totals, names), ...unexplainedMoney(totals, names), ...unexplainedMrr(totals, names), ...brokenInvariants(totals)];
  const items = found.map(({ text, anchor }) => `<li><a href="#${anchor}">${escape(text)}</a></li>`);
  const mend = totals.mend.map(({ line }) => `<li><code>${escape(line)}</code></li>`);
  return `<div class="verdict bad"><p>Not everything is explained:</p><ul>${items.join('')}</ul>
<p>Which records these are: <code>hub reconcile --list unexplained</code></p>
${mend.length === 0 ? '' : `<p>What mends those that are stored otherwise than they derive, in this order:</p><ol>${mend.join('')}</ol>`}</div>`;
}

function unexplainedCounts({ bridges, measures }: ReconcileTotals, names: Names): Finding[] {
  const titleOf = (name: string): string => measures.find((measure) => measure.name === name)?.title ?? name;
  return bridges.flatMap(({ name, from, to, steps }) =>
    steps.flatMap(({ reason, change, brands }) => {
      if (reason !== 'unexplained' || change === 0) return [];
      const own = Object.entries(brands).filter(([, count]) => count !== 0).map(([brand, count]) => `${nameOf(names, brand)} ${signed(count)}`);
      return [{ text: `${titleOf(from)} → ${titleOf(to)}: ${signed(change)} unexplained (${own.join(', ')})`, anchor: anchorOf('bridge', name) }];
    }),
  );
}

function unexplainedMoney({ money }: ReconcileTotals, names: Names): Finding[] {
  return money.flatMap(({ brand, currency, title, changes }) =>
    changes.flatMap(({ reason, amount, records }) => {
      const anchor = anchorOf('money', brand, currency);
      if (reason === 'unexplained') return [{ text: `${nameOf(names, brand)}, ${title}: ${formatMinor(amount, currency)} unexplained`, anchor }];
      return reason === 'negative_amount' ? [{ text: `${nameOf(names, brand)}, ${title}: ${formatCount(records)} with a negative amount`, anchor }] : [];
    }),
  );
}

function unexplainedMrr({ mrr }: ReconcileTotals, names: Names): Finding[] {
  return mrr.flatMap(({ brand, currency, changes }) =>
    changes.flatMap(({ reason, amount }) =>
      reason === 'unexplained' ? [{ text: `${nameOf(names, brand)}, monthly recurring revenue: ${formatMinor(amount, currency)} unexplained`, anchor: anchorOf('mrr', brand, currency) }] : [],
    ),
  );
}

function brokenInvariants({ invariants }: ReconcileTotals): Finding[] {
  return invariants.flatMap(({ title, broken }) => (broken > 0 ? [{ text: `Broken: ${title} (${formatCount(broken)})`, anchor: 'invariants' }] : []));
}
