import type { Config } from '../config.ts';
import { HubError, messageOf, problemFields } from '../core/errors.ts';
import type { Database } from '../db/database.ts';
import type { Logger } from '../logger.ts';
import { feedFreshness } from '../engine/runs/import-batches.repository.ts';
import { commandsThatRan, endedRuns, type RunRecord } from '../engine/runs/job-runs.repository.ts';
import type { RunObserver } from '../engine/runs/job.ts';
import { HISTORY_RUNS } from './run-figures.ts';

/** Of how many accounts that cannot be decided the log tells; all of them are in the table. */
const MOST_UNDECIDABLE = 20;

export interface ObserverServices {
  readonly logger: Logger;
  readonly version: string;
  readonly config: Pick<Config, 'metricsFile' | 'pushgatewayUrl' | 'instance'>;
}

/**
 * Tells the log which run its lines belong to, and after each run publishes the state of all commands as metrics, where
 * the environment asks for them. Metrics that cannot be published are a warning: the work itself is done.
 */
export function runObserver({ logger, version, config }: ObserverServices): RunObserver {
  let undecidable = 0;
  return {
    undecidable({ brand, accountId, fault }) {
      if (undecidable++ >= MOST_UNDECIDABLE) return;
      logger.error('an account cannot be decided and is left out', { code: 'undecidable', brand, account: accountId, reason: fault.reason, at: fault.at });
    },
    started({ runId, command, brands, shard }) {
      logger.defaultMeta = { run_id: runId, command };
      logger.debug('run started', { brands: brands.join(','), shard, version });
    },
    async ended({ status, durationMs }, database) {
      logger.debug('run ended', { status, duration_ms: durationMs });
      if (config.metricsFile === undefined && config.pushgatewayUrl === undefined) return;
      try {
        await publish(database, version, config);
      } catch (error) {
        logger.warn('the metrics were not published', error instanceof HubError ? problemFields(error) : { error: messageOf(error) });
      }
    },
  };
}

async function publish(database: Database, version: string, config: ObserverServices['config']): Promise<void> {
  const runs = new Map<string, RunRecord[]>();
  for (const command of await commandsThatRan(database)) runs.set(command, await endedRuns(database, command, HISTORY_RUNS));
  // Loaded here: most runs publish nothing, and the client takes a while to load.
  // One after the other, as modules that share others may not be loaded side by side under jest.
  const [{ hubMetrics }, { pushMetrics, writeMetricsFile }] = [await import('./metrics.ts'), await import('./metrics.client.ts')];
  const metrics = hubMetrics(version, runs, await feedFreshness(database), config.instance);
  if (config.metricsFile !== undefined) await writeMetricsFile(config.metricsFile, metrics);
  if (config.pushgatewayUrl !== undefined) await pushMetrics(config.pushgatewayUrl, metrics, config.instance);
}
