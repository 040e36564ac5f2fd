import ms from 'ms';

import { toMinor } from '../core/money.ts';
import { didYouMean } from '../core/text/nearest.ts';
import { isMeasure, watchedTables, type WatchedTable } from './metric-tables.ts';
import type { AlertRule, Condition, Operand, Threshold, When } from './rule.ts';
import type { OperandSpec, RuleSpec, WhereSpec } from './rule-schema.ts';

/** What is wrong with a rule, and at which key. */
export class RuleFault extends Error {
  readonly path: readonly PropertyKey[];

  constructor(path: readonly PropertyKey[], message: string) {
    super(message);
    this.path = path;
  }
}

const MONEY = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/;

/** A sentence with the name that was probably meant. */
function hinted(text: string, word: string, known: readonly string[]): string {
  return [`${text}.`, didYouMean(word, known)].join(' ').trim();
}

/** A rule with what it names. @throws RuleFault if something is not there, or the rule can never fire */
export function compileRule(spec: RuleSpec, brands: readonly string[]): AlertRule {
  const [measureSpec, baseSpec] = typeof spec.metric === 'string' ? [spec.metric] : spec.metric.ratio;
  const table = tableOf(columnName(measureSpec));
  if (baseSpec !== undefined && tableOf(columnName(baseSpec)) !== table) throw new RuleFault(['metric'], 'both columns of a ratio must be of one table');
  const [measure, base] = [operandOf(table, measureSpec), baseSpec === undefined ? undefined : operandOf(table, baseSpec)];
  const where = conditionsOf(table, spec.where, ['where']);
  const per = spec.per.map((column, index) => knownColumn(table, column, ['per', index]));
  const isMoney = table.money.has(measure.column) || (base !== undefined && table.money.has(base.column));
  const when = whenOf(table, spec, measure, base);
  const twice = table.totals?.find((column) => !per.includes(column) && !where.some((condition) => condition.column === column));
  if (twice !== undefined) throw new RuleFault(['metric'], `${table.name} has rows of each ${twice} and of all: name ${twice} under per or where`);
  checkPeriods(table, spec, when);
  checkReach(table, measure, base, where, when);
  const unknown = spec.brands?.find((brand) => brand !== '*' && !brands.includes(brand));
  if (unknown !== undefined) throw new RuleFault(['brands'], hinted(`there is no brand "${unknown}"`, unknown, brands));
  return {
    ...{ id: spec.id, title: spec.title, severity: spec.severity, table, measure, base, where, when, over: spec.over },
    per: isMoney && !per.includes('currency') ? [...per, 'currency'] : per,
    ...{ minBase: spec.min_base, cooldownMs: ms(spec.cooldown as ms.StringValue), tellsResolved: spec.resolved, brands: spec.brands },
    examples: spec.examples === undefined ? undefined : { fires: { rows: spec.examples.fires }, stays: { rows: spec.examples.stays } },
  };
}

function columnName(spec: OperandSpec): string {
  return typeof spec === 'string' ? spec : spec.column;
}

function tableOf(name: string): WatchedTable {
  const [tableName = ''] = name.split('.');
  const table = watchedTables.get(tableName);
  if (table === undefined) throw new RuleFault(['metric'], hinted(`there is no table "${tableName}" to watch`, tableName, [...watchedTables.keys()]));
  return table;
}

function operandOf(table: WatchedTable, spec: OperandSpec): Operand {
  const column = knownColumn(table, columnName(spec).split('.')[1] ?? '', ['metric']);
  if (!isMeasure(table, column)) throw new RuleFault(['metric'], `${table.name}.${column} is no number`);
  return { column, where: typeof spec === 'string' ? [] : conditionsOf(table, spec.where, ['metric']) };
}

function knownColumn(table: WatchedTable, column: string, path: readonly PropertyKey[]): string {
  if (Object.hasOwn(table.columns, column)) return column;
  throw new RuleFault(path, hinted(`${table.name} has no column "${column}"`, column, Object.keys(table.columns)));
}

