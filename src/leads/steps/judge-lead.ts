import { HubError } from '../../core/errors.ts';
import { parseInstant, type Instant } from '../../core/time.ts';
import { testData } from '../../enriched/classify/test-data.ts';
import type { Rules } from '../../enriched/rules/rules.ts';
import type { CheckedFields } from '../fields/check-fields.ts';
import type { Form } from '../forms/form.ts';
import type { LeadRecord } from '../lead-record.ts';
import { consentsOf, mayRestore, type FormConsent } from './consents.ts';
import type { ContactLead } from './contact.ts';
import { crawlerOf, type Crawler } from './crawler.ts';
import { hashesNamed, personOfLead, type LeadPerson } from './email.ts';
import { errorsOf } from './errors.ts';
import { exchangeOf, type Exchange } from './exchange.ts';
import { geoOf, type Geo, type Locate } from './geo.ts';
import { marketingOf, type Marketing } from './marketing.ts';
import { judge, type Judgement } from './outcome.ts';
import { redirectOf, type Redirect } from './redirect.ts';

/** What leads are judged by. */
export interface LeadSetup {
  readonly form: Pick<Form, 'id' | 'brand' | 'honeypot' | 'onCrawler' | 'partnerParam' | 'fields' | 'emailField'>;
  readonly rules: Rules;
  readonly blockedDomains: ReadonlySet<string>;
  /** True for the SHA-256 of an erased person's address. */
  readonly isErased: (emailSha256: string) => boolean;
  readonly locate: Locate | undefined;
}

/** A lead after the steps that are taken once; what a valid one becomes is told by the fold of its contact. */
export interface JudgedLead {
  readonly lead_id: string;
  readonly brand: string;
  readonly received: Instant;
  readonly redirect: Redirect;
  readonly exchange: Exchange;
  readonly crawler: Crawler;
  readonly checked: CheckedFields;
  /** Undefined if the e-mail has an error. */
  readonly person: LeadPerson | undefined;
  readonly geo: Geo;
  readonly marketing: Marketing;
  readonly judgement: Judgement;
  /** How the lead counts for its contact, if it is valid. */
  readonly event: ContactLead;
  /** What a valid lead says of consents. */
  readonly consents: readonly FormConsent[];
}

/**
 * Takes the steps 1 to 8 of a lead (serve specification, "The ten steps").
 * @throws HubError refused if its time cannot be read
 */
export function judgeLead(record: LeadRecord, { form, rules, blockedDomains, isErased, locate }: LeadSetup): JudgedLead {
  const received = parseInstant(record.received_at);
  if (received === undefined) throw new HubError('refused', 'lead_time_invalid', `The time of ${record.lead_id} cannot be read.`);
  const checked = errorsOf(record, form, received, blockedDomains);
  const crawler = crawlerOf(record);
  const facts = {
    is_crawler: crawler.is_crawler,
    isTest: isTestAddress(rules, form.brand, checked.values[form.emailField]),
    isErased: hashesNamed(record, form).some(isErased),
    isInvalid: checked.isInvalid,
  };
  const judgement = judge(record, form, facts);
  const declared = new Set([...form.fields.keys(), form.partnerParam, ...(form.honeypot === null ? [] : [form.honeypot])]);
  return {
    lead_id: record.lead_id,
    brand: form.brand,
    received,
    redirect: redirectOf(record),
    exchange: exchangeOf(record),
    crawler,
    checked,
    person: personOfLead(checked.values, form),
    geo: geoOf(record.address, locate),
    marketing: marketingOf(record, declared),
    judgement,
    event: { kind: 'lead', id: record.lead_id, at: received, form: form.id, mayRestore: mayRestore(form, checked.values, received) },
    consents: judgement.outcome === 'valid' ? consentsOf(form, checked.values, received) : [],
  };
}

/** The second layer of the classification of test data: the rules of e-mails (classification, "Test data"). */
function isTestAddress(rules: Rules, brand: string, address: unknown): boolean {
  if (typeof address !== 'string') return false;
  return testData(rules, { brand, testFlag: null, batch: null, emails: [address], emailHashes: [], names: [] }).isTest;
}
