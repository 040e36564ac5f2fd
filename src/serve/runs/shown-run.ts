import type { z } from 'zod';

import { toIso } from '../../core/time.ts';
import type { JobRun } from '../../engine/runs/job-runs.repository.ts';
import type { KeyHolder } from '../keys/api-key.ts';
import type { runsSchema } from '../openapi/schemas.ts';

export type ShownRun = z.infer<typeof runsSchema>['items'][number];

/** A run as the holder of a key may see it; undefined if it is of none of its brands. Counts of other brands are not shown. */
export function shownRun(run: JobRun, { brands: allowed }: Pick<KeyHolder, 'brands'>): ShownRun | undefined {
  const brands = run.brands === '' ? [] : run.brands.split(',');
  const own = allowed === null ? brands : brands.filter((brand) => allowed.includes(brand));
  if (brands.length > 0 && own.length === 0) return undefined;
  const isOwn = allowed === null || (brands.length > 0 && own.length === brands.length);
  return {
    ...{ run_id: run.run_id, command: run.command, brands: own, shard: run.shard, status: run.status, started_at: toIso(run.started_at) },
    ...{ finished_at: run.finished_at === null ? null : toIso(run.finished_at), duration_ms: run.duration_ms, version: run.version },
    totals: isOwn && run.totals !== null ? (JSON.parse(run.totals) as Record<string, unknown> | null) : null,
  };
}
