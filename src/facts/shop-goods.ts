import { dateOf, instantOfBatch, type BatchId, type Instant } from '../core/time.ts';
import type { Fact, Values } from './fact.ts';
import type { FactOfRow } from './row-facts.ts';

/** A cost that is stored of a product. */
export interface KnownCost {
  readonly currency: string;
  readonly valid_from: string;
  readonly unit_cost: string;
  readonly source: string;
}

/** The source of what shops say, as facts name it. */
const SHOPS = 'sources';

/**
 * What a product costs as a shop says now: a shop keeps no history, so a cost is valid from the day on which it was seen, and the
 * first one since the product is there (sources specification, "Facts"). Undefined if nothing new is known.
 * @param known costs of the product, of whatever source; what a file says of a day stays
 */
export function observedCost(row: Values, batch: BatchId, known: readonly KnownCost[]): Fact | undefined {
  const { sku, unit_cost: cost, cost_currency: currency, created_at: created } = row;
  if (!sku || !cost || !currency) return undefined;
  const seen = known.filter((each) => each.currency === currency && each.source === SHOPS).sort((a, b) => (a.valid_from < b.valid_from ? 1 : -1));
  if (seen[0]?.unit_cost === cost) return undefined;
  const day = dateOf(seen.length === 0 && created ? (created as Instant) : instantOfBatch(batch));
  const isFiled = known.some((each) => each.currency === currency && each.valid_from === day && each.source !== SHOPS);
  return isFiled ? undefined : { sku, currency, valid_from: day, unit_cost: cost, fulfilment_cost: null };
}

/** What a location of a shop has of an item; what is not available is reserved. Undefined of an item without an SKU. */
export const shopStockOf: FactOfRow = ({ sku, location_id: location, updated_at: updated, quantities }) => {
  const [onHand, available] = ['on_hand', 'available'].map((name) => quantityOf(quantities ?? '', name));
  if (!sku || !location || !updated || onHand === undefined || available === undefined) return undefined;
  return {
    ...{ sku, location, as_of: dateOf(updated as Instant), on_hand: String(onHand), reserved: String(onHand - available), available: String(available) },
    ...{ incoming: null, incoming_on: null, reorder_point: null, lead_time_days: null },
  };
};

function quantityOf(list: string, name: string): number | undefined {
  const quantities = parsed(list);
  const named = Array.isArray(quantities) ? (quantities as readonly ({ readonly name?: unknown; readonly quantity?: unknown } | null)[]) : [];
  const quantity = named.find((each) => each?.name === name)?.quantity;
  return Number.isSafeInteger(quantity) ? (quantity as number) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
