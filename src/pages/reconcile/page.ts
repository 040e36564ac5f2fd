import { formatCount } from '../../core/text/counts.ts';
import type { Bar } from '../waterfall.ts';
import type { BridgeResult, Measure, MoneyResult, ReconcileTotals } from '../../reconcile/findings.ts';
import { document } from '../document.ts';
import { anchorOf, escape, nameOf, signed, type Names } from '../text.ts';
import { plainAmount, signedAmount } from './amount.ts';
import { mrrSection } from './mrr-section.ts';
import { figure, table, type Cell } from './table.ts';
import { verdict } from './verdict.ts';
import type { ReconcileReport } from '../../reconcile/run-reconcile.ts';

const UNITS: Readonly<Record<string, string>> = { billing_hub: 'subscription versions', hub_persons: 'subscriptions, then persons', persons_email: 'persons', subscribed_active: 'persons' };

const SHORT: Readonly<Record<string, string>> = {
  billing: 'Billing',
  hub: 'Hub',
  persons: 'Hub, persons',
  email_active: 'E-mail, active',
  email_subscribed: 'E-mail, all',
};

/**
 * The report as one HTML page for people who decide by it: no script, no network, nothing but itself.
 * @param names the brands' names by id
 */
export function reconcilePage(report: ReconcileReport, names: Names): string {
  const { totals } = report;
  const title = `Active subscribers, ${totals.as_of}`;
  return document(
    title,
    `<header>
<h1>How many active subscribers do we have?</h1>
<p class="meta">As of ${escape(totals.as_of)} · run ${escape(report.run_id)} · made ${escape(report.finished_at)}</p>
${verdict(report, names)}
</header>
${sideBySide(totals, names)}
${totals.bridges.map((bridge) => bridgeSection(totals, bridge, names)).join('\n')}
${moneySection(totals, names)}
${totals.mrr.length === 0 ? '' : mrrSection(totals, names)}
${invariantsSection(totals)}
<footer>Test data is left out of every figure of hub: ${formatCount(testAccounts(totals))} accounts, with ${formatCount(totals.left_out.test_subscriptions)} active subscriptions. Billing is as exported; hub and the e-mail tool are counted for the date above from what is imported now.</footer>`,
  );
}

function sideBySide({ measures, markets, brands, persons_over_all_brands: persons }: ReconcileTotals, names: Names): string {
  const cards = measures.map(({ title, total, unit }) => `<div class="card"><b>${formatCount(total)}</b><span>${escape(title)}</span><i>${escape(unit)}</i></div>`);
  const rows = measures.map(({ title, brands: own, total }): Cell[] => [title, ...brands.map((brand) => own[brand] ?? 0), total]);
  return `<section>
<h2>Side by side</h2>
<div class="cards">${cards.join('')}</div>
${table(['', ...brands.map((brand) => nameOf(names, brand)), 'Total'], rows)}
<details open><summary>By market</summary>${table(['', ...measures.map((measure) => shortTitle(measure))], marketRows(markets, measures, names))}</details>
<p class="note">${formatCount(persons)} persons have an active subscription in at least one brand; a person counts once in each brand above.</p>
</section>`;
}

function marketRows(markets: ReconcileTotals['markets'], measures: readonly Measure[], names: Names): Cell[][] {
  return markets.map(({ brand, market, measures: own }) => [`${nameOf(names, brand)}, ${market ?? 'no market known'}`, ...measures.map(({ name }) => own[name] ?? 0)]);
}

function bridgeSection({ measures, brands }: ReconcileTotals, { name, from, to, steps }: BridgeResult, names: Names): string {
  const start = measures.find((measure) => measure.name === from) as Measure;
  const end = measures.find((measure) => measure.name === to) as Measure;
  const bars: Bar[] = [
    { label: start.title, value: start.total, kind: 'total' },
    ...steps.map(({ title, change }): Bar => ({ label: title, value: change, kind: 'change' })),
    { label: end.title, value: end.total, kind: 'total' },
  ];
  const describe = (value: number, kind: Bar['kind']): string => (kind === 'total' ? formatCount(value) : signed(value));
  const line = ({ title, brands: own, total }: Measure): Cell[] => [title, ...brands.map((brand) => own[brand] ?? 0), total];
  const rows = [line(start), ...steps.map(({ title, brands: own, change }): Cell[] => [title, ...brands.map((brand) => signed(own[brand] ?? 0)), signed(change)]), line(end)];
  return `<section id="${anchorOf('bridge', name)}">
<h2>${escape(start.title)} <span class="arrow">→</span> ${escape(end.title)}</h2>
<p class="note">Counted in ${escape(UNITS[name] ?? 'subscriptions')}. Difference: ${signed(end.total - start.total)}.</p>
${figure(`From ${start.title} to ${end.title}`, bars, describe)}
${table(['', ...brands.map((brand) => nameOf(names, brand)), 'Total'], rows, true)}
</section>`;
}

function moneySection({ money }: ReconcileTotals, names: Names): string {
  const keys = [...new Set(money.map(({ brand, currency }) => `${brand}\t${currency}`))];
  const parts = keys.map((key) => {
    const [brand = '', currency = ''] = key.split('\t');
    const own = money.filter((row) => row.brand === brand && row.currency === currency);
    return `<h3 id="${anchorOf('money', brand, currency)}">${escape(nameOf(names, brand))}, ${escape(currency)}</h3>${table(['', 'Records', `Amount (${currency})`], own.flatMap((row) => moneyRows(row)), true)}`;
  });
  return `<section>
<h2>Money</h2>
<p class="note">What billing exported as posted or processed, against the totals of hub's customer accounts. Currencies are never added.</p>
<div class="columns">${parts.map((part) => `<div>${part}</div>`).join('')}</div>
</section>`;
}

function moneyRows({ currency, measure, title, records, billing, hub, changes }: MoneyResult): Cell[][] {
  const amount = (minor: number): string => plainAmount(minor, currency);
  return [
    [`Billing: ${title}`, records, amount(billing)],
    ...changes.map((change): Cell[] => [change.title, change.records, signedAmount(change.amount, currency)]),
    [`Hub: ${measure}`, '', amount(hub)],
  ];
}

function invariantsSection({ invariants }: ReconcileTotals): string {
  const rows = invariants.map(({ title, checked, broken, pending }): Cell[] => [`${broken > 0 ? '✗' : '✓'} ${title}`, checked, broken, pending]);
  return `<section id="invariants"><h2>What must hold</h2>${table(['', 'Checked', 'Broken', 'Pending'], rows)}</section>`;
}

function testAccounts({ left_out: { test_accounts: tests } }: ReconcileTotals): number {
  return Object.values(tests).reduce((sum, count) => sum + count, 0);
}

/** For the head of a column. */
function shortTitle({ name, title }: Measure): string {
  return SHORT[name] ?? title.split(':')[0] ?? title;
}
