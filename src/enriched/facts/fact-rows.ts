import type { StoredValues } from '../../db/dialect.ts';
import { catalogColumns, factColumns, factEntities, type CatalogFact, type Fact, type FactEntity } from './facts.ts';

/** The raw table of each entity. */
export const factTables: Record<FactEntity, string> = {
  account: 'raw_accounts',
  contact: 'raw_contacts',
  subscription: 'raw_subscriptions',
  amendment: 'raw_amendments',
  rate_plan: 'raw_rate_plans',
  rate_plan_charge: 'raw_rate_plan_charges',
  invoice: 'raw_invoices',
  invoice_item: 'raw_invoice_items',
  payment: 'raw_payments',
  invoice_payment: 'raw_invoice_payments',
  refund: 'raw_refunds',
  refund_invoice_payment: 'raw_refund_invoice_payments',
  credit_memo: 'raw_credit_memos',
  credit_balance_adjustment: 'raw_credit_balance_adjustments',
};

type Template = Readonly<Record<string, string | null>>;

const templates = Object.fromEntries(factEntities.map((entity) => [entity, templateOf(factColumns[entity])])) as Record<FactEntity, Template>;
const catalogTemplate = templateOf(catalogColumns);

/** The fact of an entity whose values stand in `row` from `offset` on. */
export function factOf<Entity extends FactEntity>(entity: Entity, row: StoredValues, offset: number): Fact<Entity> {
  return filled(factColumns[entity], templates[entity], row, offset) as Fact<Entity>;
}

/** The same of texts, where the empty one stands for nothing: no raw value is empty. */
export function factOfTexts<Entity extends FactEntity>(entity: Entity, texts: readonly string[], offset: number): Fact<Entity> {
  const columns = factColumns[entity];
  const fact: Record<string, string | null> = { ...templates[entity] };
  for (let i = 0; i < columns.length; i++) {
    const text = texts[i + offset] as string;
    if (text !== '') fact[columns[i] as string] = text;
  }
  return fact as Fact<Entity>;
}

/** A charge of the catalog. */
export function catalogFactOf(row: StoredValues): CatalogFact {
  return filled(catalogColumns, catalogTemplate, row, 0) as CatalogFact;
}

/**
 * A fact without values. An object that gets more than a dozen properties one by one becomes a slow one in V8; a copy
 * of one that was parsed with all of them does not.
 */
function templateOf(columns: readonly string[]): Template {
  return JSON.parse(`{${columns.map((column) => `"${column}":null`).join(',')}}`) as Template;
}

/** Values as text: drivers give whole numbers and yes/no as numbers. */
function filled(columns: readonly string[], template: Template, row: StoredValues, offset: number): Record<string, string | null> {
  const fact: Record<string, string | null> = { ...template };
  for (let i = 0; i < columns.length; i++) {
    const value = row[i + offset];
    if (value !== null && value !== undefined) fact[columns[i] as string] = typeof value === 'number' ? String(value) : value;
  }
  return fact;
}
