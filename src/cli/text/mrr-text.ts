import { formatMinor } from '../../core/money.ts';
import { minorDigits } from '../../core/iso/currencies.ts';
import { fraction, multiply, roundHalfEven } from '../../core/fraction.ts';
import { ratioOf, type ExactAmount, type ExplainedCharge, type LeftOut } from '../../metrics/explain/explain-charges.ts';
import type { MrrExplanation, ZeroReason } from '../../metrics/explain/explain-mrr.ts';
import type { ExplainedSubscription } from '../../metrics/explain/explained.repository.ts';
import { textTable } from '../table.ts';
import { segmentsText } from './segments-text.ts';

const LEFT_OUT: Readonly<Record<LeftOut, string>> = {
  one_time: 'not counted: is billed once',
  usage: 'not counted: is billed by usage',
  not_recurring: 'not counted: is not billed again and again',
  trial: 'not counted: a trial',
  begins_later: 'not counted yet: begins later',
  ended: 'not counted any more: has ended',
};

const ZERO: Readonly<Record<ZeroReason, string>> = {
  test_data: 'test data is in no metric',
  undated: 'nobody knows when it began',
  no_currency: 'nobody knows its currency',
  never_active: 'it was never active: a draft, or not accepted',
  before: 'it has not begun on that day',
  ended: 'it has ended on that day',
  suspended: 'it is suspended on that day',
  gift: 'a gift brings nothing',
  complimentary: 'it is complimentary by its name',
};

/** From what the MRR of a subscription on a day comes, as finance reads it. */
export function mrrText({ explanation, name, names, stored }: ExplainedSubscription): string {
  const { brand, chain_id: chainId, account_id: accountId, mrr, currency, as_of: day, zero_because: zero } = explanation;
  const label = (id: string): string => names.get(id)?.number ?? id;
  const title = (id: string): string => [names.get(id)?.number ?? id, names.get(id)?.name ?? names.get(id)?.plan].filter((part) => part != null).join(' ');
  return [
    `subscription ${name ?? chainId} of ${brand}: monthly recurring revenue of ${day} is ${currency === null ? mrr : formatMinor(mrr, currency)}${zero === null ? '' : `, as ${ZERO[zero]}`}`,
    `  chain ${chainId}, account ${accountId}`,
    `  ${stateText(explanation)}`,
    `  ${chargesOfText(explanation)}`,
    '',
    textTable(
      [{ title: 'charge', long: 'cut' }, { title: 'in effect' }, { title: 'what it counts', long: 'wrap' }, { title: 'a month', align: 'right' }],
      explanation.charges.map((charge) => [title(charge.id), spanText(charge.from, charge.to), howText(charge, currency), charge.monthly === null ? null : exactText(charge.monthly, currency, charge.role === 'discount')]),
    ),
    '',
    textTable([{ title: 'from charges to MRR', long: 'wrap' }, { title: 'a month', align: 'right' }], stepsOf(explanation)),
    ...(explanation.segments.length === 0 ? [] : ['', segmentsText(explanation.segments.map((segment) => ({ ...segment, currency: currency ?? '' })), label)]),
    ...STORED[stored](accountId),
  ].join('\n');
}

const STORED: Readonly<Record<ExplainedSubscription['stored'], (accountId: string) => string[]>> = {
  same: () => [],
  different: (accountId) => ['', `What build-metrics has stored differs from this. To bring it up: hub build-metrics --account ${accountId}`],
  none: (accountId) => ['', `Nothing is stored of this yet. To bring it up: hub build-metrics --account ${accountId}`],
};

function stateText({ class: subscriptionClass, state, starts_on: start, ends_on: end, suspensions }: MrrExplanation): string {
  const life = start === null ? 'no start is known' : `from ${start} ${end === null ? 'on, without an end' : `to ${end}, which is the first day without it`}`;
  const paused = suspensions.map(({ from, to }) => `suspended ${spanText(from, to)}`);
  return [`${subscriptionClass ?? 'unclassified'}, ${state} on that day`, life, ...paused].join('; ');
}

