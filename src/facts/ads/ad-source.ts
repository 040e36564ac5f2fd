import type { LocalDate } from '../../core/time.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { Platform } from '../../sources/api/platform.ts';
import type { Values } from '../fact.ts';

/** What a platform says of a day; amounts in micros of the account's currency. */
export interface AdFigures {
  readonly spendMicros: number;
  readonly impressions: number | null;
  readonly clicks: number | null;
  /** As the platform claims, in billionths. */
  readonly conversions: bigint | null;
  readonly valueMicros: number | null;
}

/** A campaign, or an ad group of one. */
export interface AdEntity {
  readonly id: string;
  readonly name: string | null;
  readonly status: string | null;
  readonly parentId: string | null;
  /** In the minor unit of the currency. */
  readonly budget: number | null;
  readonly budgetPeriod: 'daily' | 'lifetime' | 'monthly' | null;
}

export type AdEntityKind = 'campaign' | 'ad_group';

/** Where campaigns or ad groups are told of. */
export interface AdEntities {
  readonly kind: AdEntityKind;
  readonly stream: Entity;
  readonly of: (row: Values, currency: string | null) => AdEntity;
  /** True: by the rows of days, of which the newest one counts; what has none any more stays as it was. */
  readonly byDay?: true;
}

/**
 * What an ad platform brings by API, in the same slots for each. The columns of its days are those of all: date, campaign_id,
 * ad_group_id, their names, currency, attribution.
 */
export interface AdSource {
  /** As facts, files and channels call it: `meta`. */
  readonly name: string;
  readonly platform: Platform;
  readonly groupDays: readonly Entity[];
  readonly campaignDays: readonly Entity[];
  /** The account's own sums, by which the others are checked; null where the platform has none. */
  readonly accountDays: Entity | null;
  readonly figuresOf: (row: Values) => AdFigures;
  /** By which rule what is claimed is counted, where that is fixed for a stream. */
  readonly attribution?: ReadonlyMap<Entity, string>;
  readonly entities: readonly AdEntities[];
  /** Has the columns id, name, status, zone and currency. */
  readonly account: Entity;
}

/** A day of an account of a platform. */
export interface AdDayPlace {
  readonly source: AdSource;
  readonly account: string;
  readonly day: LocalDate;
}
