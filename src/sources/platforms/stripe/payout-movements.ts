import type { EachKey, Fetch, Pages, Stream } from '../../api/platform.ts';
import { movementFields, movementIgnored } from './balance-transactions.ts';
import { EVENTS_REMEMBERED_MS, eventCursor } from './events.ts';
import { dayWindow, listOf } from './list.ts';
import { changedIds, PAYOUT_EVENTS } from './objects.ts';

/** A movement says nothing of its payout, so that is named beside it. */
const movementsOf = (payout: string): Pages => listOf('/v1/balance_transactions', { from: null, to: null }, { payout });

/** Which movements of the balance a payout is made of. */
export const payoutMovements: Stream = {
  name: 'payout_movements',
  summary: 'which movements of the balance a payout is made of',
  disposition: 'versioned',
  key: ['__parentId', 'id'],
  fields: [{ path: '__parentId', kind: 'text', required: true }, ...movementFields],
  ignored: movementIgnored,
  deletions: 'none',
  extraction: {
    cursor: eventCursor,
    window: dayWindow,
    remembersMs: EVENTS_REMEMBERED_MS,
    fetch(slice): Fetch {
      const payouts: Pick<EachKey, 'keys' | 'keyOf'> = slice.listing ? { keys: listOf('/v1/payouts', slice), keyOf: (payout) => payout.scalarAt('id') } : changedIds(PAYOUT_EVENTS, slice);
      return { kind: 'each', ...payouts, pages: movementsOf, isParent: true };
    },
  },
};
