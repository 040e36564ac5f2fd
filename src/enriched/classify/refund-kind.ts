import type { RefundKind } from '../rules/facts.ts';
import type { Classified } from '../rules/rule-set.ts';
import type { Rules } from '../rules/rules.ts';

/** What is known of a refund; null where it is not. */
export interface RefundFacts {
  readonly brand: string;
  /** Electronic, External. */
  readonly type: string | null;
  /** Payment, CreditBalance. */
  readonly sourceType: string | null;
  readonly comment: string | null;
  readonly reasonCode: string | null;
  /** True if a credit memo or an increase of the credit balance is known that this refund pays out. */
  readonly hasTraceableCredit: boolean;
}

/**
 * Whether a refund is a goodwill gesture (orders and refunds, "Refund attribution", step 5): a goodwill word in its
 * comment or reason code, and it was paid out of the credit balance without a traceable credit, or by hand.
 */
export function refundKind(rules: Rules, refund: RefundFacts): Classified<RefundKind> {
  const text = [refund.comment, refund.reasonCode].filter((part) => part !== null && part !== '').join(' | ');
  const structure = {
    type: refund.type,
    source_type: refund.sourceType,
    has_traceable_credit: refund.hasTraceableCredit,
  };
  return rules.of('refund_kind').classify(text, structure, refund.brand);
}
