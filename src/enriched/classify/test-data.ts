import type { Structure } from '../rules/conditions.ts';
import type { Fact } from '../rules/facts.ts';
import type { Rules } from '../rules/rules.ts';

/** What is known of an account and its owner; null where it is not. */
export interface AccountFacts {
  readonly brand: string;
  /** The field Test__c. */
  readonly testFlag: boolean | null;
  /** The field Batch. */
  readonly batch: string | null;
  /** Every address of the account's contacts. */
  readonly emails: readonly string[];
  /** SHA-256 of the same addresses, trimmed and lower-case. */
  readonly emailHashes: readonly string[];
  /** The account's name and the full names of its contacts. */
  readonly names: readonly string[];
}

/** Why an account is, or may be, test data. It names the rule, not the text: that would be personal data. */
export interface TestReason {
  readonly rule: string;
  /** False: recorded, but it does not decide. */
  readonly decisive: boolean;
}

export interface TestVerdict {
  readonly isTest: boolean;
  /** Every rule that matches, each once, in the order of the layers: account, e-mail, name, known individual. */
  readonly reasons: readonly TestReason[];
}

/** Whether an account is test data (classification, "Test data"): any decisive reason of four layers is enough. */
export function testData(rules: Rules, account: AccountFacts): TestVerdict {
  const { brand } = account;
  const reasons = new Map<string, TestReason>();
  const collect = (fact: Fact, text: string, structure: Structure = {}): void => {
    // Most accounts are real; the remembered answer says so without trying every rule again.
    if (rules.of(fact).classify(text, structure, brand).evidence.rule === null) return;
    for (const { rule, type } of rules.of(fact).matches(text, structure, brand)) {
      if (type !== 'real') reasons.set(rule, { rule, decisive: type === 'test' });
    }
  };
  collect('test_account', '', { test_flag: account.testFlag, batch: account.batch });
  for (const email of account.emails) collect('test_email', email);
  for (const name of account.names) collect('test_name', name);
  for (const hash of account.emailHashes) collect('test_account', '', { email_sha256: hash });
  return { isTest: [...reasons.values()].some(({ decisive }) => decisive), reasons: [...reasons.values()] };
}
