import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import type { PurchaseHistory } from '../prediction/purchases.ts';
import type { Spell } from '../prediction/spell.ts';
import type { MovementKind } from '../movements/movements.ts';

/** A movement of a customer's recurring revenue in a brand. */
export interface LifeMovement {
  readonly currency: string;
  readonly kind: MovementKind;
  readonly date: LocalDate;
  readonly amount: number;
  readonly renewalMonths: number | null;
}

/** What a customer bought once on a day, without tax. */
export interface LifePurchase {
  readonly currency: string;
  readonly day: LocalDate;
  readonly amount: number;
}

/** The first contract of a customer in a currency. */
export interface ContractLife extends Spell {
  readonly currency: string;
  readonly renewalMonths: number | null;
  /** Of the last day that is known, of all contracts in this currency. */
  readonly mrr: number;
}

/** What the models know of a customer of a brand. Another currency is another life. */
export interface CustomerLife {
  readonly personId: string;
  readonly contracts: readonly ContractLife[];
  readonly purchases: readonly (PurchaseHistory & { readonly currency: string })[];
}

/** The lives of a customer by currency, up to a day; movements and purchases of it and of before, in any order. */
export function customerLife(personId: string, movements: readonly LifeMovement[], purchases: readonly LifePurchase[]): CustomerLife {
  return {
    personId,
    contracts: [...groupBy(movements, ({ currency }) => currency)].flatMap(([currency, own]) => contractLife(nameOf(personId, currency), currency, own)),
    purchases: [...groupBy(purchases, ({ currency }) => currency)].map(([currency, own]) => ({ customer: nameOf(personId, currency), currency, purchases: byDay(own) })),
  };
}

function contractLife(customer: string, currency: string, movements: readonly LifeMovement[]): ContractLife[] {
  const begin = movements.find(({ kind }) => kind === 'new');
  if (begin === undefined) return [];
  const churns = movements.flatMap(({ kind, date }) => (kind === 'churn' ? [date] : [])).sort();
  const mrr = movements.reduce((sum, { amount }) => sum + amount, 0);
  return [{ customer, currency, from: begin.date, churned: churns[0] ?? null, renewalMonths: begin.renewalMonths, mrr }];
}

/** Several invoices of a day are one purchase. */
function byDay(purchases: readonly LifePurchase[]): { day: LocalDate; amount: number }[] {
  const days = new Map<LocalDate, number>();
  for (const { day, amount } of purchases) days.set(day, (days.get(day) ?? 0) + amount);
  return [...days].map(([day, amount]) => ({ day, amount })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

function nameOf(personId: string, currency: string): string {
  return `${personId} ${currency}`;
}
