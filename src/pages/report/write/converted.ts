import { billionths } from '../../../core/decimal.ts';
import { fraction, multiply, roundHalfEven } from '../../../core/fraction.ts';
import { minorDigits } from '../../../core/iso/currencies.ts';
import type { Rates } from '../../../metrics/settings.ts';
import type { Block, Column, Value } from '../declare/page.ts';

const BILLION = 1_000_000_000n;
/** A page shows converted columns where the table stays as narrow as this; the data files always have them. */
const MOST_SHOWN = 6;

/**
 * The blocks with a converted column beside each amount, all history at one rate, and in words what was converted. A
 * currency without a rate has none: it is named, never taken 1 : 1.
 */
export function withConverted(blocks: readonly Block[], rates: Rates | undefined): { readonly blocks: readonly Block[]; readonly note: string } {
  if (rates === undefined || !blocks.some(hasMoney)) return { blocks, note: '' };
  const missing = [...new Set(blocks.filter(hasMoney).flatMap(({ currency }) => (currency === null || rateOf(currency, rates) !== undefined ? [] : [currency])))].sort();
  const left = missing.length === 0 ? '' : ` There is no rate of ${missing.join(', ')}: left out of what is converted.`;
  return {
    blocks: blocks.map((block) => (hasMoney(block) ? converted(block, rates) : block)),
    note: ` Converted to ${rates.base} at the rates of ${rates.source} of ${rates.date}, all of the past at that one rate.${left}`,
  };
}

/** An amount in minor units of a currency in those of the base, half-even; undefined without a rate. */
export function convert(amount: number, currency: string, rates: Rates): number | undefined {
  const rate = rateOf(currency, rates);
  if (rate === undefined) return undefined;
  const digits = (minorDigits(rates.base) ?? 0) - (minorDigits(currency) ?? 0);
  const scale = digits >= 0 ? fraction(10n ** BigInt(digits)) : fraction(1n, 10n ** BigInt(-digits));
  return roundHalfEven(multiply(multiply(fraction(amount), fraction(billionths(rate), BILLION)), scale));
}

function converted(block: Block, rates: Rates): Block {
  const { currency, columns } = block;
  if (currency === null || rateOf(currency, rates) === undefined) return block;
  const amounts = columns.filter(({ kind }) => kind === 'money');
  const added = amounts.map((column): Column => ({ ...column, name: `${column.name}_${rates.base.toLowerCase()}`, title: `${column.title}, ${rates.base}`, currency: rates.base }));
  const places = amounts.map((column) => columns.indexOf(column));
  const isShown = currency !== rates.base && block.heat !== true && columns.length + added.length <= MOST_SHOWN;
  return {
    ...block,
    columns: [...columns, ...added],
    rows: block.rows.map((row): Value[] => [...row, ...places.map((place) => (typeof row[place] === 'number' ? (convert(row[place], currency, rates) ?? null) : null))]),
    unshown: isShown ? (block.unshown ?? new Set()) : new Set([...(block.unshown ?? []), ...added.map(({ name }) => name)]),
  };
}

function rateOf(currency: string, { base, rates }: Rates): string | undefined {
  return currency === base ? '1' : rates[currency];
}

function hasMoney({ currency, columns }: Block): boolean {
  return currency !== null && columns.some(({ kind }) => kind === 'money');
}
