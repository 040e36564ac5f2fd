import { countryCode } from '../../core/iso/countries.ts';
import { normaliseEmail } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import { testData } from '../classify/test-data.ts';
import { flag, type AccountFacts } from '../facts/facts.ts';
import type { Money } from '../facts/money-reader.ts';
import type { AccountVerdict } from '../facts/person-index.ts';
import { personOf } from '../facts/person.ts';
import type { Rules } from '../rules/rules.ts';
import type { EnrichedRecords } from '../records/enriched-tables.ts';

/** Decides what an account is. */
export function judgeAccount(rules: Rules, facts: AccountFacts): AccountVerdict {
  const { brand, accountId } = facts;
  const account = facts.account[0];
  const contacts = [...facts.contact].sort((a, b) => ((a.source_id ?? '') < (b.source_id ?? '') ? -1 : 1));
  const emails = unique(contacts.flatMap((contact) => [normaliseEmail(contact.work_email), normaliseEmail(contact.personal_email)]));
  const names = [account?.name, ...contacts.map(({ first_name: first, last_name: last }) => [first, last].filter(isText).join(' '))];
  const test = testData(rules, {
    brand,
    testFlag: flag(account?.test__c ?? null),
    batch: account?.batch ?? null,
    emails,
    emailHashes: emails.map(sha256Hex),
    names: unique(names),
  });
  return { facts, person: personOf(brand, accountId, account, contacts), test, currency: account?.currency ?? null };
}

/**
 * The record of an account. One that is missing in the export, although rows name it, gets a record too, so that every
 * amount belongs to an account; one without any rows has none.
 */
export function accountRecord({ facts, person, test }: AccountVerdict, money: Money): EnrichedRecords['accounts'][number] | undefined {
  const { brand, accountId } = facts;
  const account = facts.account[0];
  if (account === undefined && isEmpty(facts)) return undefined;
  const billTo = facts.contact.find(({ source_id: id }) => id !== null && id === account?.bill_to_id);
  const currency = account?.currency ?? null;
  const decisive = test.reasons.filter((reason) => reason.decisive).map(({ rule }) => rule);
  const suggested = test.reasons.filter((reason) => !reason.decisive).map(({ rule }) => rule);
  return {
    brand,
    account_id: accountId,
    source_id: accountId,
    account_number: account?.account_number ?? null,
    status: account?.status ?? null,
    currency,
    batch: account?.batch ?? null,
    market: account?.market__c ?? null,
    country: countryCode(billTo?.country ?? null) ?? billTo?.country ?? null,
    parent_id: account?.parent_id ?? null,
    crm_id: account?.crm_id ?? null,
    auto_pay: flag(account?.auto_pay ?? null),
    balance: money.of(account?.balance ?? null, currency),
    credit_balance: money.of(account?.credit_balance ?? null, currency),
    created_date: account?.created_date ?? null,
    person_id: person.personId,
    email_sha256: person.emailSha256,
    email_md5: person.emailMd5,
    is_test: test.isTest,
    test_reasons: decisive.length > 0 ? JSON.stringify(decisive) : null,
    evidence: suggested.length > 0 ? JSON.stringify({ suggested }) : null,
  };
}

function isEmpty(facts: AccountFacts): boolean {
  return Object.values(facts).every((rows) => !Array.isArray(rows) || rows.length === 0);
}

function unique(texts: readonly (string | null | undefined)[]): string[] {
  return [...new Set(texts.filter(isText))];
}

function isText(value: string | null | undefined): value is string {
  return value !== null && value !== undefined && value !== '';
}
