import type { RecordTarget } from '../../engine/records/record-target.ts';
import type { LeadRow } from '../records/tables.ts';
import type { LeadContent } from '../steps/relays.ts';
import { foldContacts, type Decision, type Persons } from './fold-contacts.ts';
import { countedOutcomes } from './lead-rows.ts';
import { relayLeads, type RelaySetup } from './relay-leads.ts';

/** What persons are decided with. */
export interface PersonSetup extends RelaySetup {
  /** So long after a lead the same form's next one is the same submission. */
  readonly resubmitMs: number;
  /** All brands: who leaves one before a lead at another is its contact too. */
  readonly brands: readonly string[];
}

/** Leads of a brand that are judged now, stored or not. */
export interface JudgedLeads {
  readonly rows: readonly LeadRow[];
  /** By id. */
  readonly contents: ReadonlyMap<string, LeadContent>;
  /** Those of them that are stored, as they are, by id. */
  readonly before: ReadonlyMap<string, LeadRow>;
}

/** What the decision on persons changed. */
export interface PersonCounts {
  contacts: number;
  /** Stored leads whose outcome is another one now. */
  redecided: number;
  /** New ones. */
  relays: number;
}

export interface PersonDecisions {
  readonly counts: PersonCounts;
  /** Leads that are new or have another outcome now, of all brands. */
  readonly decided: readonly Decision[];
}

const NO_LEADS: JudgedLeads = { rows: [], contents: new Map(), before: new Map() };

/** Decides persons at a brand whole: their contact, the outcomes of their leads, and the relays of those whose outcome is new. */
export async function decidePersons(target: RecordTarget, setup: PersonSetup, brand: string, persons: Persons, judged: JudgedLeads = NO_LEADS): Promise<PersonDecisions> {
  const { contacts, decided } = await foldContacts(target, brand, persons, judged.rows, setup.resubmitMs, judged.before);
  const relays = await relayLeads(target, setup, brand, decided.map(({ row }) => row), judged.contents);
  return { counts: { contacts, redecided: decided.filter(({ before }) => before !== undefined).length, relays }, decided };
}

/** Decides persons after their leads of a brand were judged, at this brand and at all others. */
export async function decideEverywhere(target: RecordTarget, setup: PersonSetup, brand: string, persons: Persons, judged: JudgedLeads): Promise<PersonDecisions> {
  const { counts, decided } = await decidePersons(target, setup, brand, persons, judged);
  const all = [...decided];
  for (const other of setup.brands) {
    if (other === brand) continue;
    const elsewhere = await decidePersons(target, setup, other, persons);
    addPersonCounts(counts, elsewhere.counts);
    all.push(...elsewhere.decided);
  }
  return { counts, decided: all };
}

/** The persons of valid leads, with the SHA-256 of their address. */
export function personsOf(rows: readonly LeadRow[]): Map<string, string> {
  return new Map(rows.flatMap(({ person_id: id, email_sha256: hash, outcome }) => (countedOutcomes.includes(outcome) && id !== null && hash !== null ? [[id, hash] as const] : [])));
}

export function addPersonCounts(sum: PersonCounts, more: PersonCounts): void {
  sum.contacts += more.contacts;
  sum.redecided += more.redecided;
  sum.relays += more.relays;
}

export function noPersonCounts(): PersonCounts {
  return { contacts: 0, redecided: 0, relays: 0 };
}
