import { failpoint } from '../core/failpoint.ts';
import { problem, type Problem } from '../core/problem.ts';
import { toIso, type Instant } from '../core/time.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import { runJob, type JobOutcome, type JobReport, type JobServices } from '../engine/runs/job.ts';
import { GROUP } from '../metrics/records/group.ts';
import { subscribes, type DeclaredDestination } from '../relays/destinations/destination.ts';
import type { Notice } from '../relays/notices/notice.ts';
import { enqueueFacts, type Fact } from '../relays/outbox.ts';
import type { Digest } from './digest.ts';
import { digestNotice } from './digest-notice.ts';
import { readDigest } from './read-digest.ts';
import type { Week } from './week.ts';

/** What is asked for. */
export interface SummaryRequest {
  readonly week: Week;
  /** Brands, or `*` for all of them together. */
  readonly scopes: readonly string[];
  /** How scopes are called. */
  readonly nameOf: (scope: string) => string;
  readonly dryRun: boolean;
}

export interface SummaryServices extends JobServices {
  readonly destinations: readonly DeclaredDestination[];
}

/** Puts the week of each scope into the outbox, once for a scope and week, as one recorded run. */
export function runSendSummary(services: SummaryServices, request: SummaryRequest): Promise<JobReport & { readonly notices: readonly Notice[] }> {
  const { week, scopes, dryRun, nameOf } = request;
  const { destinations } = services;
  const notices: Notice[] = [];
  const spec = { command: 'send-summary', brands: scopes.filter((scope) => scope !== GROUP), shard: '1/1', dryRun, params: { week: week.name, scopes } };
  const run = runJob(services, spec, async (job, guarded): Promise<JobOutcome> => {
    const { database, clock, signal } = guarded;
    const digests = await database.snapshot(async (tx) => {
      const found: Digest[] = [];
      for (const scope of scopes) found.push(await readDigest(tx, scope, week));
      return found;
    }, { signal });
    notices.push(...digests.map((digest) => digestNotice(digest, nameOf(digest.scope))));
    const now = clock.now();
    const facts = digests.map((digest, index) => factOf(digest, notices[index], now));
    const relays = dryRun ? 0 : await fencedTransaction(guarded, job.leases, (tx) => enqueueFacts(database, tx, destinations, facts, now));
    failpoint('digest.enqueued');
    const items = digests.map(({ scope, newestDay }) => ({ scope, week: week.name, newest_day: newestDay }));
    return { status: 'succeeded', totals: { scopes: scopes.length, relays }, items, problems: problemsOf(digests, destinations, week) };
  });
  return run.then((report) => ({ ...report, notices }));
}

/** The key is of scope and week: a rerun, another machine or a later figure never sends a second one. */
function factOf(digest: Digest, notice: Notice | undefined, now: Instant): Fact {
  const { scope, week } = digest;
  const payload = JSON.stringify({ type: 'digest.weekly', timestamp: toIso(now), data: digest, notice });
  return { kind: 'digest.weekly', brand: scope === GROUP ? null : scope, subjectId: null, version: null, personId: null, payload, dedupeKey: `digest.weekly/${scope}/${week.name}` };
}

function problemsOf(digests: readonly Digest[], destinations: readonly DeclaredDestination[], week: Week): Problem[] {
  const isHeard = destinations.some((destination) => subscribes(destination, 'digest.weekly', null));
  const behind = digests.some(({ newestDay }) => newestDay === null || newestDay < week.to);
  return [
    ...(isHeard ? [] : [problem('summary_unheard', 'no destination takes digest.weekly, so nobody is told', { next: 'Switch team-chat or team-mail on in destinations.yaml.' })]),
    ...(behind ? [problem('metrics_behind', `the metrics do not reach the end of ${week.name}, which the summary says`, { next: 'Run hub build-metrics first.' })] : []),
  ];
}
