/**
 * What a column of a feed holds. `money`: an amount in the minor unit of the row's currency, shown in major units;
 * `text` is compared by bytes; `instant` and `date` are UTC; `decimal` is shown and neither compared nor added up.
 */
export const columnTypes = ['text', 'integer', 'boolean', 'money', 'date', 'instant', 'decimal'] as const;
export type ColumnType = (typeof columnTypes)[number];

/** Operators behind a column's name in a query; `` is none: one of several values. */
export const operators = ['', 'not', 'gt', 'gte', 'lt', 'lte', 'null', 'starts'] as const;
export type Operator = (typeof operators)[number];

const EQUALITY = ['', 'not', 'null'] as const;
const ORDERED = [...EQUALITY, 'gt', 'gte', 'lt', 'lte'] as const;

const OPERATORS: Readonly<Record<ColumnType, readonly Operator[]>> = {
  text: [...ORDERED, 'starts'],
  ...{ integer: ORDERED, money: ORDERED, date: ORDERED, instant: ORDERED },
  boolean: EQUALITY,
  decimal: [],
};

/** The operators that a column of the type can be filtered by. */
export function operatorsOf(type: ColumnType): readonly Operator[] {
  return OPERATORS[type];
}

export const measureFunctions = ['count', 'sum', 'min', 'max'] as const;
export type MeasureFunction = (typeof measureFunctions)[number];

const ADDED: readonly ColumnType[] = ['integer', 'money'];
const COMPARED: readonly ColumnType[] = ['integer', 'money', 'date', 'instant'];

/** Whether a measure can be taken of columns of the type. */
export function canMeasure(fn: Exclude<MeasureFunction, 'count'>, type: ColumnType): boolean {
  return (fn === 'sum' ? ADDED : COMPARED).includes(type);
}
