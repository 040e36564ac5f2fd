import { formatMinor } from '../../core/money.ts';
import type { Listed } from '../../reconcile/counts/bridge.ts';
import { moneyReasons, mrrReasons, reasons } from '../../reconcile/counts/reasons.ts';
import type { MrrResult } from '../../reconcile/mrr/mrr.ts';
import type { BridgeResult, Measure, MoneyResult, ReconcileTotals } from '../../reconcile/findings.ts';
import type { ReconcileReport, Reconciliation } from '../../reconcile/run-reconcile.ts';
import { groupBy } from '../../core/group-by.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable, type TableColumn } from '../table.ts';
import { runHeading } from '../text/run-heading.ts';

const right = (title: string): TableColumn => ({ title, align: 'right' });

/**
 * The report as people read it.
 * @param list reasons whose elements are listed by id in place of the tables; empty: none
 */
export function reconcileText({ report, listed }: Reconciliation, list: ReadonlySet<string>): string {
  const { totals } = report;
  const own = list.size > 0
    ? [meanings(list), listed.length === 0 ? 'Nothing has this reason.' : textTable(LIST, listed.map((one) => [one.id, one.brand, one.reason, one.change, amountOf(one), one.bridge, one.market]))]
    : [sideBySide(totals), markets(totals), ...totals.bridges.map((bridge) => bridgeText(totals, bridge)), moneyText(totals), ...totals.mrr.map(mrrText), invariantsText(totals)];
  return [heading(report), ...own, ...conclusion(report)].filter((block) => block !== '').join('\n\n');
}

/** What the reasons mean, in words. */
function meanings(list: ReadonlySet<string>): string {
  const known: Readonly<Record<string, string>> = { ...mrrReasons, ...moneyReasons, ...reasons };
  return [...list].map((reason) => `${reason}: ${known[reason] ?? reason}`).join('\n');
}

/** For the head of a column. */
const SHORT: Readonly<Record<string, string>> = { email_active: 'e-mail active', email_subscribed: 'e-mail all' };
const LIST: readonly TableColumn[] = [...['id', 'brand', 'reason'].map((title) => ({ title })), right('change'), right('amount'), ...['bridge', 'market'].map((title) => ({ title }))];

function amountOf({ amount, currency }: Listed): string {
  return amount === undefined || currency === undefined ? '' : signedMinor(amount, currency);
}

function heading(report: ReconcileReport): string {
  const { totals } = report;
  const { test_accounts: tests, test_subscriptions: subscriptions } = totals.left_out;
  const accounts = Object.values(tests).reduce((sum, count) => sum + count, 0);
  return [
    runHeading(report),
    `As of ${totals.as_of}. Test data is left out: ${formatCount(accounts)} accounts, with ${formatCount(subscriptions)} active subscriptions.`,
  ].join('\n');
}

function sideBySide({ brands, measures, persons_over_all_brands: persons }: ReconcileTotals): string {
  const columns = [{ title: 'how many are active', long: 'wrap' as const }, ...brands.map(right), right('total')];
  const rows = measures.map(({ title, brands: own, total }) => [title, ...brands.map((brand) => own[brand] ?? 0), total]);
  return `${textTable(columns, rows)}\nPersons with an active subscription over all brands, each counted once: ${formatCount(persons)}`;
}

function markets({ measures, markets: rows }: ReconcileTotals): string {
  const columns = [{ title: 'by market' }, { title: 'market' }, ...measures.map(({ name }) => right(SHORT[name] ?? name))];
  return textTable(columns, rows.map(({ brand, market, measures: own }) => [brand, market, ...measures.map(({ name }) => own[name] ?? 0)]));
}

function bridgeText({ brands, measures }: ReconcileTotals, { from, to, steps }: BridgeResult): string {
  const start = measures.find(({ name }) => name === from) as Measure;
  const end = measures.find(({ name }) => name === to) as Measure;
  const line = ({ title, brands: own, total }: Measure): (string | number)[] => [title, ...brands.map((brand) => own[brand] ?? 0), total];
  const columns = [{ title: 'bridge', long: 'wrap' as const }, { title: 'reason' }, ...brands.map(right), right('total')];
  const rows = steps.map(({ title, reason, brands: own, change }) => [`  ${title}`, reason, ...brands.map((brand) => signed(own[brand] ?? 0)), signed(change)]);
  const [first, ...counts] = line(start);
  const [last, ...ends] = line(end);
  return textTable(columns, [[first ?? '', '', ...counts], ...rows, [last ?? '', '', ...ends]]);
}

function moneyText({ money }: ReconcileTotals): string {
  if (money.length === 0) return '';
  const tables = [...groupBy(money, ({ brand, currency }) => `money of ${brand}, ${currency}`)];
  return tables.map(([title, own]) => textTable([{ title, long: 'wrap' }, { title: 'reason' }, right('records'), right('amount')], own.flatMap(moneyRows))).join('\n\n');
}

function moneyRows({ currency, measure, title, records, billing, hub, changes }: MoneyResult): (string | number)[][] {
  return [
    [`Billing: ${title}`, '', records, formatMinor(billing, currency)],
    ...changes.map((change) => [`  ${change.title}`, change.reason, change.records, signedMinor(change.amount, currency)]),
    [`Hub: ${measure}`, '', '', formatMinor(hub, currency)],
  ];
}

function mrrText({ brand, currency, billing, hub, changes }: MrrResult): string {
  const columns = [{ title: `MRR of ${brand}, ${currency}`, long: 'wrap' as const }, { title: 'reason' }, right('subscriptions'), right('amount')];
  return textTable(columns, [
    ['Billing: MRR field of versions with status Active', '', '', formatMinor(billing, currency)],
    ...changes.map(({ title, reason, subscriptions, amount }) => [`  ${title}`, reason, subscriptions, signedMinor(amount, currency)]),
    ['Hub: MRR', '', '', formatMinor(hub, currency)],
  ]);
}

function signedMinor(amount: number, currency: string): string {
  return `${amount > 0 ? '+' : ''}${formatMinor(amount, currency)}`;
}

function invariantsText({ invariants }: ReconcileTotals): string {
  const columns = [{ title: 'what must hold', long: 'wrap' as const }, right('checked'), right('broken'), right('pending')];
  return textTable(columns, invariants.map(({ title, checked, broken, pending }) => [title, checked, broken, pending]));
}

function conclusion({ status, warnings }: ReconcileReport): string[] {
  if (status === 'succeeded') return ['Every difference is explained, and every invariant holds.'];
  return [['Not everything is explained:', ...warnings.map((warning) => `  ${warning}`)].join('\n')];
}

function signed(count: number): string {
  return count === 0 ? '–' : `${count > 0 ? '+' : '-'}${formatCount(Math.abs(count))}`;
}
