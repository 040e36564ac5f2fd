import { setTimeout as sleep } from 'node:timers/promises';

import type { IntegrationCheck } from '../../health/integration.ts';

/** What /metrics tells of an integration. */
export type KnownIntegration = Pick<IntegrationCheck, 'id' | 'kind' | 'state' | 'checkedAt'>;

const MOST_MS = 1_000;

/**
 * The states of the newest check of hub health, read when somebody asks. A database that does not answer within a second costs
 * the metrics nothing else: what was read last is told, with its time.
 */
export function integrationStates(read: () => Promise<readonly KnownIntegration[]>): () => Promise<readonly KnownIntegration[]> {
  let known: readonly KnownIntegration[] = [];
  let asking: Promise<void> | undefined;
  return async () => {
    asking ??= read()
      .then((found) => void (known = found), () => undefined)
      .finally(() => (asking = undefined));
    await Promise.race([asking, sleep(MOST_MS, undefined, { ref: false })]);
    return known;
  };
}
