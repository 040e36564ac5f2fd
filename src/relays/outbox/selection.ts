import type { Shard } from '../../core/shard.ts';
import type { Instant } from '../../core/time.ts';
import type { RelayKind } from './relay.ts';

/** Which relays of a destination a run takes up. */
export interface Selection {
  /** Undefined: all that are due, new and retrying. */
  readonly status: 'pending' | 'retrying' | 'dead' | undefined;
  readonly kinds: readonly RelayKind[] | undefined;
  readonly brands: readonly string[] | undefined;
  /** When they were made, half-open. */
  readonly range: { readonly from: Instant; readonly until: Instant } | undefined;
  readonly ids: readonly string[] | undefined;
  /** Also those whose time has not come, each once; named by id, also those that are done. */
  readonly force: boolean;
  readonly shard: Shard;
}

/** The states to look through, one after the other, so that each look is one range of an index. */
export function sourcesOf(selection: Selection): readonly Source[] {
  const { status, force, ids } = selection;
  if (status === 'dead') return ['dead'];
  if (status !== undefined) return [status];
  return force && ids !== undefined ? ['lost', 'retrying', 'pending', 'dead', 'delivered', 'redirected'] : ['lost', 'retrying', 'pending'];
}

/** `lost`: claimed by a worker that is gone or took too long. */
export type Source = 'lost' | 'retrying' | 'pending' | 'dead' | 'delivered' | 'redirected';
