import { addMillis, type Instant } from '../../core/time.ts';
import type { Answer } from '../../net/http.client.ts';
import type { MailAnswer } from '../../net/smtp.client.ts';
import { unexpectedIn, type Expectation } from './expectation.ts';
import type { Sign } from './health.ts';
import type { Mode } from './mode.ts';
import type { RelayState } from '../outbox/relay.ts';
import { nextAttempt, retryAfterOf } from './schedule.ts';

/** What becomes of the relay. */
export interface Verdict {
  readonly state: Extract<RelayState, 'delivered' | 'retrying' | 'dead'>;
  readonly nextAttemptAt: Instant | null;
  readonly reason: string | null;
  /** What it says of the destination. */
  readonly sign: Sign;
}

/** How a destination takes and repeats relays. */
export interface Policy {
  readonly expect: Expectation;
  readonly retryMs: readonly number[];
  readonly mode: Mode;
}

const GONE = 410;
const NOT_FOUND = 404;
const RETRYABLE = new Set([408, 425, 429]);

/**
 * Decides what an answer means (relays.md): 2xx or what is expected is success; 410 disables the destination; other 4xx
 * are final, except 408, 425 and 429; everything else is tried again until the schedule ends. A Retry-After is a wish for
 * the whole destination.
 * @param tries how often the relay was tried in this series, this attempt included
 */
export function judge(answer: Answer, policy: Policy, tries: number, now: Instant, random: () => number): Verdict {
  if ('failure' in answer) return retryOrDie(policy, tries, undefined, answer.message, now, random);
  const problem = unexpectedIn(policy.expect, answer);
  if (problem === undefined) return { state: 'delivered', nextAttemptAt: null, reason: null, sign: 'success' };
  const { status, headers } = answer;
  if (status >= 400 && status < 500 && !RETRYABLE.has(status)) {
    return { state: 'dead', nextAttemptAt: null, reason: problem, sign: goneSign(status, policy.mode) ?? 'failure' };
  }
  return retryOrDie(policy, tries, retryAfterOf(headers['retry-after'], now), problem, now, random);
}

/**
 * Decides what a mail server's last word means (relays.md): 4xx and a lost connection are tried again until the schedule
 * ends, 5xx is final. Who refuses a recipient is a server that works.
 */
export function judgeMail(answer: MailAnswer, policy: Pick<Policy, 'retryMs'>, tries: number, now: Instant, random: () => number): Verdict {
  if ('failure' in answer) return retryOrDie(policy, tries, undefined, answer.message, now, random);
  const { code, text, command } = answer;
  if (code < 400) return { state: 'delivered', nextAttemptAt: null, reason: null, sign: 'success' };
  if (code < 500) return retryOrDie(policy, tries, undefined, text, now, random);
  return { state: 'dead', nextAttemptAt: null, reason: text, sign: command === 'RCPT TO' ? 'success' : 'failure' };
}

/** A webhook of Slack that was removed answers 404, too. */
function goneSign(status: number, mode: Mode): Sign | undefined {
  if (status === GONE) return 'gone';
  return status === NOT_FOUND && mode === 'slack' ? 'not_found' : undefined;
}

function retryOrDie(
  policy: Pick<Policy, 'retryMs'>,
  tries: number,
  retryAfterMs: number | undefined,
  reason: string,
  now: Instant,
  random: () => number,
): Verdict {
  const sign = retryAfterMs === undefined || retryAfterMs === 0 ? 'failure' : { until: addMillis(now, retryAfterMs) };
  const nextAttemptAt = nextAttempt(policy.retryMs, tries, retryAfterMs, now, random);
  if (nextAttemptAt !== undefined) return { state: 'retrying', nextAttemptAt, reason, sign };
  return { state: 'dead', nextAttemptAt: null, reason: `${reason}; given up after ${tries} tries`, sign };
}
