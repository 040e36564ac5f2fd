/** How far an order has come. */
export type OrderStatus = 'pending' | 'active' | 'suspended' | 'completed' | 'cancelled' | 'expired';

interface ChainState {
  readonly lifecycle: string | null;
  readonly subscriptionClass: string | null;
}

/** Of several chains the one that demands most attention says what the order is. */
const STRONGEST_FIRST: readonly OrderStatus[] = ['active', 'suspended', 'pending', 'completed', 'cancelled', 'expired'];

/**
 * The status of an order from its chains: as long as one runs it is active. What was bought once and is not cancelled is
 * completed.
 */
export function orderStatus(chains: readonly ChainState[]): OrderStatus {
  const found = new Set(chains.map(statusOf));
  return STRONGEST_FIRST.find((status) => found.has(status)) ?? 'pending';
}

function statusOf({ lifecycle, subscriptionClass }: ChainState): OrderStatus {
  if (subscriptionClass === 'one_off' && (lifecycle === 'active' || lifecycle === 'expired')) return 'completed';
  return STRONGEST_FIRST.find((status) => status === lifecycle) ?? 'pending';
}
