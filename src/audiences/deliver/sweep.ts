import { HubError } from '../../core/errors.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import type { Progress } from '../../engine/runs/progress.ts';
import type { Audience } from '../declare/audience.ts';
import { candidateStatement, type PersonRange } from '../declare/conditions.ts';
import { addresseeOf, type ContactCard } from '../members/contact.ts';
import { leftOut, leftOutBySpelling, type LeftOutReason, type MailboxFacts, type PersonAccount, type PersonFacts } from '../members/eligibility.ts';
import { readMailboxes, readOtherAddresses } from '../members/mailboxes.repository.ts';
import { changeLine, readMembers } from '../members/members.repository.ts';
import type { StoredMember } from '../members/membership.ts';
import { countAccounts, nextRange, readCandidates, readContacts, readPersons } from '../members/people.repository.ts';
import type { Addressee, Platform, PlatformRow } from '../platforms/platform.ts';
import type { FileSink, Target } from './target.ts';

/** Where the lines of a run go. */
export interface SweepSinks {
  of(target: Target): FileSink;
  /** A changed membership, as a line of changeLine. */
  change(audience: Audience, line: string): void;
  /** Called after each range of persons. */
  flush(): Promise<void>;
}

export interface SweepSetup {
  readonly database: Database;
  readonly asOf: LocalDate;
  /** All declared audiences. */
  readonly audiences: readonly Audience[];
  /** Those that are made, those of one audience together. */
  readonly targets: readonly Target[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Persons read at once: memory grows with it, and time hardly falls beyond. */
const PERSONS_AT_ONCE = 2_000;

/** Goes once over all persons in the order of their ids, and puts each into every audience to which it belongs. */
export async function sweep(setup: SweepSetup, sinks: SweepSinks): Promise<void> {
  const { database, progress, signal } = setup;
  progress.start(await countAccounts(database));
  let accounts = 0;
  let persons = 0;
  try {
    for (let range = await nextRange(database, undefined, PERSONS_AT_ONCE); range !== undefined; range = await nextRange(database, range, PERSONS_AT_ONCE)) {
      if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The audiences were interrupted.');
      const page = await Page.read(setup, range);
      await page.fill(sinks);
      await sinks.flush();
      accounts += page.accounts;
      persons += page.persons;
      progress.update(accounts, persons, 'persons');
    }
  } finally {
    progress.stop();
  }
}

/** A range of persons with what is known of them. */
class Page {
  readonly #setup: SweepSetup;
  readonly #range: PersonRange;
  readonly #facts: ReadonlyMap<string, PersonFacts>;
  /** By brand and account; read for those who are candidates of any audience. */
  #contacts: ReadonlyMap<string, readonly ContactCard[]> = new Map();
  /** Of candidates whose mailbox has several spellings, one of which has objected. */
  #mailboxes: readonly ReadonlyMap<string, MailboxFacts>[] = [];
  /** By brands, and for rows by platform too, then by person: audiences of the same brands share the work. */
  readonly #addressees = new Map<string, Map<string, Addressee | LeftOutReason>>();
  readonly #rows = new Map<string, Map<string, PlatformRow | LeftOutReason>>();

  private constructor(setup: SweepSetup, range: PersonRange, facts: ReadonlyMap<string, PersonFacts>) {
    this.#setup = setup;
    this.#range = range;
    this.#facts = facts;
  }

  static async read(setup: SweepSetup, range: PersonRange): Promise<Page> {
    const brands = [...new Set(setup.targets.flatMap(({ audience }) => audience.brands))];
    return new Page(setup, range, await readPersons(setup.database, range, brands));
  }

  get persons(): number {
    return this.#facts.size;
  }

  get accounts(): number {
    return [...this.#facts.values()].reduce((sum, { accounts }) => sum + accounts.length, 0);
  }

  async fill(sinks: SweepSinks): Promise<void> {
    const { database, asOf, audiences, targets } = this.#setup;
    const selected = [...new Set(targets.map(({ audience }) => audience))];
    const candidates = new Map<Audience, ReadonlySet<string>>();
    for (const audience of selected) {
      candidates.set(audience, new Set(await readCandidates(database, candidateStatement(audience, { asOf, audiences, range: this.#range }))));
    }
    const wanted = this.#wanted([...candidates.values()]);
    this.#contacts = await readContacts(database, wanted.flatMap(({ accounts }) => accounts));
    const brands = [...new Set(selected.flatMap((audience) => audience.brands))];
    const cardsOf = ({ accounts }: PersonFacts): ContactCard[] => this.#cardsOf(accounts);
    this.#mailboxes = [await readMailboxes(database, wanted, cardsOf, brands), await readOtherAddresses(database, wanted, cardsOf, brands)];
    for (const audience of selected) {
      const own = targets.filter((target) => target.audience === audience);
      await this.#fillAudience(own, candidates.get(audience) ?? new Set(), sinks);
    }
  }

  async #fillAudience(targets: readonly Target[], candidates: ReadonlySet<string>, sinks: SweepSinks): Promise<void> {
    const { database } = this.#setup;
    const [first] = targets;
    if (first === undefined) return;
    const stored = await readMembers(database, first.audience.name, targets.map(({ platformName }) => platformName), this.#range);
    const places = targets.map((target) => ({ target, sink: sinks.of(target), members: stored.get(target.platformName) ?? new Map<string, StoredMember>() }));
    const everybody = new Set([...candidates, ...places.flatMap(({ members }) => [...members.keys()])]);
    for (const personId of [...everybody].sort()) {
      for (const { target, sink, members } of places) {
        const member = members.get(personId);
        const step = target.take(member, candidates.has(personId) ? this.#offer(personId, target) : undefined, sink);
        const line = changeLine(personId, target.platformName, member, step);
        if (line !== undefined) sinks.change(target.audience, line);
      }
    }
  }

  #offer(personId: string, { audience, platform, platformName, brandsKey }: Target): PlatformRow | LeftOutReason {
    const person = this.#facts.get(personId);
    // Gone between two reads: the next run decides.
    if (person === undefined) return 'no_address';
    const reason = leftOut(person, audience, platformName) ?? this.#leftOutByOthers(personId, audience, platform);
    if (reason !== undefined) return reason;
    return remembered(this.#rows, `${platformName} ${brandsKey}`, personId, () => {
      const addressee = remembered(this.#addressees, brandsKey, personId, () => this.#addresseeOf(person, audience));
      return typeof addressee === 'string' ? addressee : (platform.row(addressee) ?? 'invalid_address');
    });
  }

  #leftOutByOthers(personId: string, audience: Audience, platform: Platform): LeftOutReason | undefined {
    const reasons = this.#mailboxes.map((facts) => leftOutBySpelling(facts.get(personId), audience, platform));
    return reasons.find((reason) => reason !== undefined);
  }

  #addresseeOf(person: PersonFacts, { brands }: Audience): Addressee | LeftOutReason {
    const accounts = person.accounts.filter(({ brand }) => brands.includes(brand));
    return addresseeOf(person, this.#cardsOf(accounts));
  }

  #cardsOf(accounts: readonly PersonAccount[]): ContactCard[] {
    return accounts.flatMap(({ brand, accountId }) => this.#contacts.get(`${brand} ${accountId}`) ?? []);
  }

  /** The persons whose contacts are needed: addresses of nobody else are read. */
  #wanted(candidates: readonly ReadonlySet<string>[]): PersonFacts[] {
    const { targets } = this.#setup;
    const ids = new Set(candidates.flatMap((some) => [...some]));
    return [...ids].flatMap((personId) => {
      const person = this.#facts.get(personId);
      return person === undefined || targets.every(({ audience, platformName }) => leftOut(person, audience, platformName) !== undefined) ? [] : [person];
    });
  }
}

/** The value of a key and person; made when it is first asked for. */
function remembered<T>(groups: Map<string, Map<string, T>>, key: string, personId: string, make: () => T): T {
  let group = groups.get(key);
  if (group === undefined) groups.set(key, (group = new Map<string, T>()));
  let value = group.get(personId);
  if (value === undefined) group.set(personId, (value = make()));
  return value;
}
