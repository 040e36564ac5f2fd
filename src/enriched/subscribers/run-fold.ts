import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { dateOf, type Clock, type Instant } from '../../core/time.ts';
import { slices } from '../../core/slices.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { earliestDate } from '../../raw/events/effective.ts';
import { firstDeltas, type SubjectDelta } from '../../raw/events/subject-deltas.repository.ts';
import type { AuditWriter } from '../../engine/records/audit.repository.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { lockFeed } from '../../engine/runs/import-batches.repository.ts';
import type { Job } from '../../engine/runs/job.ts';
import { readMarks, runsNow, completeUpTo, writeMarks } from '../../engine/stage/stage-marks.repository.ts';
import { changedContacts } from './contacts.repository.ts';
import { foldContacts } from './fold-contacts.ts';
import { firstMessageOf, noteFirstMessage } from './first-message.repository.ts';
import { allUnsubscribed, changedUnsubscribed } from './purchases.repository.ts';
import { purchaseRestores, type RestoringConfig } from './restoring.ts';
import { PersonNews, applyNews, type SubscriberCounts } from './apply-news.ts';
import { mergeStates, nothingKnown, stateOf, type EmailState } from './state.ts';
import type { SubscriberTarget } from './subscribers.repository.ts';

export interface FoldServices {
  readonly database: Database;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Without it no purchase brings anybody back. */
  readonly config?: RestoringConfig;
}

const DELTAS_AT_ONCE = 20_000;
const PERSONS_AT_ONCE = 2_000;
const STAGE = { stage: 'subscribers', shard: '1/1' };

/**
 * Brings `email_subscribers` up to the events, contacts and subscriptions that came since the last time, as part of the
 * caller's run. Only touched persons are read and written. Each step takes its work off the queue in the transaction that
 * does it, so a killed fold goes on where it stopped; folds of several runs take their turns.
 */
export async function foldSubscribers(services: FoldServices, job: Job, audit: AuditWriter, brands: readonly string[]): Promise<SubscriberCounts> {
  const counts: SubscriberCounts = { created: 0, updated: 0, removed: 0 };
  for (const brand of brands) {
    const fold = new BrandFold(services, job, audit, brand, counts);
    await fold.foldDeltas();
    await fold.foldFirstMessage();
    await fold.foldChanges();
  }
  return counts;
}

class BrandFold {
  readonly #services: FoldServices;
  readonly #job: Job;
  readonly #audit: AuditWriter;
  readonly #brand: string;
  readonly #counts: SubscriberCounts;

  constructor(services: FoldServices, job: Job, audit: AuditWriter, brand: string, counts: SubscriberCounts) {
    this.#services = services;
    this.#job = job;
    this.#audit = audit;
    this.#brand = brand;
    this.#counts = counts;
  }

