import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';

import { parseInstant, toIso } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { listRuns, type JobRun } from '../../engine/runs/job-runs.repository.ts';
import { knownRuns } from '../../engine/runs/known-runs.ts';
import { parseParameters } from '../../served-feeds/query/parameters.ts';
import { rawQuery } from '../http/client.ts';
import { holderOf } from '../http/keyed-routes.ts';
import { HttpProblem, type ProblemPart } from '../http/problem.ts';
import type { KeyHolder } from '../keys/api-key.ts';
import { runsQuerySchema, type runsSchema } from '../openapi/schemas.ts';

const USUAL_RUNS = 100;

type ShownRun = z.infer<typeof runsSchema>['items'][number];

/** `GET /v1/runs` (serve specification, "Health"): who ran when and how it ended; neither options nor problems, which may name things. */
export function runsRoute(app: FastifyInstance, database: () => Database): void {
  app.get('/v1/runs', { config: { needs: 'runs' } }, async (request) => {
    const { command, status, since, limit = USUAL_RUNS } = askedRuns(request);
    const statuses = status === undefined ? undefined : [status];
    const found = await knownRuns(database(), statuses, (live) => listRuns(database(), { command, statuses, since: since === undefined ? undefined : parseInstant(since), live, limit }));
    const holder = holderOf(request);
    return { items: found.flatMap((run) => shownRun(run, holder) ?? []) };
  });
}

/** @throws HttpProblem 400 with every fault */
function askedRuns(request: FastifyRequest): z.infer<typeof runsQuerySchema> {
  const { list, faults } = parseParameters(rawQuery(request));
  const checked = runsQuerySchema.safeParse(Object.fromEntries(list.map(({ name, value }) => [name, value])));
  const errors: readonly ProblemPart[] = [
    ...faults,
    ...(checked.error?.issues ?? []).flatMap((issue): ProblemPart[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((parameter) => ({ parameter, code: 'unknown_parameter', detail: 'There is no such parameter.' }))
        : [{ parameter: String(issue.path[0]), code: 'invalid_value', detail: `It ${issue.message}.` }],
    ),
  ];
  if (checked.data !== undefined && errors.length === 0) return checked.data;
  throw new HttpProblem(400, errors[0]?.code ?? 'bad_request', { errors });
}

/** A run as the holder of a key may see it; undefined if it is of none of its brands. Counts of other brands are not shown. */
function shownRun(run: JobRun, { brands: allowed }: KeyHolder): ShownRun | undefined {
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
