import type { LocalDate } from '../../core/time.ts';

/** An order of a shop, as revenue is made of it (sources specification, "Facts"). */
export interface ShopOrder {
  readonly brand: string;
  /** Its key among the orders of the brand's shops; it stands in the place of the billing account. */
  readonly key: string;
  readonly name: string | null;
  readonly orderedOn: LocalDate;
  /** The country that it goes to. */
  readonly market: string | null;
  readonly currency: string;
  /** False of a test, and of an order that billing has: its revenue is counted there. */
  readonly isCounted: boolean;
  /** Where the person came from at first, and before the purchase. */
  readonly firstVisit: ShopVisit;
  readonly lastVisit: ShopVisit;
  readonly sales: readonly ShopSale[];
}

/** A visit of a shop, as links and browsers told of it. */
export interface ShopVisit {
  readonly campaign: string | null;
  readonly utmSource: string | null;
  readonly utmMedium: string | null;
  readonly referrerHost: string | null;
}

/** What was sold, returned or edited. Signed minor units; `net` is without tax and after discounts. */
export interface ShopSale {
  readonly id: string;
  readonly on: LocalDate;
  /** `order`, `return`, `update`. */
  readonly action: string;
  /** `product`, `shipping` … */
  readonly lineType: string | null;
  readonly lineId: string | null;
  readonly sku: string | null;
  readonly quantity: string | null;
  readonly currency: string;
  readonly net: number;
  readonly tax: number;
  readonly discount: number;
}
