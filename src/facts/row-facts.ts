import { billionths } from '../core/decimal.ts';
import { fraction, roundHalfEven } from '../core/fraction.ts';
import { toMinor } from '../core/money.ts';
import { numberOf, textOf, type StoredValues } from '../db/dialect.ts';
import { storedColumns } from '../raw/rows/table.ts';
import type { Entity } from '../sources/contract/contract.ts';
import { valuesOf, type BatchFact, type Fact, type Values } from './fact.ts';

/** Of one raw row its fact; undefined if it tells none. */
export type FactOfRow = (row: Values) => Fact | undefined;

/** The columns of a raw row of which facts are made, its batch the last. */
export function rowColumnsOf(entity: Entity): string[] {
  return [...storedColumns(entity).map(({ sql }) => sql), 'lake_batch'];
}

/** The facts of stored rows. @param rows with the values of rowColumnsOf */
export function factsOfRows(entity: Entity, factOf: FactOfRow, rows: readonly StoredValues[]): BatchFact[] {
  return rows.flatMap((values) => {
    const state = values.map(textOf);
    const fact = factOf(valuesOf(entity, state));
    return fact === undefined ? [] : [{ fact, batch: state.at(-1) ?? '' }];
  });
}

const MICROS_PER_BILLIONTH = 1_000n;
/** Amounts whose micros a number holds exactly. */
const SHORT = /^(-?\d{1,9})(?:\.(\d{1,6}))?$/;
const PLACES_OF_MICROS = 6;

/** An amount in major units as whole micros; more than six places are rounded half-even. */
export function microsOf(decimal: string): number {
  const [, whole, places = ''] = SHORT.exec(decimal) ?? [];
  if (whole !== undefined) return Number(whole + places.padEnd(PLACES_OF_MICROS, '0')) + 0;
  return roundHalfEven(fraction(billionths(decimal), MICROS_PER_BILLIONTH));
}

/** A day of an ad group. A missing ad group is empty: what its campaign has beyond its ad groups. */
export const adPerformanceOf: FactOfRow = (row) => {
  return {
    platform: row['platform'] ?? '',
    account: row['account_id'] ?? '',
    date: row['date'] ?? '',
    campaign_id: row['campaign_id'] ?? '',
    ad_group_id: row['ad_group_id'] ?? '',
    campaign_name: row['campaign_name'] ?? null,
    ad_group_name: row['ad_group_name'] ?? null,
    zone: row['time_zone'] ?? null,
    currency: row['currency'] ?? '',
    spend_micros: microsOf(row['spend'] ?? '0'),
    impressions: numberOf(row['impressions']),
    clicks: numberOf(row['clicks']),
    claimed_conversions: row['conversions'] ?? null,
    claimed_value_micros: row['conversion_value'] === null || row['conversion_value'] === undefined ? null : microsOf(row['conversion_value']),
    attribution: null,
  };
};

/** A budget of a month; none in a currency without a minor unit. */
export const adBudgetOf: FactOfRow = (row) => {
  const amount = toMinor(row['amount'] ?? '', row['currency'] ?? '');
  if (amount === undefined) return undefined;
  const month = `${(row['month'] ?? '').slice(0, 'YYYY-MM'.length)}-01`;
  return { platform: row['platform'] ?? '', account: row['account_id'] ?? '', campaign_id: row['campaign_id'] ?? '', month, currency: row['currency'] ?? '', amount };
};

/** What a unit costs from a day on. */
export const productCostOf: FactOfRow = (row) => ({
  sku: row['sku'] ?? '',
  currency: row['currency'] ?? '',
  valid_from: row['valid_from'] ?? '',
  unit_cost: row['unit_cost'] ?? '0',
  fulfilment_cost: row['fulfilment_cost'] ?? null,
});

/** What lies at a location: available is what is not reserved. */
export const stockLevelOf: FactOfRow = (row) => {
  const [onHand, reserved] = [row['on_hand'] ?? '0', row['reserved'] ?? '0'];
  return {
    sku: row['sku'] ?? '',
    location: row['location'] ?? '',
    as_of: row['date'] ?? '',
    on_hand: onHand,
    reserved,
    available: difference(onHand, reserved),
    incoming: row['incoming'] ?? null,
    incoming_on: row['incoming_date'] ?? null,
    reorder_point: row['reorder_point'] ?? null,
    lead_time_days: numberOf(row['lead_time_days']),
  };
};

/** What the carrier charged; none in a currency without a minor unit. */
export const shippingCostOf: FactOfRow = (row) => {
  const cost = toMinor(row['cost'] ?? '', row['currency'] ?? '');
  return cost === undefined ? undefined : { order_id: row['order_id'] ?? '', currency: row['currency'] ?? '', cost, shipped_at: row['shipped_at'] ?? null };
};

function difference(a: string, b: string): string {
  return decimalOf(billionths(a) - billionths(b));
}

const PLACES = 9;

/** Billionths as a canonical decimal. */
export function decimalOf(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(PLACES + 1, '0');
  const places = digits.slice(-PLACES).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -PLACES)}${places === '' ? '' : `.${places}`}`;
}
