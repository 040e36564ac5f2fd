import { sha256Hex } from '../core/hash.ts';
import { compareText } from '../core/compare.ts';
import { groupBy } from '../core/group-by.ts';
import { halfEven } from '../core/half-even.ts';
import { minorDigits } from '../core/iso/currencies.ts';
import { formatMinor } from '../core/money.ts';
import type { AlertRule, Condition, MetricRow, Operand } from './rule.ts';
import type { Verdict } from './verdict.ts';
import type { Window, Windows } from './windows.ts';

const MICROS_PER_UNIT = 1_000_000;

/** A rule with the rows of its windows. */
export interface Evaluation {
  readonly rule: AlertRule;
  readonly windows: Windows;
  readonly rows: readonly MetricRow[];
  /** The first day of the table, by brand: what is before it is not 0. */
  readonly firstDays: ReadonlyMap<string, string>;
}

/** What a rule finds of each of its subjects, by subject. A row that is not there is 0 of a flow that others of its subject have. */
export function evaluate({ rule, windows, rows, firstDays }: Evaluation): Verdict[] {
  const { per, table } = rule;
  const asksForStale = rule.where.some(({ column, values }) => column === 'status' && values.includes('stale'));
  const allowed = rows.filter((row) => rule.where.every((condition) => meets(row, condition)) || isStale(row, asksForStale));
  const subjects = groupBy(allowed, (row) => JSON.stringify(per.map((column) => row[column] ?? null)));
  return [...subjects].sort(([a], [b]) => compareText(a, b)).flatMap(([key, own]) => {
    const values = JSON.parse(key) as (string | number | null)[];
    const brand = per.includes('brand') ? String(values[per.indexOf('brand')]) : null;
    const named = { subjectId: sha256Hex(`${rule.id}\n${key}`).slice(0, 32), subject: values.map((value) => (value === null || value === '' ? '–' : String(value))).join(', '), brand };
    const currency = per.includes('currency') ? String(values[per.indexOf('currency')]) : undefined;
    if (table.name === 'metric_stock' && own.some((row) => isStale(row, asksForStale))) return [unevaluated(named, 'its stock is stale')];
    if (!isOfCurrency(rule, currency)) return [];
    const first = brand === null ? undefined : firstDays.get(brand);
    return [judge(rule, windows, own, named, currency, first)];
  });
}

type Named = Pick<Verdict, 'subjectId' | 'subject' | 'brand'>;

function judge(rule: AlertRule, { now, before }: Windows, rows: readonly MetricRow[], named: Named, currency: string | undefined, first: string | undefined): Verdict {
  const value = valueIn(rule, rows, now, currency);
  if (value.base !== undefined && isBelow(rule, rule.base, value.base, currency)) return { ...named, finding: 'below_base', value: null, threshold: null, reason: null };
  if (value.number === null) return unevaluated(named, value.base === 0 ? 'there is no base' : 'it has no value');
  const { when } = rule;
  if ('threshold' in when) {
    const { threshold } = when;
    const limit = 'number' in threshold ? threshold.number : 'minor' in threshold ? threshold.minor : sumOf({ column: threshold.column, where: [] }, rows, now, currency);
    if (limit === null) return unevaluated(named, `its ${'column' in threshold ? threshold.column : 'threshold'} is not known`);
    const isMet = { above: value.number > limit, below: value.number < limit, at_least: value.number >= limit, at_most: value.number <= limit }[when.kind];
    return { ...named, finding: isMet ? 'firing' : 'ok', value: shown(rule, value.number, currency), threshold: `${when.kind.replace('_', ' ')} ${shown(rule, limit, currency)}`, reason: null };
  }
  if (first === undefined || before.some(({ from }) => from < first)) return unevaluated(named, 'there is no history to compare with yet');
  const earlier = before.map((window) => valueIn(rule, rows, window, currency).number);
  const known = earlier.filter((each) => each !== null);
  if (known.length < earlier.length) return unevaluated(named, 'a value to compare with is missing');
  const usual = median(known);
  if (isBelow(rule, rule.measure, Math.abs(usual), currency)) return { ...named, finding: 'below_base', value: null, threshold: null, reason: null };
  if (usual === 0) return unevaluated(named, 'there is no base');
  const percent = (100 * (value.number - usual)) / Math.abs(usual);
  const isMet = when.kind === 'percent_below' ? percent < when.percent : percent > when.percent;
  const text = `${shown(rule, value.number, currency)} against ${shown(rule, usual, currency)} (${percentText(percent)})`;
  return { ...named, finding: isMet ? 'firing' : 'ok', value: text, threshold: `${when.kind === 'percent_below' ? 'below' : 'above'} ${percentText(when.percent)}`, reason: null };
}

/** The value over a window; of a ratio with its base. An amount by a count, such as one by clicks, is in major units. */
function valueIn({ table, measure, base }: AlertRule, rows: readonly MetricRow[], window: Window, currency: string | undefined): { readonly number: number | null; readonly base?: number } {
  const part = sumOf(measure, rows, window, currency);
  if (base === undefined) return { number: part };
  const whole = sumOf(base, rows, window, currency);
  if (whole === null) return { number: null };
  const isAmount = (operand: Operand): number => (table.money.has(operand.column) ? 1 : 0);
  const units = unitsOf(currency) ** (isAmount(measure) - isAmount(base));
  return { number: part === null || whole === 0 ? null : part / whole / units, base: whole };
}

/** The sum of a column, amounts in minor units; null if one of them is not known. */
function sumOf({ column, where }: Operand, rows: readonly MetricRow[], { from, to }: Window, currency: string | undefined): number | null {
  const own = rows.filter((row) => String(row['period'] ?? '') >= from && String(row['period'] ?? '') <= to && where.every((condition) => meets(row, condition)));
  if (own.some((row) => row[column] === null || row[column] === undefined)) return null;
  const sum = own.reduce((total, row) => total + Number(row[column]), 0);
  return column.endsWith('_micros') ? halfEven((sum / MICROS_PER_UNIT) * unitsOf(currency)) : sum;
}

function isBelow(rule: AlertRule, operand: Operand | undefined, value: number, currency: string | undefined): boolean {
  if (rule.minBase === undefined || operand === undefined) return false;
  return value < rule.minBase * (rule.table.money.has(operand.column) ? unitsOf(currency) : 1);
}

/** A threshold in money is held against rows of its currency only. */
function isOfCurrency({ when }: AlertRule, currency: string | undefined): boolean {
  return !('threshold' in when && 'currency' in when.threshold) || when.threshold.currency === currency;
}

function isStale(row: MetricRow, asksForStale: boolean): boolean {
  return row['status'] === 'stale' && !asksForStale;
}

function meets(row: MetricRow, { column, values, isNot }: Condition): boolean {
  const value = row[column] ?? null;
  const isAmong = values.some((each) => (each === null || value === null ? each === value : String(each) === String(value)));
  return isAmong !== isNot;
}

function unevaluated(named: Named, reason: string): Verdict {
  return { ...named, finding: 'not_evaluated', value: null, threshold: null, reason };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function shown({ table, measure, base }: AlertRule, value: number, currency: string | undefined): string {
  if (base === undefined && table.money.has(measure.column)) return formatMinor(halfEven(value), currency ?? '');
  return String(Number(value.toFixed(2)));
}

function percentText(percent: number): string {
  return `${percent > 0 ? '+' : ''}${percent.toFixed(0)} %`;
}

function unitsOf(currency: string | undefined): number {
  return 10 ** (minorDigits(currency ?? '') ?? 2);
}
