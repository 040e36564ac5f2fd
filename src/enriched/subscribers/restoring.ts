import type { Instant } from '../../core/time.ts';
import type { EmailState } from './state.ts';

/** What the configuration says about purchases of people who had left. */
export interface RestoringConfig {
  readonly email: { readonly purchase_restores: boolean };
  readonly brands: readonly { readonly id: string; readonly email: { readonly purchase_restores?: boolean | undefined } }[];
}

/** Reasons that a purchase can take back: the person's own wish. Not what a mail server or a complaint says. */
const WISHES = new Set(['link', 'manual', 'api']);

/** True if the brand has a legal basis of its own to write again to somebody who left and then bought. */
export function purchaseRestores(config: RestoringConfig | undefined, brand: string): boolean {
  const own = config?.brands.find(({ id }) => id === brand)?.email.purchase_restores;
  return own ?? config?.email.purchase_restores ?? false;
}

/** When a purchase brought the person back who had left before it; null if none did (e-mail specification, `email_subscriber`). */
export function resubscribedAt({ first_unsubscribed_at: left, unsubscribed_reason: reason }: EmailState, purchase: Instant | undefined): Instant | null {
  return left !== null && purchase !== undefined && purchase > left && WISHES.has(reason ?? '') ? purchase : null;
}
