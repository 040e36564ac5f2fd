import { HubError } from '../core/errors.ts';
import { useOneOf } from '../core/text/nearest.ts';
import type { Shard } from '../core/shard.ts';
import type { LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import { checksum } from '../core/hash.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import type { Lake } from '../lake/port/lake.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../engine/runs/job.ts';
import type { Lease } from '../engine/runs/locks.repository.ts';
import type { Audience } from './declare/audience.ts';
import { deliver, finishPending, type Delivery } from './deliver/deliver.ts';
import { objectionRefusal, refusal } from './guard.ts';
import { waitingObjections } from './members/objections.repository.ts';
import { outcomeOf } from './audiences-report.ts';
import type { TargetResult } from './problems.ts';
import { enrichedAsOf, hasSubscribers } from './members/people.repository.ts';
import { platforms, type PlatformName } from './platforms/index.ts';
import { readDelivered, readSnapshots, type Snapshot } from './deliver/snapshots.repository.ts';
import { openSpools, type Spools } from './deliver/spools.ts';
import type { AudienceStore } from './deliver/store.ts';
import { sweep, type SweepSetup, type SweepSinks } from './deliver/sweep.ts';
import { Target } from './deliver/target.ts';

/** What build-audiences was asked for. */
export interface AudiencesRequest {
  /** Only these audiences and platforms. */
  readonly audiences: readonly string[] | undefined;
  readonly platforms: readonly PlatformName[] | undefined;
  /** Only audiences of one of these brands. */
  readonly brands: readonly string[];
  readonly asOf: LocalDate;
  /** Divides the audiences among processes. */
  readonly shard: Shard;
  readonly allowShrink: boolean;
  /** Deliver although unsubscriptions wait to be read. */
  readonly allowUnreadObjections: boolean;
  readonly dryRun: boolean;
}

export interface AudiencesServices extends JobServices {
  /** All declared audiences. */
  readonly audiences: readonly Audience[];
  readonly store: AudienceStore;
  /** Opens the lake, in which unsubscriptions may lie that were not imported. */
  readonly lake: () => Promise<Pick<Lake, 'listFeed'>>;
  /** Brands that state that their customers agreed to what Google asks for. */
  readonly googleConsent: ReadonlySet<string>;
  /** Days after which a member is named again to a platform that forgets its members. */
  readonly refreshDays: number;
  readonly signal: AbortSignal;
  readonly progress: SweepSetup['progress'];
}

/** Builds the audiences of a date and delivers their files, as one recorded run. */
export async function runAudiences(services: AudiencesServices, request: AudiencesRequest): Promise<JobReport> {
  const selected = select(services.audiences, request);
  const { asOf, shard, dryRun, allowShrink, allowUnreadObjections } = request;
  const spec = {
    command: 'build-audiences',
    brands: [...new Set(selected.flatMap(({ audience }) => audience.brands))],
    shard: shard.label,
    dryRun,
    params: {
      brands: request.brands,
      audiences: request.audiences ?? null,
      platforms: request.platforms ?? null,
      as_of: asOf,
      output: services.store.location,
      allow_shrink: allowShrink,
      allow_unread_objections: allowUnreadObjections,
      shard: shard.label,
    },
  };
  return runJob(services, spec, (job, guarded) => new Building(guarded, request, selected, job).run());
}

interface Selected {
  readonly audience: Audience;
  readonly platform: PlatformName;
}

/**
 * The audiences and platforms that are asked for.
 * @throws HubError usage if there are none
 */
function select(audiences: readonly Audience[], { audiences: names, platforms, brands, shard }: AudiencesRequest): Selected[] {
  const unknown = names?.find((name) => audiences.every((audience) => audience.name !== name));
  if (unknown !== undefined) {
    throw new HubError('usage', 'unknown_audience', `There is no audience "${unknown}".`, { nextStep: useOneOf(unknown, audiences.map(({ name }) => name)) });
  }
  const wanted = audiences.filter((audience) => (names?.includes(audience.name) ?? true) && audience.brands.some((brand) => brands.includes(brand)));
  const selected = wanted.flatMap((audience) =>
    audience.platforms.flatMap((platform) => ((platforms?.includes(platform) ?? true) ? [{ audience, platform }] : [])),
  );
  if (selected.length === 0) {
    throw new HubError('usage', 'no_audience', 'No audience is left: none of those named is of these brands and platforms.', {
      nextStep: 'Name fewer restrictions, or look at the declarations in config/audiences.yaml.',
    });
  }
  return selected.filter(({ audience }) => shard.has(checksum(audience.name)));
}

class Building {
  readonly #services: AudiencesServices;
  readonly #request: AudiencesRequest;
  readonly #selected: readonly Selected[];
  readonly #job: Job;
  readonly #audit: AuditWriter;
  readonly #leases: Lease[];

  constructor(services: AudiencesServices, request: AudiencesRequest, selected: readonly Selected[], job: Job) {
    this.#services = services;
    this.#request = request;
    this.#selected = selected;
    this.#job = job;
    this.#leases = [...job.leases];
    this.#audit = new AuditWriter(job.runId, services.clock);
  }

  get #names(): string[] {
    return [...new Set(this.#selected.map(({ audience }) => audience.name))].sort();
  }

  async run(): Promise<JobOutcome> {
    if (this.#request.dryRun) return this.#build([], undefined);
    // A lock for each audience too: two runs with different shards can meet at one.
    for (const name of this.#names) this.#leases.push(await this.#job.lock(`build-audiences/audience/${name}`));
    const lost = await finishPending(this.#delivery, this.#names);
    const spools = await openSpools();
    try {
      return await this.#build(lost, spools);
    } finally {
      await spools.remove();
    }
  }

  async #build(lost: readonly Snapshot[], spools: Spools | undefined): Promise<JobOutcome> {
    const { database, audiences, signal, progress, store } = this.#services;
    const { asOf, allowShrink, allowUnreadObjections } = this.#request;
    const waiting = allowUnreadObjections ? [] : await waitingObjections({ ...this.#services, lake: await this.#services.lake() }, this.#brands);
    const targets = this.#targetsOf(await readSnapshots(database, this.#names));
    const sinks = spools === undefined ? nowhere : await spools.sinks(targets);
    if (targets.length > 0) await sweep({ database, asOf, audiences, targets, signal, progress }, sinks);
    const results = targets.map((target): TargetResult => ({
      target,
      refused: objectionRefusal(target.audience.brands, waiting) ?? refusal({ members: target.counts.members, last: target.last }, allowShrink),
    }));
    if (spools !== undefined) await this.#deliverAll(results, spools);
    return outcomeOf(results, {
      location: store.location,
      lost,
      asOf,
      enrichedAsOf: await enrichedAsOf(database, this.#brands),
      hasSubscribers: await hasSubscribers(database),
      delivered: await readDelivered(database),
      declared: audiences,
    });
  }

  async #deliverAll(results: readonly TargetResult[], spools: Spools): Promise<void> {
    for (const audience of new Set(results.map(({ target }) => target.audience))) {
      if (this.#services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The audiences were interrupted.');
      const own = results.filter(({ target }) => target.audience === audience);
      const files = await spools.close(audience);
      await deliver(
        this.#delivery,
        audience,
        files.made.filter(({ target }) => own.some((result) => result.target === target && result.refused === undefined)),
        own.flatMap(({ target, refused }) => (refused === undefined ? [] : [{ target, reason: refused.reason }])),
        files.changes,
      );
    }
  }

  get #brands(): string[] {
    return [...new Set(this.#selected.flatMap(({ audience }) => audience.brands))];
  }

  /** @throws HubError usage if a later date was delivered: a delta against the future would undo it */
  #targetsOf(snapshots: readonly Snapshot[]): Target[] {
    const { asOf: date } = this.#request;
    return this.#selected.map(({ audience, platform }) => {
      const delivered = snapshots.filter((one) => one.audience === audience.name && one.platform === platform && one.delivered !== undefined);
      const last = delivered.at(-1);
      if (last !== undefined && last.date > date) {
        throw new HubError('usage', 'later_snapshot', `${audience.name} was delivered to ${platform} as of ${last.date}, which is later than ${date}.`, {
          nextStep: `Give --as-of ${last.date} or a later date.`,
        });
      }
      const refreshDays = platforms[platform].forgetsMembers ? this.#services.refreshDays : undefined;
      const base = delivered.findLast((one) => one.date < date)?.date ?? null;
      return new Target(audience, platform, { date, base, refreshDays }, last?.delivered?.members);
    });
  }

  get #delivery(): Delivery {
    const { database, store, clock, googleConsent } = this.#services;
    return {
      database,
      store,
      googleConsent,
      audit: this.#audit,
      commit: (work) => this.#commit(work),
      writer: () => ({ runId: this.#job.runId, now: clock.now(), location: store.location }),
    };
  }

  /** One transaction under the run's locks. */
  #commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return fencedTransaction(this.#services, this.#leases, work);
  }
}

/** A dry run writes no files. */
const nowhere: SweepSinks = {
  of: () => ({ list: () => undefined, delta: () => undefined }),
  change: () => undefined,
  flush: () => Promise.resolve(),
};
