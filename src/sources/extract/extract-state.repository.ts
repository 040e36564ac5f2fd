import type { Instant, LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';

/** A stream of an account, as state and batches are kept. */
export interface StreamKey {
  readonly platform: string;
  readonly account: string;
  readonly stream: string;
}

/** How far a stream was asked for. */
export interface ExtractState {
  /** What the next run goes on from: an instant, the day of a pass over restated days, or the STATE of a Singer tap as JSON. */
  readonly cursor: string | null;
  /** Everything up to here is extracted; null until the first listing is through. */
  readonly extracted_until: Instant | null;
  /** The platform has no room for this stream before. */
  readonly throttled_until: Instant | null;
  /** When everything was last asked for, of what has no cursor, or all days that are not final; of a listing that is not through, when it began. */
  readonly swept_at: Instant | null;
  /** The last day up to which all are final, of what is asked for by days. */
  readonly final_until: LocalDate | null;
}

type StateRow = StreamKey & ExtractState & { readonly run_id: string; readonly updated_at: Instant };

const extractState: TableSpec = {
  name: 'extract_state',
  columns: {
    platform: 'key!', account: 'key!', stream: 'key!', cursor: 'longtext', extracted_until: 'instant',
    throttled_until: 'instant', swept_at: 'instant', run_id: 'key!', updated_at: 'instant!', final_until: 'date',
  },
  primaryKey: ['platform', 'account', 'stream'],
};

export const NO_STATE: ExtractState = { cursor: null, extracted_until: null, throttled_until: null, swept_at: null, final_until: null };

/** The state of a stream; that of one that was never asked for is empty. */
export async function readState(database: Database, { platform, account, stream }: StreamKey): Promise<ExtractState> {
  return (await database.read((knex) => knex<StateRow>(extractState.name).where({ platform, account, stream }).first())) ?? NO_STATE;
}

/** Every state that there is, of these platforms, accounts and streams where they are named. */
export async function allStates(database: Database, wanted: { readonly [name in keyof StreamKey]?: readonly string[] | undefined } = {}): Promise<StateRow[]> {
  return database.read((knex) => {
    const query = knex<StateRow>(extractState.name).orderBy([{ column: 'platform' }, { column: 'account' }, { column: 'stream' }]);
    for (const name of ['platform', 'account', 'stream'] as const) {
      const values = wanted[name];
      if (values !== undefined) void query.whereIn(name, [...values]);
    }
    return query.select();
  });
}

/** Changes some of a state, whose row is made if it is missing. */
export async function changeState(tx: Transaction, key: StreamKey, change: Partial<ExtractState>, by: { readonly runId: string; readonly at: Instant }): Promise<void> {
  const { platform, account, stream } = key;
  const stamp = { run_id: by.runId, updated_at: by.at };
  const changed = await tx(extractState.name).where({ platform, account, stream }).update({ ...change, ...stamp });
  // The lock of the account keeps everybody else from making it.
  if (changed === 0 && (await tx(extractState.name).where({ platform, account, stream }).first('stream')) === undefined) {
    await tx(extractState.name).insert({ platform, account, stream, ...NO_STATE, ...change, ...stamp });
  }
}

/** Forgets a state, as if the stream had never been asked for. */
export async function deleteState(tx: Transaction, { platform, account, stream }: StreamKey): Promise<void> {
  await tx(extractState.name).where({ platform, account, stream }).delete();
}
