import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A person of a case, as billing and the e-mail tool export it. */
export interface CasePerson {
  readonly key: string;
  readonly brand?: string;
  readonly name?: string;
  readonly first?: string;
  readonly last?: string;
  readonly email?: string;
  readonly personal?: string;
  readonly phone?: string;
  readonly zip?: string;
  readonly country?: string;
  readonly created?: string;
  readonly updated?: string;
  /** The entities to write; by default account, contact and subscription. */
  readonly only?: readonly Entity[];
  /** False: no message was ever sent. */
  readonly sent?: boolean;
  readonly sentTo?: string;
  readonly sentAt?: string;
  /** Values in the place of those that were made. */
  readonly fields?: Readonly<Partial<Record<Entity, Row>>>;
}

/** An event of the e-mail tool. */
export interface CaseEvent {
  readonly event: 'send' | 'open' | 'click' | 'unsubscribe';
  readonly brand?: string;
  readonly email?: string;
  /** The key of the person whose contact it names. */
  readonly contact?: string;
  readonly at?: string;
  readonly id?: string;
  readonly reason?: string;
  readonly fields?: Row;
}

/** What a step of a case puts into the lake, as a batch of its own. */
export interface CaseBatch {
  readonly people?: readonly CasePerson[];
  readonly events?: readonly CaseEvent[];
}

type Entity = 'account' | 'contact' | 'subscription';
type Row = Readonly<Record<string, string>>;

const EVENT = 'EventId MessageId CampaignId CampaignName ContactId Email OccurredAt';
const COLUMNS: Readonly<Record<Entity | CaseEvent['event'], string>> = {
  send: EVENT,
  open: `${EVENT} UserAgent IpAddress IsMachine`,
  click: `${EVENT} Url UserAgent IpAddress IsBot`,
  unsubscribe: `${EVENT} Reason Scope`,
  account:
    'Id AccountNumber Name Status Currency Batch BillToId SoldToId DefaultPaymentMethodId ParentId CrmId AutoPay BillCycleDay PaymentTerm Balance CreditBalance Test__c Market__c Notes Deleted CreatedDate UpdatedDate',
  contact:
    'Id AccountId FirstName LastName WorkEmail PersonalEmail WorkPhone Address1 Address2 City State PostalCode Country NickName Description Deleted CreatedDate UpdatedDate',
  subscription:
    'Id AccountId InvoiceOwnerId Name Status Version IsLatestVersion OriginalId PreviousSubscriptionId TermType AutoRenew InitialTerm RenewalTerm CurrentTerm ContractEffectiveDate SubscriptionStartDate SubscriptionEndDate TermStartDate TermEndDate CancelledDate CancelReason Notes OrderReference__c CouponCode__c Campaign__c Deleted CreatedDate UpdatedDate',
};

/** Writes batches into a lake of files, each an hour after the one before. */
export function peopleLake(root: string): { put(batch: CaseBatch): void } {
  let batches = 0;
  return {
    put({ people = [], events = [] }) {
      const number = batches++;
      const files = new Map<string, Row[]>();
      const add = (path: string, row: Row): void => void files.set(path, [...(files.get(path) ?? []), row]);
      for (const person of people) {
        const { brand = 'alpina' } = person;
        const rows = rowsOf(person, brand);
        for (const entity of person.only ?? (['account', 'contact', 'subscription'] as const)) add(`billing/${entity}/brand=${brand}`, { ...rows[entity], ...person.fields?.[entity] });
        if (person.sent !== false && person.only === undefined) add(`email/send/brand=${brand}`, firstMessage(person, brand));
      }
      for (const [index, event] of events.entries()) add(`email/${event.event}/brand=${event.brand ?? 'alpina'}`, rowOfEvent(event, number, index + 1));
      for (const [path, rows] of files) write(join(root, path, `batch=${batchName(number)}`), columnsOf(path), rows);
    },
  };
}

/** A running subscription with its account and contact, exported when it began. */
function rowsOf(person: CasePerson, brand: string): Record<Entity, Row> {
  const key = `${brand} ${person.key}`;
  const [account = '', contact = '', subscription = ''] = ['account', 'contact', 'subscription'].map((kind) => idOf(`${kind} ${key}`));
  const { name = 'Anna Beispielfrau', first = 'Anna', last = 'Beispielfrau', created = '2025-10-01 10:00:00', country = 'DE' } = person;
  const stamps = { Deleted: 'false', CreatedDate: created, UpdatedDate: person.updated ?? created };
  const day = created.slice(0, 10);
  return {
    account: { Id: account, AccountNumber: `A-${idOf(key).slice(0, 8)}`, Name: name, Status: 'Active', Currency: 'EUR', Batch: 'Batch1', BillToId: contact, SoldToId: contact, AutoPay: 'true', Test__c: 'false', Market__c: 'DE', ...stamps },
    contact: { Id: contact, AccountId: account, FirstName: first, LastName: last, WorkEmail: person.email ?? '', PersonalEmail: person.personal ?? '', WorkPhone: person.phone ?? '', PostalCode: person.zip ?? '', Country: country, ...stamps },
    subscription: { Id: subscription, AccountId: account, InvoiceOwnerId: account, Name: `S-${idOf(key).slice(0, 8)}`, Status: 'Active', Version: '1', IsLatestVersion: 'true', OriginalId: subscription, TermType: 'EVERGREEN', ContractEffectiveDate: day, SubscriptionStartDate: day, TermStartDate: day, ...stamps },
  };
}

function firstMessage(person: CasePerson, brand: string): Row {
  const campaign = { MessageId: `m-${person.key}`, CampaignId: 'c1', CampaignName: 'Spring' };
  return { EventId: idOf(`send ${brand} ${person.key}`), ...campaign, Email: person.sentTo ?? person.email ?? '', OccurredAt: person.sentAt ?? '2026-03-01 08:00:00' };
}

function rowOfEvent({ event, brand = 'alpina', email = '', contact, at = '2026-03-05 09:00:00', id, reason = 'link', fields }: CaseEvent, batch: number, number: number): Row {
  return {
    EventId: id ?? idOf(`${batch} ${event} ${number}`),
    MessageId: `m-${batch}-${number}`,
    CampaignId: 'c1',
    CampaignName: 'Spring',
    ContactId: contact === undefined ? '' : idOf(`contact ${brand} ${contact}`),
    Email: email,
    OccurredAt: at,
    ...(event === 'unsubscribe' ? { Reason: reason, Scope: 'brand' } : {}),
    ...fields,
  };
}

function batchName(number: number): string {
  return `202603${String(10 + Math.floor(number / 24))}T${String(number % 24).padStart(2, '0')}3000Z`;
}

function columnsOf(path: string): readonly string[] {
  return COLUMNS[(path.split('/')[1] ?? '') as keyof typeof COLUMNS].split(' ');
}

function write(folder: string, columns: readonly string[], rows: readonly Row[]): void {
  const field = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))].map((values) => values.map(field).join(','));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'part-00000.csv'), `${lines.join('\n')}\n`);
}

/** An id of 32 hex digits for a text. */
function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
