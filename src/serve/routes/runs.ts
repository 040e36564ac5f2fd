import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';

import { parseInstant } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { listRuns, type JobRun } from '../../engine/runs/job-runs.repository.ts';
import { knownRuns } from '../../engine/runs/known-runs.ts';
import { parseParameters } from '../../served-feeds/query/parameters.ts';
import { rawQuery } from '../http/client.ts';
import { holderOf } from '../http/keyed-routes.ts';
import { HttpProblem, type ProblemPart } from '../http/problem.ts';
import { runsQuerySchema } from '../openapi/schemas.ts';
import { shownRun } from '../runs/shown-run.ts';

const USUAL_RUNS = 100;

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

/** The newest runs, and those that are under way however long. */
export async function newestRuns(database: Database): Promise<JobRun[]> {
  const [newest, running] = [await knownRuns(database, undefined, () => listRuns(database, { limit: USUAL_RUNS })), await knownRuns(database, undefined, (live) => listRuns(database, { statuses: ['running', 'lost'], live, limit: USUAL_RUNS }))];
  return [...new Map([...running, ...newest].map((run) => [run.run_id, run])).values()];
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