  /** Takes the deltas of events off their queue, page by page. */
  async foldDeltas(): Promise<void> {
    for (let more = true; more; ) {
      more = await this.#step(async (target, counts) => {
        const page = await firstDeltas(target.database, target.tx, target.brand, DELTAS_AT_ONCE);
        if (page === undefined) return false;
        const persons = new PersonNews();
        const deltas = redated(page.touches, await firstMessageOf(target));
        await foldContacts(target, contactNews(deltas), persons);
        notePersons(deltas, persons);
        await applyNews(target, persons, counts);
        await page.remove();
        failpoint('subscribers.touches.written');
        return true;
      });
      failpoint('subscribers.touches.committed');
    }
  }

  /** Counts unsubscriptions anew whose date says something else, now that another message is the brand's first. */
  async foldFirstMessage(): Promise<void> {
    await this.#step(async (target, counts) => {
      const redatedEvents = await noteFirstMessage(target);
      if (redatedEvents.length === 0) return;
      const persons = new PersonNews();
      const contacts = redatedEvents.flatMap(({ contactId }) => (contactId === null ? [] : [contactId]));
      await foldContacts(target, { merges: new Map(), again: new Set(contacts) }, persons);
      for (const { emailSha256, emailMd5 } of redatedEvents) if (emailSha256 !== null) persons.recount({ emailSha256, emailMd5: emailMd5 ?? '' });
      await applyNews(target, persons, counts);
    });
  }

  /** Takes up contacts whose address, and persons whose subscriptions, changed since the mark. */
  async foldChanges(): Promise<void> {
    const now = await runsNow(this.#services.database);
    const { upTo, contacts, persons } = await this.#services.database.write(async (tx) => {
      const target = this.#target(tx);
      const { mark: after = 0, version } = (await readMarks(tx, STAGE)).get(this.#brand) ?? {};
      const applied = await completeUpTo(tx, this.#job.runId, now, () => true);
      const persons = version !== this.#version ? await allUnsubscribed(target) : applied <= after ? [] : await changedUnsubscribed(target, after, applied);
      return { upTo: Math.max(after, applied), contacts: applied <= after ? [] : await changedContacts(target, after, applied), persons };
    });
    for (const ids of slices(contacts, PERSONS_AT_ONCE)) {
      await this.#step(async (target, counts) => {
        const news = new PersonNews();
        await foldContacts(target, { merges: new Map(ids.map((id) => [id, nothingKnown])), again: new Set() }, news);
        await applyNews(target, news, counts);
      });
    }
    for (const ids of slices(persons, PERSONS_AT_ONCE)) {
      await this.#step(async (target, counts) => {
        const news = new PersonNews();
        for (const id of ids) news.lookAt(id, false);
        await applyNews(target, news, counts);
      });
    }
    await this.#step(async ({ tx, clock }) => {
      await writeMarks(tx, STAGE, [this.#brand], { mark: upTo, asOf: dateOf(clock.now()), version: this.#version }, this.#job.runId);
    });
    failpoint('subscribers.mark.written');
  }

  /** One transaction under the run's locks, alone on the brand's subscribers. */
  async #step<T>(work: (target: SubscriberTarget, counts: SubscriberCounts) => Promise<T>): Promise<T> {
    if (this.#services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'Bringing the subscribers up to date was interrupted.');
    const inside = async (tx: Transaction): Promise<{ result: T; counts: SubscriberCounts }> => {
      await lockFeed(tx, { feed: 'email', brand: this.#brand, entity: STAGE.stage }, this.#job.runId);
      const counts: SubscriberCounts = { created: 0, updated: 0, removed: 0 };
      return { result: await work(this.#target(tx), counts), counts };
    };
    const leases = this.#job.leases.filter(({ brand }) => brand === this.#brand);
    const { result, counts } = await fencedTransaction(this.#services, leases, inside);
    for (const name of ['created', 'updated', 'removed'] as const) this.#counts[name] += counts[name];
    return result;
  }

  /** Another one means that other purchases bring people back. */
  get #version(): string {
    return this.#purchaseRestores ? '2, purchases restore' : '2';
  }

  get #purchaseRestores(): boolean {
    return purchaseRestores(this.#services.config, this.#brand);
  }

  #target(tx: Transaction): SubscriberTarget {
    const { database, clock } = this.#services;
    const { runId, changeNo } = this.#job;
    return { database, tx, audit: this.#audit, runId, changeNo, clock, brand: this.#brand, purchaseRestores: this.#purchaseRestores };
  }
}

/** A delta says nothing of the batch of an unsubscription that is dated before the brand's first message: its subject is counted anew. */
function redated(deltas: readonly SubjectDelta[], firstMessage: Instant | null): SubjectDelta[] {
  const earliest = earliestDate(firstMessage);
  return deltas.map((delta) => {
    const isUndated = delta.event === 'unsubscribe' && delta.firstAt !== null && delta.firstAt < earliest;
    return isUndated && (delta.kind === 'person' || delta.kind === 'contact') ? { ...delta, kind: `again_${delta.kind}` as const } : delta;
  });
}

function contactNews(deltas: readonly SubjectDelta[]): { merges: Map<string, EmailState>; again: Set<string> } {
  const merges = new Map<string, EmailState>();
  const again = new Set<string>();
  for (const delta of deltas) {
    if (delta.kind === 'again_contact') again.add(delta.subject);
    else if (delta.kind === 'contact') merges.set(delta.subject, mergeStates(merges.get(delta.subject) ?? nothingKnown, stateOf(delta)));
  }
  return { merges, again };
}

function notePersons(deltas: readonly SubjectDelta[], persons: PersonNews): void {
  for (const delta of deltas) {
    const address = { emailSha256: delta.subject, emailMd5: delta.emailMd5 ?? '' };
    if (delta.kind === 'person') persons.merge(address, stateOf(delta));
    else if (delta.kind === 'again_person') persons.recount(address);
  }
}
