import { byKey } from '../core/compare.ts';
import { problem, type Problem } from '../core/problem.ts';
import type { RefusedLink } from './attribution/explicit.ts';
import { methods, type CreditNote, type CreditNoteItem, type Method } from './ledger/credit-note.ts';

/** Credit notes by brand and account, `brand\taccount`. */
export type NotesByAccount = ReadonlyMap<string, readonly CreditNote[]>;

/** A number of things and what they come to, in minor units. */
export interface Sum {
  count: number;
  amount: number;
}

/** What became of the stored credit notes. Amounts are those of whole refunds. */
export interface NoteChanges {
  readonly new: Sum;
  /** `moved`: what lies elsewhere now, or by another method; the amounts are those after the change. */
  readonly changed: Sum & { moved: number };
  readonly withdrawn: Sum;
  readonly unchanged: Sum;
}

/** The refunds of a brand in one currency. */
export interface RefundFigures {
  readonly brand: string;
  readonly currency: string;
  readonly refunds: Sum;
  /** By kind: regular, goodwill. */
  readonly kinds: Record<string, Sum>;
  /** Items by method. */
  readonly methods: Record<Method, Sum>;
  readonly changes: NoteChanges;
}

/** A refund with a part that no invoice could take. */
export interface UnallocatedCase {
  readonly brand: string;
  readonly account_id: string;
  readonly refund_id: string;
  readonly refund_date: string;
  readonly kind: string;
  readonly currency: string;
  readonly amount: number;
  readonly unallocated: number;
}

/** One credit note beside what is stored of it; one of the two is there. */
export interface NotePair {
  readonly brand: string;
  readonly accountId: string;
  readonly before: CreditNote | undefined;
  readonly after: CreditNote | undefined;
}

/** How many of the largest unallocated cases are shown, in each currency. */
const MOST_CASES = 10;

/**
 * What refunds came to and what changed about it, summed over any number of accounts, of which only the sums and the
 * largest unallocated cases are kept. Holds ids and amounts, no personal data.
 */
export class RefundReport {
  readonly #figures = new Map<string, RefundFigures>();
  readonly #cases = new Map<string, UnallocatedCase[]>();
  readonly #refused = new Map<string, number>();

  /**
   * Adds accounts, each once.
   *
   * @param notes the credit notes as they are now
   * @param stored those of the same accounts as they were stored before
   */
  add(notes: NotesByAccount, stored: NotesByAccount): void {
    for (const pair of notePairs(notes, stored)) {
      const note = pair.after ?? pair.before;
      if (note === undefined) continue;
      const figures = this.#figuresOf(pair.brand, note.currency);
      noteChange(figures.changes, pair);
      if (pair.after === undefined) continue;
      noteRefund(figures, pair.after);
      if (pair.after.unallocated > 0) this.#noteCase(pair, pair.after);
    }
  }

  /** Counts links of the platform that could not be followed, or not in full. */
  addRefused(links: readonly RefusedLink[]): void {
    for (const { reason } of links) this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  /** What somebody should look at. */
  get problems(): Problem[] {
    return [...this.#refused].sort(byKey).map(([reason, count]) => {
      const message = `refunds: ${count} × a link of the platform was not followed, or not in full: ${reason.replace('_', ' ')}`;
      return problem(`link_${reason}`, message, { stream: 'refund_invoice_payment' });
    });
  }

  /** By brand and currency. */
  get figures(): RefundFigures[] {
    return [...this.#figures].sort(byKey).map(([, figures]) => figures);
  }

  /** The largest unallocated parts of each currency. */
  get largestUnallocated(): UnallocatedCase[] {
    return [...this.#cases].sort(byKey).flatMap(([, cases]) => largest(cases));
  }

  #figuresOf(brand: string, currency: string): RefundFigures {
    const key = `${brand}\t${currency}`;
    let figures = this.#figures.get(key);
    if (figures === undefined) {
      figures = {
        brand,
        currency,
        refunds: nothing(),
        kinds: { regular: nothing(), goodwill: nothing() },
        methods: Object.fromEntries(methods.map((method) => [method, nothing()])) as Record<Method, Sum>,
        changes: { new: nothing(), changed: { ...nothing(), moved: 0 }, withdrawn: nothing(), unchanged: nothing() },
      };
      this.#figures.set(key, figures);
    }
    return figures;
  }

  #noteCase({ brand, accountId }: NotePair, { refundId, refundDate, kind, currency, amount, unallocated }: CreditNote): void {
    const found = { brand, account_id: accountId, refund_id: refundId, refund_date: refundDate, kind, currency, amount, unallocated };
    const cases = this.#cases.get(currency);
    if (cases === undefined) this.#cases.set(currency, [found]);
    else if (cases.push(found) > 2 * MOST_CASES) this.#cases.set(currency, largest(cases));
  }
}

/** The credit notes of accounts beside what is stored of them, by account and refund. */
export function* notePairs(notes: NotesByAccount, stored: NotesByAccount): Generator<NotePair> {
  for (const key of [...new Set([...notes.keys(), ...stored.keys()])].sort()) {
    const [brand = '', accountId = ''] = key.split('\t');
    const before = new Map((stored.get(key) ?? []).map((note) => [note.refundId, note]));
    for (const after of notes.get(key) ?? []) {
      yield { brand, accountId, before: before.get(after.refundId), after };
      before.delete(after.refundId);
    }
    for (const gone of before.values()) yield { brand, accountId, before: gone, after: undefined };
  }
}

export type NoteChange = keyof NoteChanges;

/** What became of a credit note. */
export function changeOf({ before, after }: NotePair): NoteChange {
  if (before === undefined) return 'new';
  if (after === undefined) return 'withdrawn';
  return textOf(before) === textOf(after) ? 'unchanged' : 'changed';
}

function noteRefund(figures: RefundFigures, { kind, amount, items }: CreditNote): void {
  addTo(figures.refunds, amount);
  addTo((figures.kinds[kind] ??= nothing()), amount);
  for (const item of items) addTo(figures.methods[item.method], item.amount);
}

function noteChange(changes: NoteChanges, pair: NotePair): void {
  const change = changeOf(pair);
  addTo(changes[change], (pair.after ?? pair.before)?.amount ?? 0);
  if (change === 'changed') changes.changed.moved += movedIn(pair);
}

/** What lies on another line, or came there by another method, than is stored. */
function movedIn({ before, after }: NotePair): number {
  const left = new Map((before?.items ?? []).map((item) => [placeOf(item), item.amount]));
  return (after?.items ?? []).reduce((sum, item) => sum + Math.max(0, item.amount - (left.get(placeOf(item)) ?? 0)), 0);
}

function placeOf({ invoiceId, invoiceLineId, method }: CreditNoteItem): string {
  return JSON.stringify([invoiceId, invoiceLineId, method]);
}

/** All of a credit note, as one text to compare. */
function textOf({ kind, refundDate, currency, amount, items }: CreditNote): string {
  return JSON.stringify([kind, refundDate, currency, amount, items.map((item) => [placeOf(item), item.amount, item.confidence])]);
}

function largest(cases: readonly UnallocatedCase[]): UnallocatedCase[] {
  const order = (one: UnallocatedCase): string => `${one.brand}\t${one.refund_id}`;
  return [...cases].sort((a, b) => b.unallocated - a.unallocated || (order(a) < order(b) ? -1 : 1)).slice(0, MOST_CASES);
}

function nothing(): Sum {
  return { count: 0, amount: 0 };
}

function addTo(sum: Sum, amount: number): void {
  sum.count++;
  sum.amount += amount;
}
