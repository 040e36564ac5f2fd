import type { Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import type { Lease } from '../../engine/runs/locks.repository.ts';
import type { SourceLake } from '../../lake/sources/source-lake.ts';
import type { SourceAccount } from '../api/account.ts';
import type { Credentials } from '../api/auth.ts';
import type { Platform } from '../api/platform.ts';
import type { ApiClient } from './api.client.ts';

/** An account that is being asked, with all that its streams share. */
export interface AccountRun {
  readonly platform: Platform;
  readonly account: SourceAccount;
  readonly credentials: Credentials;
  readonly client: ApiClient;
  readonly meter: RequestMeter;
  /** Zone and currency of the account, as far as they are known. */
  readonly profile: AccountProfile;
  readonly database: Database;
  readonly lake: SourceLake;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly lease: Lease;
  readonly pause: (ms: number, why: string | null) => Promise<void>;
}

export interface AccountProfile {
  readonly zone: string | null;
  readonly currency: string | null;
}

/** What was asked and waited so far. */
export interface RequestMeter {
  requests: number;
  waitedMs: number;
}
