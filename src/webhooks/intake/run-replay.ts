import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { problem } from '../../core/problem.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { targetOf, type RecordTarget } from '../../engine/records/record-target.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { lockFeed } from '../../engine/runs/import-batches.repository.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { addPersonCounts, noPersonCounts } from '../../leads/intake/decide-persons.ts';
import { feedOf } from '../../leads/intake/intake-kind.ts';
import type { WebhookEvent } from '../actions/event.ts';
import type { WebhookOutcome, WebhookState } from '../actions/outcome.ts';
import { bytesOf } from './body-text.ts';
import { runActions, type WebhookImport } from './run-actions.ts';
import { eventKeys, type EventFilter } from './show.repository.ts';
import type { WebhookRow } from './tables.ts';
import { auditState, eventsWithBodies, updateEvent, type EventKey } from './webhooks.repository.ts';

/** Which events a run is about. */
export interface WebhookRequest {
  readonly filter: EventFilter;
  readonly dryRun: boolean;
}

export interface WebhookServices extends JobServices {
  readonly database: Database;
  readonly signal: AbortSignal;
}

/** From one state to another. */
interface Change {
  readonly brand: string;
  readonly from: string;
  readonly to: string;
  events: number;
}

/** What a run changed. */
interface Sum {
  readonly changes: Map<string, Change>;
  readonly persons: ReturnType<typeof noPersonCounts>;
  /** Whose body is kept no longer: they stay as they are. */
  withoutBody: number;
  dead: number;
}

type Page = (target: RecordTarget, brand: string, keys: readonly EventKey[], sum: Sum) => Promise<void>;

const PAGE = 100;

/** Does events again by the declarations of today, also those that were done, as one recorded run: a transaction a page. */
export function runReplay(services: WebhookServices, request: WebhookRequest, setup: WebhookImport): Promise<JobReport> {
  return runPages(services, 'webhooks-replay', request, async (target, brand, keys, sum) => {
    const rows = await eventsWithBodies(target.tx, keys);
    const events = rows.flatMap((row) => eventOf(row) ?? []);
    sum.withoutBody += rows.length - events.length;
    const { outcomes, fold } = await runActions(target, setup, brand, target.runId, events);
    addPersonCounts(sum.persons, fold);
    for (const row of rows) {
      const outcome = outcomes.get(row.webhook_id);
      if (outcome !== undefined) await move(target, row, outcome, sum, { tries: row.tries + 1, ...(outcome.reason === 'suppressed' ? { body: null } : {}) });
    }
  });
}

/** Closes events: nothing is done for them, and nobody is asked to look at them any more. */
export function runDiscard(services: WebhookServices, request: WebhookRequest): Promise<JobReport> {
  return runPages(services, 'webhooks-discard', request, async (target, _brand, keys, sum) => {
    for (const row of await eventsWithBodies(target.tx, keys)) {
      if (row.state !== 'discarded') await move(target, row, { state: 'discarded', action: row.action, reason: row.reason }, sum, {});
    }
  });
}

async function move(target: RecordTarget, row: WebhookRow, after: { readonly state: WebhookState } & Pick<WebhookOutcome, 'action' | 'reason'>, sum: Sum, more: Partial<WebhookRow>): Promise<void> {
  await updateEvent(target.tx, row, { ...after, ...more, updated_at: target.now });
  await auditState(target, row, after);
  if (after.state === 'dead') sum.dead++;
  const [from, to] = [wordOf(row), wordOf(after)];
  const key = `${row.brand}\t${from}\t${to}`;
  const change = sum.changes.get(key) ?? { brand: row.brand, from, to, events: 0 };
  change.events++;
  sum.changes.set(key, change);
}

/** Walks over the events brand by brand; what a page changes is committed with it. */
function runPages(services: WebhookServices, command: string, { filter, dryRun }: WebhookRequest, page: Page): Promise<JobReport> {
  const { brands, sources = null, states = null, types = null, range, ids = null } = filter;
  const params = { brands, sources, states, types, from: range?.from ?? null, to: range?.until ?? null, ids };
  return runJob(services, { command, brands, shard: '1/1', dryRun, params }, async (job, guarded): Promise<JobOutcome> => {
    const sum: Sum = { changes: new Map(), persons: noPersonCounts(), withoutBody: 0, dead: 0 };
    const audit = new AuditWriter(job.runId, services.clock);
    const all = async (transact: <T>(brand: string, work: (tx: Transaction) => Promise<T>) => Promise<T>): Promise<void> => {
      for (const brand of brands) await walkBrand(guarded, job, audit, { ...filter, brands: [brand] }, (work) => transact(brand, work), (target, keys) => page(target, brand, keys, sum));
    };
    if (dryRun) await services.database.rehearse((tx) => all((_brand, work) => work(tx)), { signal: services.signal });
    else await all((brand, work) => fencedTransaction(guarded, job.leases.filter((lease) => lease.brand === brand), work));
    return outcomeOf(sum);
  });
}

/** Events are taken in the order of their keys, so that one whose state changes is neither met twice nor missed. */
async function walkBrand(services: WebhookServices, job: Job, audit: AuditWriter, filter: EventFilter, transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>, page: (target: RecordTarget, keys: readonly EventKey[]) => Promise<void>): Promise<void> {
  const [brand = ''] = filter.brands;
  for (let after: EventKey | undefined, more = true; more; ) {
    if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'It was interrupted; what was committed stays, and running it again goes on.');
    const from = after;
    const keys = await transact(async (tx) => {
      // Nobody imports deliveries of the same events meanwhile.
      await lockFeed(tx, { ...feedOf('webhook'), brand }, job.runId);
      const found = await eventKeys(tx, filter, from, PAGE);
      if (found.length > 0) await page(targetOf(services, job, tx, { audit, write: true, recompute: false }), found);
      failpoint('webhooks.page.written');
      return found;
    });
    after = keys.at(-1);
    more = keys.length === PAGE;
  }
}

function eventOf(row: WebhookRow): WebhookEvent | undefined {
  const { body, is_base64: isBase64, webhook_id: webhookId, source, brand, event_id: eventId, type, received_at: receivedAt } = row;
  return body === null ? undefined : { webhookId, source, brand, eventId, type, receivedAt, body: bytesOf({ body, is_base64: isBase64 }) };
}

function wordOf({ state, reason }: { readonly state: string; readonly reason: string | null }): string {
  return reason === null || state === 'discarded' ? state : `${state} ${reason}`;
}

function outcomeOf({ changes, persons, withoutBody, dead }: Sum): JobOutcome {
  const items = [...changes].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, change]) => ({ ...change }));
  const events = items.reduce((sum, item) => sum + item.events, 0);
  return {
    status: dead > 0 ? 'refused' : 'succeeded',
    totals: { events, dead, without_body: withoutBody, ...persons },
    items,
    problems: [
      ...(dead === 0 ? [] : [problem('webhook_dead', `${dead} webhooks could not be done`, { stream: 'webhook', next: 'hub webhooks list --state dead shows why; those that nobody wants: hub webhooks discard' })]),
      ...(withoutBody === 0 ? [] : [problem('body_gone', `${withoutBody} webhooks stay as they are: their bodies were purged or erased`, { stream: 'webhook', next: 'Have the sender send them again.' })]),
    ],
  };
}
