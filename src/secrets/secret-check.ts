import { addDays, dateOf, type Instant, type LocalDate } from '../core/time.ts';
import type { CheckStatus, SecretRow } from './secret-row.ts';

/** How a secret stands: as its last check says, or that there is none to check. */
export type SecretState = CheckStatus | 'missing' | 'unreadable' | 'not asked';

/** What is known of secrets and of the accounts that use them. */
export interface SecretFacts {
  readonly rows: readonly Pick<SecretRow, 'name' | 'expires_at'>[];
  /** The accounts, `stripe/main`, by the name of a secret that they use. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  readonly inEnvironment: (name: string) => boolean;
  /** Names of rows that no key opens. */
  readonly unreadable: ReadonlySet<string>;
  /** How an account's call ended, by account; none was made for the others. */
  readonly calls: ReadonlyMap<string, Exclude<CheckStatus, 'expired'>>;
  readonly today: LocalDate;
}

/** A secret as `hub secrets check` tells of it. */
export interface SecretCheck {
  readonly name: string;
  readonly users: readonly string[];
  readonly from: 'environment' | 'table' | null;
  readonly expires_at: Instant | null;
  readonly expires_soon: boolean;
  readonly state: SecretState;
}

/** So many days before its end a secret is named. */
export const WARNING_DAYS = 14;

/** Every secret that is stored or used, by name: the worst that is known of it. */
export function secretChecks({ rows, users, inEnvironment, unreadable, calls, today }: SecretFacts): SecretCheck[] {
  const stored = new Map(rows.map((row) => [row.name, row]));
  return [...new Set([...stored.keys(), ...users.keys()])].sort().map((name) => {
    const from = inEnvironment(name) ? 'environment' : stored.has(name) ? 'table' : null;
    const expiresAt = from === 'table' ? (stored.get(name)?.expires_at ?? null) : null;
    const ends = expiresAt === null ? undefined : dateOf(expiresAt);
    const used = users.get(name) ?? [];
    const state = stateOf(used.flatMap((account) => calls.get(account) ?? []), { isMissing: from === null, isUnreadable: from === 'table' && unreadable.has(name), isExpired: ends !== undefined && ends <= today });
    return { name, users: used, from, expires_at: expiresAt, expires_soon: ends !== undefined && ends > today && ends <= addDays(today, WARNING_DAYS), state };
  });
}

function stateOf(calls: readonly CheckStatus[], { isMissing, isUnreadable, isExpired }: { readonly isMissing: boolean; readonly isUnreadable: boolean; readonly isExpired: boolean }): SecretState {
  if (isMissing) return 'missing';
  if (isUnreadable) return 'unreadable';
  if (isExpired) return 'expired';
  return calls.find((call) => call === 'refused') ?? calls.find((call) => call === 'unreachable') ?? calls[0] ?? 'not asked';
}

/** True for what somebody must look at. */
export function isTrouble({ state }: SecretCheck): boolean {
  return state !== 'ok' && state !== 'not asked';
}
