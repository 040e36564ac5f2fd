import { byKey } from '../../core/compare.ts';
import type { Listed } from '../counts/bridge.ts';
import type { MoneyReason } from '../counts/reasons.ts';

/** The money that is held side by side, in the order in which it is shown. */
export const moneyMeasures = {
  invoiced: 'posted invoices',
  credited: 'posted credit memos',
  paid: 'processed payments',
  refunded: 'processed refunds',
} as const;

export type MoneyMeasure = keyof typeof moneyMeasures;

/** An amount in minor units and how many records it is made of. */
export interface Sum {
  amount: number;
  records: number;
}

/** A difference; where somebody has to look at the records themselves, the ids of some of them. */
export interface Change extends Sum {
  readonly ids?: string[];
}

/** The reason whose records are named in every report: they are wrong in billing, and nothing explains them. */
const NAMED: MoneyReason = 'negative_amount';
const MOST_IDS = 20;

/** One measure of one brand in one currency: what billing exported, why hub has another figure, what hub has. */
export interface MoneyRow {
  readonly brand: string;
  readonly currency: string;
  readonly measure: MoneyMeasure;
  readonly billing: Sum;
  /** The sum of hub's customer accounts. */
  hub: number;
  /** Signed: billing + Σ changes = hub. */
  readonly changes: Map<MoneyReason, Change>;
}

/** Adds up money by brand, currency and measure. */
export class MoneyTally {
  readonly #rows = new Map<string, MoneyRow>();
  readonly #wanted: (reason: MoneyReason) => boolean;
  readonly listed: Listed[] = [];

  /** @param wanted the reasons whose records are listed */
  constructor(wanted: (reason: MoneyReason) => boolean) {
    this.#wanted = wanted;
  }

  of(brand: string, currency: string, measure: MoneyMeasure): MoneyRow {
    const key = `${brand}\t${currency}\t${String(MEASURES.indexOf(measure))}`;
    let row = this.#rows.get(key);
    if (row === undefined) this.#rows.set(key, (row = { brand, currency, measure, billing: { amount: 0, records: 0 }, hub: 0, changes: new Map() }));
    return row;
  }

  change(brand: string, currency: string, measure: MoneyMeasure, reason: MoneyReason, amount: number, records = 1): void {
    if (amount === 0) return;
    const { changes } = this.of(brand, currency, measure);
    const sum = changes.get(reason);
    if (sum === undefined) changes.set(reason, { amount, records, ...(reason === NAMED ? { ids: [] } : {}) });
    else {
      sum.amount += amount;
      sum.records += records;
    }
  }

  /** A difference in one record. */
  record(id: string, { brand, currency, measure }: Pick<MoneyRow, 'brand' | 'currency' | 'measure'>, reason: MoneyReason, amount: number): void {
    if (amount === 0) return;
    this.change(brand, currency, measure, reason, amount);
    const ids = this.of(brand, currency, measure).changes.get(reason)?.ids;
    if (ids !== undefined && ids.length < MOST_IDS) ids.push(id);
    if (this.#wanted(reason)) this.listed.push({ bridge: measure, brand, market: null, reason, change: amount < 0 ? 'removed' : 'added', id, amount, currency });
  }

  get rows(): MoneyRow[] {
    return [...this.#rows].sort(byKey).map(([, row]) => row);
  }
}

const MEASURES = Object.keys(moneyMeasures) as MoneyMeasure[];

/** What billing and its reasons come to; a row is right if this is what hub has. */
export function explained({ billing, changes }: MoneyRow): number {
  return [...changes.values()].reduce((sum, { amount }) => sum + amount, billing.amount);
}

/** A record as it was exported and as it is enriched. Amounts in minor units. */
export interface MoneyRecord {
  readonly id: string;
  /** Null: it belongs to none, and is never enriched. */
  readonly accountId: string | null;
  readonly currency: string;
  readonly amount: number | undefined;
  readonly status: string | null;
  /** Undefined: not enriched yet. */
  readonly enriched: {
    readonly currency: string | null;
    readonly amount: number | null;
    readonly status: string | null;
    /** False for one without the date that it needs. */
    readonly hasDate: boolean;
    readonly isTest: boolean;
  } | undefined;
}

/** The states in which a record counts. */
export const countedStates: Readonly<Record<MoneyMeasure, ReadonlySet<string>>> = {
  invoiced: new Set(['Posted']),
  credited: new Set(['Posted']),
  paid: new Set(['Processed', 'Posted']),
  refunded: new Set(['Processed', 'Posted']),
};

/** What a sum over the export counts: everything posted or processed. */
function billingAmount(measure: MoneyMeasure, { status, amount }: MoneyRecord): number {
  return status !== null && countedStates[measure].has(status) ? (amount ?? 0) : 0;
}

/** What the ledger counts of a record. Below zero nothing: a negative invoice is a credit, anything else cannot be read. */
function hubAmount(measure: MoneyMeasure, { enriched }: MoneyRecord): number {
  if (enriched === undefined || enriched.isTest || enriched.status === null || !countedStates[measure].has(enriched.status)) return 0;
  const { currency, amount, hasDate } = enriched;
  if (currency === null || amount === null || !hasDate) return 0;
  return Math.max(0, amount);
}

/** Why the two differ. @param isPending false: the enrichment has taken up all rows of the account, so that time explains nothing */
function whyOther(measure: MoneyMeasure, { accountId, amount, status, currency, enriched }: MoneyRecord, isPending: boolean): MoneyReason {
  if (enriched === undefined) return isPending || accountId === null ? 'not_enriched' : 'unexplained';
  if (enriched.isTest) return 'test_data';
  if (enriched.currency === null || enriched.amount === null || !enriched.hasDate) return 'not_countable';
  if (enriched.status !== status || enriched.amount !== amount || enriched.currency !== currency) return isPending ? 'changed_since_enrich' : 'unexplained';
  if (enriched.amount < 0) return measure === 'invoiced' ? 'negative_invoice' : NAMED;
  return 'unexplained';
}

/** Takes up one record: billing's amount, and what hub makes of it. */
export function addRecord(tally: MoneyTally, brand: string, measure: MoneyMeasure, record: MoneyRecord, isPending: boolean): void {
  const left = billingAmount(measure, record);
  const right = hubAmount(measure, record);
  if (left !== 0) {
    const { billing } = tally.of(brand, record.currency, measure);
    billing.amount += left;
    billing.records++;
  }
  const own = record.enriched?.currency ?? record.currency;
  if (own === record.currency && left === right) return;
  const reason = whyOther(measure, record, isPending);
  if (own === record.currency) tally.record(record.id, { brand, currency: own, measure }, reason, right - left);
  else {
    tally.record(record.id, { brand, currency: record.currency, measure }, reason, -left);
    tally.record(record.id, { brand, currency: own, measure }, reason, right);
  }
}
