import { formatMinor, toMajor } from '../../core/money.ts';
import { groupBy } from '../../core/group-by.ts';
import { textTable, type TableColumn } from '../table.ts';
import { methods, type CreditNote } from '../../orders/ledger/credit-note.ts';
import { changeOf, type NotePair, type RefundFigures, type Sum, type UnallocatedCase } from '../../orders/refund-report.ts';

const right = (title: string): TableColumn => ({ title, align: 'right' });
const CHANGES = ['new', 'changed', 'withdrawn', 'unchanged'] as const;

/** The report on refunds as people read it: how they were attributed, what changed, and what no invoice could take. */
export function refundReportText(figures: readonly RefundFigures[], cases: readonly UnallocatedCase[]): string[] {
  if (figures.length === 0) return [];
  return [...[...groupBy(figures, ({ brand }) => brand)].map(methodsTable), changesTable(figures), ...casesTable(cases)];
}

/** The header of refundCsvRows. */
export const refundCsvHeader = [
  'brand', 'account_id', 'refund_id', 'refund_date', 'kind', 'change', 'currency', 'amount', 'invoice_id', 'invoice_line_id', 'method', 'confidence',
] as const;

/**
 * A credit note as rows of a CSV file, one an item, amounts in major units; of a changed note first the items as they were
 * (`changed_from`), then as they are (`changed_to`).
 */
export function refundCsvRows(pair: NotePair): string[][] {
  const change = changeOf(pair);
  const rows = (note: CreditNote | undefined, name: string): string[][] =>
    note === undefined ? [] : note.items.map((item) => [
      pair.brand, pair.accountId, note.refundId, note.refundDate, note.kind, name, note.currency, toMajor(item.amount, note.currency),
      item.invoiceId ?? '', item.invoiceLineId ?? '', item.method, item.confidence,
    ]);
  if (change === 'changed') return [...rows(pair.before, 'changed_from'), ...rows(pair.after, 'changed_to')];
  return rows(pair.after ?? pair.before, change);
}

/** The refunds of a brand, each currency in two columns of its own. */
function methodsTable([brand, figures]: [string, RefundFigures[]]): string {
  const columns = [{ title: `refunds of ${brand}` }, ...figures.flatMap(() => [right('amount'), { ...right('number'), joined: true }])];
  const row = (title: string, sumOf: (each: RefundFigures) => Sum | undefined): (string | number | null)[] =>
    [title, ...figures.flatMap((each) => amountAndCount(each.currency, sumOf(each)))];
  const kinds = [...new Set(figures.flatMap((each) => Object.keys(each.kinds)))];
  return textTable(columns, [
    ...kinds.map((kind) => row(kind, (each) => each.kinds[kind])),
    row('all refunds', ({ refunds }) => refunds),
    ...methods.map((method) => row(`  ${method}`, (each) => each.methods[method])),
  ]);
}

function changesTable(figures: readonly RefundFigures[]): string {
  const columns = [
    { title: 'credit notes' },
    ...CHANGES.flatMap((change) => [right(change), { ...right('amount'), joined: true }]), right('moved'),
  ];
  return textTable(columns, figures.map(({ brand, currency, changes }) => [
    brand,
    ...CHANGES.flatMap((change) => [changes[change].count, formatMinor(changes[change].amount, currency)]),
    formatMinor(changes.changed.moved, currency),
  ]));
}

function casesTable(cases: readonly UnallocatedCase[]): string[] {
  if (cases.length === 0) return [];
  const columns = [{ title: 'largest unallocated' }, { title: 'brand' }, right('refunded'), right('unallocated')];
  return [textTable(columns, cases.map(({ brand, refund_id: refund, amount, unallocated, currency }) => [
    refund, brand, formatMinor(amount, currency), formatMinor(unallocated, currency),
  ]))];
}

function amountAndCount(currency: string, sum: Sum | undefined): (string | number | null)[] {
  return sum === undefined || sum.count === 0 ? [null, null] : [formatMinor(sum.amount, currency), sum.count];
}
