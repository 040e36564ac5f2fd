import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { noteFactChanges } from '../fact-changes.repository.ts';
import { factTables } from '../fact-tables.ts';
import type { FactTarget } from '../fact.ts';
import { accountFinalUntil, adAccountFact, adEntityFact } from './ad-accounts.ts';
import { nextAdChanges, takeAdChanges, type AdChange } from './ad-changes.repository.ts';
import { adDayFacts, type StoredFact } from './ad-day.ts';
import { accountRow, accountRows, adDayRows, statedAccounts, statedDays } from './ad-rows.repository.ts';
import type { AdSource } from './ad-source.ts';
import { adSources } from './ad-sources.ts';
import { replaceFacts, type FactCounts } from './write-ad-facts.repository.ts';

/** What deriving works with: a transaction that commits only while the locks are held. */
export interface DeriveServices {
  readonly signal: AbortSignal;
  readonly inTransaction: <T>(work: (target: Omit<FactTarget, 'entity'>) => Promise<T>) => Promise<T>;
  /** For how many days the account's figures may change, where its configuration says so. */
  readonly restateDaysOf: (platform: string, account: string) => number | undefined;
}

/** Campaigns are known by their newest row of so many days. */
const ENTITY_DAYS = 31;
/** Changes that one transaction takes. */
const CHANGES_AT_ONCE = 20;

/**
 * Derives the facts of ad platforms from the days that changed, and says up to which day each account is final. What a killed run
 * left is there for the next one.
 */
export async function deriveAds(services: DeriveServices, brand: string, counts: FactCounts): Promise<void> {
  for (let more = true; more; ) {
    if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
    const page = await services.inTransaction(async (target) => {
      const own = noFacts();
      const changes = await nextAdChanges(target.tx, brand, CHANGES_AT_ONCE);
      await takeAdChanges(target.tx, brand, changes);
      for (const change of changes) await deriveChange(target, change, own);
      failpoint('facts.page.written');
      return { own, isFull: changes.length === CHANGES_AT_ONCE };
    });
    add(counts, page.own);
    more = page.isFull;
  }
  add(
    counts,
    await services.inTransaction(async (target) => {
      const own = noFacts();
      for (const source of adSources) await deriveAccounts(services, target, source, own);
      return own;
    }),
  );
}

/** Of a transaction: one that is tried again begins with nothing. */
function noFacts(): FactCounts {
  return { inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
}

function add(counts: FactCounts, own: FactCounts): void {
  for (const name of ['inserted', 'updated', 'unchanged', 'deleted'] as const) counts[name] += own[name];
}

async function deriveChange(target: Omit<FactTarget, 'entity'>, { platform, account, day }: AdChange, counts: FactCounts): Promise<void> {
  const source = adSources.find(({ name }) => name === platform);
  if (source === undefined) return;
  if (day === '') return deriveEntities(target, source, account, counts);
  const { database, tx, brand } = target;
  const facts = adDayFacts({ source, account, day }, await adDayRows(target, { source, account, day }));
  const isChanged = await replaceFacts({ ...target, entity: source.account }, factTables.adPerformance, { platform, account, date: day }, facts, counts);
  if (isChanged) await noteFactChanges({ database, tx }, [{ brand, fact: factTables.adPerformance.name, period: day.slice(0, 'YYYY-MM'.length) }]);
}

/** Of streams that are stated whole what is no longer there goes; of those of days it stays as it was. */
async function deriveEntities(target: Omit<FactTarget, 'entity'>, source: AdSource, account: string, counts: FactCounts): Promise<void> {
  const currency = (await accountRow(target, source.account, account))?.['currency'] ?? null;
  for (const [kind, told] of groupBy(source.entities, (each) => each.kind)) {
    const facts = new Map<string, StoredFact>();
    for (const { stream, of, byDay } of told) {
      // One day after the other, the newest first: all of them would be too much at once.
      for (const day of byDay === true ? await newestDays(target, stream, account) : [null]) {
        for (const row of await accountRows(target, stream, account, day)) {
          const entity = of(row, currency);
          if (!facts.has(entity.id)) facts.set(entity.id, adEntityFact(source, account, kind, currency, entity, row));
        }
      }
    }
    const keepsOthers = told.some(({ byDay }) => byDay === true);
    await replaceFacts({ ...target, entity: source.account }, factTables.adEntities, { platform: source.name, account, kind }, [...facts.values()], counts, keepsOthers);
  }
}

/** Days of a stream that may still change, and so may tell of a campaign anew, the newest first. */
async function newestDays(target: Omit<FactTarget, 'entity'>, stream: Entity, account: string): Promise<LocalDate[]> {
  return [...(await statedDays(target, stream, account)).keys()].slice(-ENTITY_DAYS).reverse();
}

/** A day becomes final without a change of its rows, so this is looked at each time. */
async function deriveAccounts({ restateDaysOf }: DeriveServices, target: Omit<FactTarget, 'entity'>, source: AdSource, counts: FactCounts): Promise<void> {
  const { platform } = source;
  for (const account of await statedAccounts(target, source.account)) {
    const row = await accountRow(target, source.account, account);
    const zone = row?.['zone'] ?? null;
    const streams = await Promise.all([...source.groupDays, ...source.campaignDays].map((stream) => statedDays(target, stream, account)));
    const restateDays = restateDaysOf(platform.name, account) ?? restateDaysOfPlatform(source);
    const final = zone === null ? null : accountFinalUntil(streams, zone, restateDays);
    const facts = row === undefined ? [] : [adAccountFact(source, account, row, final)];
    await replaceFacts({ ...target, entity: source.account }, factTables.adAccounts, { platform: source.name, account }, facts, counts);
  }
}

function restateDaysOfPlatform({ platform, campaignDays }: AdSource): number {
  return platform.streams.find(({ name }) => name === campaignDays[0]?.record?.stream)?.extraction?.days?.restateDays ?? 0;
}