function conditionsOf(table: WatchedTable, where: WhereSpec, path: readonly PropertyKey[]): Condition[] {
  return Object.entries(where).map(([name, spec]) => {
    const column = knownColumn(table, name, [...path, name]);
    const isNot = typeof spec === 'object' && spec !== null && 'not' in spec;
    const given = isNot ? (spec as { not: unknown }).not : spec;
    const values = (Array.isArray(given) ? given : [given]) as Condition['values'];
    const known = table.values?.[column];
    const unknown = known === undefined ? undefined : values.find((value) => value !== null && !known.includes(String(value)));
    if (unknown !== undefined && known !== undefined) throw new RuleFault([...path, name], hinted(`${column} is never "${String(unknown)}", so the rule cannot fire`, String(unknown), known));
    return { column, values, isNot };
  });
}

function whenOf(table: WatchedTable, { when }: RuleSpec, measure: Operand, base: Operand | undefined): When {
  if ('change' in when) {
    const { against, percent_below: below, percent_above: above } = when.change;
    if ((below === undefined) === (above === undefined)) throw new RuleFault(['when', 'change'], 'a change needs one of percent_below and percent_above');
    return { kind: below === undefined ? 'percent_above' : 'percent_below', against, percent: below ?? above ?? 0 };
  }
  const [kind = 'above', value = 0] = Object.entries(when)[0] ?? [];
  return { kind: kind as 'above', threshold: thresholdOf(table, value, base === undefined && table.money.has(measure.column), ['when', kind]) };
}

function thresholdOf(table: WatchedTable, value: string | number, isMoney: boolean, path: readonly PropertyKey[]): Threshold {
  if (typeof value === 'number') {
    if (isMoney && value !== 0) throw new RuleFault(path, `an amount needs its currency: "${value} EUR"`);
    return { number: value };
  }
  const [, amount = '', currency = ''] = MONEY.exec(value) ?? [];
  if (currency === '') return { column: knownColumn(table, value, path) };
  if (!isMoney) throw new RuleFault(path, 'what is watched is no amount, so the rule cannot fire; leave the currency out');
  const minor = toMinor(amount, currency);
  if (minor === undefined) throw new RuleFault(path, `"${value}" is no amount of a known currency`);
  return { minor, currency };
}

/** Which periods a table has, and which of them a change compares. */
function checkPeriods(table: WatchedTable, { over }: RuleSpec, when: When): void {
  if (table.period !== 'day' && over !== 'latest') throw new RuleFault(['over'], `${table.name} has ${table.period === 'month' ? 'months' : 'only the newest state'}: leave over out`);
  if (!('against' in when)) return;
  if (table.period === 'none') throw new RuleFault(['when'], `${table.name} has no earlier periods to compare with, so the rule cannot fire`);
  if (table.period === 'month') throw new RuleFault(['when'], `the month of ${table.name} is not over, so it is never compared and the rule cannot fire`);
  if (when.against === 'same_weekday_median_4' && over !== 'day' && over !== 'latest') throw new RuleFault(['when'], 'same_weekday_median_4 compares days: set over to day');
}

/** Conditions that no value can meet. */
function checkReach(table: WatchedTable, measure: Operand, base: Operand | undefined, where: readonly Condition[], when: When): void {
  const isSigned = table.signed.has(measure.column) || (base !== undefined && table.signed.has(base.column));
  if ('percent' in when) {
    if (!isSigned && when.kind === 'percent_below' && when.percent <= -100) throw new RuleFault(['when'], `nothing falls by more than 100 %, so the rule cannot fire`);
    return;
  }
  const { kind, threshold } = when;
  const number = 'number' in threshold ? threshold.number : 'minor' in threshold ? threshold.minor : undefined;
  const isLow = number !== undefined && (kind === 'below' ? number <= 0 : kind === 'at_most' && number < 0);
  if (!isSigned && isLow) throw new RuleFault(['when', kind], `${measure.column} is never below 0, so the rule cannot fire`);
  const currencies = where.find(({ column, isNot }) => column === 'currency' && !isNot)?.values;
  if ('currency' in threshold && currencies !== undefined && !currencies.includes(threshold.currency)) {
    throw new RuleFault(['when', kind], `rows of ${threshold.currency} are left out by where, so the rule cannot fire`);
  }
}
