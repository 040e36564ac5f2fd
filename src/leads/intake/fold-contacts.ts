import { groupBy } from '../../core/group-by.ts';
import { applyRecords } from '../../engine/records/records.repository.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { holdPersons } from '../../engine/stage/person-locks.repository.ts';
import { contactEvents, contacts, leads, type ContactEventRow, type ContactRow, type LeadRow } from '../records/tables.ts';
import { foldContact, type ContactEvent, type ContactStep, type FoldedContact } from '../steps/contact.ts';
import { eventOf } from './lead-rows.ts';
import { countedLeads, removalsOf } from './leads.repository.ts';

/** How contacts and leads changed. */
interface Fold {
  readonly contacts: number;
  /** The leads that are new or have another outcome now. */
  readonly decided: readonly Decision[];
}

/** A lead with its outcome, and as it was stored before; undefined if it is new. */
export interface Decision {
  readonly row: LeadRow;
  readonly before: LeadRow | undefined;
}

/** Whom a fold is about: persons by their id, with the SHA-256 of the address. */
export type Persons = ReadonlyMap<string, string>;

/**
 * Folds the contacts of persons at a brand anew, from their stored leads, those that are new, and their unsubscriptions;
 * writes contacts, events and the outcomes of all these leads.
 * @param fresh leads of the brand that are judged now, also those that count for nobody
 * @param before those of them that are stored, by id
 */
export async function foldContacts(target: RecordTarget, brand: string, persons: Persons, fresh: readonly LeadRow[], resubmitMs: number, before: ReadonlyMap<string, LeadRow> = new Map()): Promise<Fold> {
  const ids = [...persons.keys()];
  // Nobody else decides on these persons until the transaction ends.
  if (target.write) await holdPersons(target.database, target.tx, ids);
  const stored = (await countedLeads(target.tx, brand, ids)).filter((row) => !before.has(row.lead_id));
  const removals = await removalsOf(target.tx, brand, [...persons.values()]);
  const byPerson = groupBy([...stored, ...fresh.filter((row) => eventOf(row) !== undefined)], (row) => row.person_id ?? '');
  const folded = new Map<string, FoldedContact>();
  for (const [personId, hash] of persons) {
    const events: ContactEvent[] = [...(byPerson.get(personId) ?? []).flatMap((row) => eventOf(row) ?? []), ...(removals.get(hash) ?? [])];
    if (events.length > 0) folded.set(personId, foldContact(events, resubmitMs));
  }
  const stepOf = new Map([...folded.values()].flatMap(({ steps }) => steps.map((step) => [step.event.id, step] as const)));
  const decided = [...byPerson.values()].flat().map((row) => withOutcome(row, stepOf.get(row.lead_id)));
  const outcomes = new Map(decided.map((row) => [row.lead_id, row]));
  const now = (row: LeadRow): LeadRow => outcomes.get(row.lead_id) ?? row;
  const changed = stored.filter((row) => isOtherOutcome(now(row), row));
  const written = [...fresh, ...changed].map(now);
  await applyRecords(target, leads, { brand, keys: written.map((row) => row.lead_id) }, written);
  const states = new Map(decided.map((row) => [row.lead_id, row.state]));
  const result = await applyRecords(target, contacts, { brand, keys: ids }, [...folded].flatMap(([personId, { contact }]) => (contact === undefined ? [] : [contactRow(brand, personId, persons.get(personId) ?? '', contact)])));
  await applyRecords(target, contactEvents, { brand, keys: ids }, [...folded].flatMap(([personId, { steps }]) => steps.map((step) => eventRow(brand, personId, step, states.get(step.event.id) ?? null))));
  const judged = fresh.map((row): Decision => ({ row: now(row), before: before.get(row.lead_id) })).filter(({ row, before: was }) => was === undefined || isOtherOutcome(row, was));
  return { contacts: result.inserted + result.updated + result.deleted, decided: [...judged, ...changed.map((row) => ({ row: now(row), before: row }))] };
}

function isOtherOutcome(row: LeadRow, before: LeadRow): boolean {
  return row.outcome !== before.outcome || row.outcome_reason !== before.outcome_reason;
}

function withOutcome(row: LeadRow, step: ContactStep | undefined): LeadRow {
  return step === undefined ? row : { ...row, outcome: step.outcome, outcome_reason: step.reason };
}

function contactRow(brand: string, personId: string, hash: string, contact: NonNullable<FoldedContact['contact']>): ContactRow {
  const { state, leads: count, duplicates, restored, firstLead, lastLead, removedAt, restoredAt } = contact;
  return {
    ...{ brand, person_id: personId, email_sha256: hash, state, leads: count, duplicates, restored },
    ...{ first_lead: firstLead, last_lead: lastLead, removed_at: removedAt, restored_at: restoredAt },
  };
}

function eventRow(brand: string, personId: string, { event, outcome, reason }: ContactStep, state: string | null): ContactEventRow {
  return { brand, person_id: personId, event_id: event.id, kind: event.kind, occurred_at: event.at, outcome, reason, state };
}
