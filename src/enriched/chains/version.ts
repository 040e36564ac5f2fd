import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';

/** One version of a subscription; null where the export has no value. Ids are unique within a brand. */
export interface SubscriptionVersion {
  readonly brand: string;
  readonly id: string;
  readonly accountId: string;
  readonly name: string | null;
  readonly version: number | null;
  readonly isLatest: boolean | null;
  readonly originalId: string | null;
  readonly previousId: string | null;
  readonly status: string | null;
  readonly termType: string | null;
  readonly autoRenew: boolean | null;
  readonly contractEffective: LocalDate | null;
  readonly subscriptionStart: LocalDate | null;
  readonly subscriptionEnd: LocalDate | null;
  readonly termStart: LocalDate | null;
  readonly termEnd: LocalDate | null;
  readonly cancelled: LocalDate | null;
  /** The day of its UpdatedDate: on it the platform said all this. */
  readonly updated: LocalDate | null;
  /** A soft delete: the version is gone, and counts for nothing. */
  readonly deleted: boolean;
}

/** A rate plan of one version. */
export interface PlanVersion {
  readonly brand: string;
  readonly id: string;
  /** The subscription version that it belongs to. */
  readonly versionId: string;
  readonly productId: string | null;
  readonly productRatePlanId: string | null;
  readonly name: string | null;
  /** NewProduct, RemoveProduct, UpdateProduct …; a removed plan stays on all later versions as RemoveProduct. */
  readonly amendmentType: string | null;
}

/** True if an amendment took the plan away: it is no current product. */
export function isRemoved(plan: PlanVersion): boolean {
  return squash(plan.amendmentType ?? '') === 'removeproduct';
}

/** True if an amendment added the plan. */
export function isAdded(plan: PlanVersion): boolean {
  return squash(plan.amendmentType ?? '') === 'newproduct';
}

/** What a plan is across versions, in which its id changes: the plan of the catalog, else its name. */
export function planKey(plan: PlanVersion): string {
  return plan.productRatePlanId ?? plan.name ?? plan.id;
}

/** A map key for an id of a brand. */
export function brandKey(brand: string, id: string): string {
  return `${brand}\n${id}`;
}