function chargesOfText({ charges_of: told }: MrrExplanation): string {
  if (told === null) return 'no version has a charge';
  const which = told.is_latest ? 'the latest, which carries all plans' : 'as later ones have none';
  return `charges of version ${told.version ?? told.version_id}, ${which}`;
}

function howText(charge: ExplainedCharge, currency: string | null): string {
  const { role, left_out: left, basis, price, quantity, billing_period: period, period_months: months, percentage, fixed, lowers } = charge;
  if (left !== null) return LEFT_OUT[left];
  const money = (amount: number): string => (currency === null ? String(amount) : formatMinor(amount, currency));
  const perMonth = months === '1' ? 'a month' : `÷ ${months ?? '?'} months (${period ?? 'no period'})`;
  const target = lowers === 'plan' ? 'charges of its plan' : 'all charges';
  if (basis === 'unpriced') return role === 'discount' ? 'a discount of which nobody knows the amount: counts 0' : 'without a price: counts 0, and as coverage';
  if (basis === 'percentage') return `${trimmed(percentage ?? '0')} % off ${target}`;
  if (basis === 'own_mrr') return role === 'discount' ? `its own MRR field, off ${target}` : `its own MRR field: ${months === null ? 'no period tells' : 'the price alone does not tell'}`;
  const times = quantity === '1' ? '' : ` × ${trimmed(quantity)}`;
  const share = percentage === null ? '' : `${trimmed(percentage)} %, and `;
  if (role === 'discount') return `${share}${money(Math.abs(fixed ?? price ?? 0))}${fixed === null ? times : ''} ${perMonth}, off ${target}`;
  return `${money(price ?? 0)}${times} ${perMonth}`;
}

function stepsOf({ amounts, tax, mrr, zero_because: zero, currency }: MrrExplanation): string[][] {
  const total = ['monthly recurring revenue', currency === null ? String(mrr) : formatMinor(mrr, currency)];
  if (amounts === null || tax === null) return [total];
  const net = amounts.without_tax;
  return [
    ['charges that count, together', exactText(amounts.charges, currency)],
    ['after discounts', exactText(amounts.after_discounts, currency)],
    [taxText(tax, currency), exactText(net, currency)],
    zero === null ? [net.exact.includes('/') ? 'rounded once, half to the even cent: monthly recurring revenue' : total[0] ?? '', total[1] ?? ''] : [`but ${ZERO[zero]}: monthly recurring revenue`, total[1] ?? ''],
  ];
}

function taxText({ from, net, tax, invoice_number: number, invoice_id: id, invoice_date: date }: NonNullable<MrrExplanation['tax']>, currency: string | null): string {
  if (from === 'excluded') return 'prices of the brand have no tax in them';
  if (from === 'none') return 'no posted invoice tells the tax in prices: it is not taken off, and counts as coverage';
  const money = (amount: number): string => (currency === null ? String(amount) : formatMinor(amount, currency));
  const whose = from === 'chain' ? "the subscription's own lines on its first invoice" : "the account's first invoice";
  return `without tax: × ${money(net)} net ÷ ${money(net + tax)} with tax, of ${whose}, ${number ?? id ?? ''} of ${date ?? ''}`;
}

/** An amount with two places more than the currency has, if it is not whole in it. */
function exactText({ amount, exact }: ExactAmount, currency: string | null, isTakenOff = false): string {
  const sign = isTakenOff && amount !== 0 ? -1 : 1;
  if (currency === null) return exact;
  if (!exact.includes('/')) return formatMinor(sign * amount, currency);
  const digits = minorDigits(currency) ?? 0;
  const fine = roundHalfEven(multiply(ratioOf(exact), fraction(100 * sign)));
  const text = String(Math.abs(fine)).padStart(digits + 3, '0');
  return `${fine < 0 ? '-' : ''}${text.slice(0, -digits - 2)}.${text.slice(-digits - 2)} ${currency}`;
}

function spanText(from: string | null, to: string | null): string {
  return `${from ?? ''} – ${to ?? ''}`.trim();
}

/** A decimal without the zeros that its column adds. */
function trimmed(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
