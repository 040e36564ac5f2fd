import { formatMinor } from '../core/money.ts';
import { firstOf } from '../core/text/first-of.ts';
import { formatCount } from '../core/text/counts.ts';
import type { Notice, NoticePart } from '../relays/notices/notice.ts';
import type { Digest, DigestCoverage, DigestProduct, Figure } from './digest.ts';

const MOST_LISTED = 20;
const COLUMNS = [{ title: '' }, ...['week', 'before', '+/−', 'mean of 4', '+/−'].map((title) => ({ title, align: 'right' as const }))];

/** The week as people read it; both forms of the mail are made of it. @param name of the brand, or of all */
export function digestNotice(digest: Digest, name: string): Notice {
  const { week, newestDay } = digest;
  return {
    title: `${name}: week ${week.name} (${week.from} to ${week.to})`,
    severity: 'info',
    parts: [
      ...(newestDay === null ? [text('There are no metrics of this week yet: run hub build-metrics.')] : newestDay < week.to ? [text(`Metrics end with ${newestDay}: what came later is not in these figures.`)] : []),
      ...digest.currencies.flatMap(({ currency, figures }) => [heading(`In ${currency}`), figuresTable(figures, currency)]),
      ...section('Subscriptions and customers', digest.counts.length === 0 ? [] : [figuresTable(digest.counts, '')]),
      ...section(`Best products of ${digest.month} by margin`, products(digest.bestProducts)),
      ...section(`Products of ${digest.month} sold at a loss`, products(digest.negativeProducts)),
      ...section('Stock that wants attention, as it is now', stock(digest)),
      ...section('Alerts', alerts(digest)),
      heading('How much is known'),
      { kind: 'list', items: [...digest.coverage.map(coverageText), digest.adsFinalUntil === null ? 'No ad figures are final.' : `Ad figures are final until ${digest.adsFinalUntil}; later days may still change.`] },
      ...section('What changed of earlier days since Monday of the week', restated(digest)),
      ...section('Runs that failed or refused something', digest.failedRuns.length === 0 ? [] : [{ kind: 'list', items: digest.failedRuns.map(({ command, status, runs }) => `${command}: ${status}, ${runs} ${runs === 1 ? 'run' : 'runs'} (hub runs list --command ${command})`) }]),
      text('Amounts are without tax; it is invoiced revenue. Changes are left out below 100 of the currency or 10 of anything.'),
    ],
  };
}

function figuresTable(figures: readonly Figure[], currency: string): NoticePart {
  const rows = figures.map((figure) => [
    figure.label,
    figure.value === null ? `– (${figure.reason ?? 'not known'})` : shown(figure.value, figure, currency),
    ...[[figure.before, figure.change], [figure.meanOfFour, figure.changeOfMean]].flatMap(([value = null, change = null]) => [value === null ? '–' : shown(value, figure, currency), change === null ? '–' : percent(change)]),
  ]);
  return { kind: 'table', columns: COLUMNS, rows };
}

function shown(value: number, { kind }: Figure, currency: string): string {
  if (kind === 'money') return amount(value, currency);
  return kind === 'count' ? formatCount(value) : value.toFixed(2);
}

function products(all: readonly DigestProduct[]): NoticePart[] {
  if (all.length === 0) return [];
  const columns = [{ title: 'product' }, { title: 'brand' }, { title: 'net sales', align: 'right' as const }, { title: 'margin', align: 'right' as const }];
  return [{ kind: 'table', columns, rows: all.map(({ sku, brand, currency, netSales, margin }) => [sku, brand, formatMinor(netSales, currency), formatMinor(margin, currency)]) }];
}

function stock({ stock: all }: Digest): NoticePart[] {
  const { shown: first, more } = firstOf(all, MOST_LISTED);
  const columns = [{ title: 'product' }, { title: 'brand' }, { title: 'place' }, { title: 'status' }, { title: 'left', align: 'right' as const }, { title: 'as of' }];
  const rows = first.map(({ sku, brand, location, status, available, day }) => [sku, brand, location, status, available, day]);
  return first.length === 0 ? [] : [{ kind: 'table', columns, rows }, ...andMore(more)];
}

function alerts({ alerts: all }: Digest): NoticePart[] {
  const { shown: first, more } = firstOf(all, MOST_LISTED);
  const columns = [{ title: 'alert' }, { title: 'of' }, { title: 'severity' }, { title: 'state' }, { title: 'since' }];
  return first.length === 0 ? [] : [{ kind: 'table', columns, rows: first.map(({ title, subject, severity, state, since }) => [title, subject, severity, state, since]) }, ...andMore(more)];
}

function restated({ restated: all }: Digest): NoticePart[] {
  const items = all.map(({ measure, currency, days, change, from, to }) => `${measure.replaceAll('_', ' ')}: ${currency === null ? formatCount(change) : formatMinor(change, currency)} in all, ${days} ${days === 1 ? 'day' : 'days'} from ${from} to ${to}`);
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

function coverageText({ label, kind, currency, part, whole }: DigestCoverage): string {
  const count = (value: number): string => (kind === 'money' ? formatMinor(value, currency ?? '') : formatCount(value));
  return `${label}: ${count(part)} of ${count(whole)}${whole === 0 ? '' : ` (${percent(part / whole).replace('+', '')})`}`;
}

function section(title: string, parts: readonly NoticePart[]): NoticePart[] {
  return parts.length === 0 ? [] : [heading(title), ...parts];
}

function andMore(more: number): NoticePart[] {
  return more === 0 ? [] : [text(`… and ${more} more; the pages of hub report have all.`)];
}

function heading(title: string): NoticePart {
  return { kind: 'heading', text: title };
}

function text(content: string): NoticePart {
  return { kind: 'text', text: content };
}

function amount(value: number, currency: string): string {
  return formatMinor(value, currency).replace(` ${currency}`, '');
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}
