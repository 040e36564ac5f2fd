import { startTimer, type Clock } from '../../core/time.ts';
import { sendMail, type Mail } from '../../net/smtp.client.ts';
import type { Destination, MailRoute } from '../destinations/destination.ts';
import { domainOf, shownServer } from '../destinations/mail-route.ts';
import { judgeMail } from '../destinations/verdict.ts';
import { mailBodyOf } from '../notices/mail-body.ts';
import { noticeIn } from '../notices/notice.ts';
import type { Attempt } from './outcomes.repository.ts';
import { NO_NOTICE } from './request.ts';

interface AddressedRelay {
  readonly relayId: string;
  readonly payload: string;
  /** Null for an example, which goes to the first address. */
  readonly recipient: string | null;
  readonly tries: number;
}

type MailAttempt = Pick<Attempt, 'outcome' | 'nextAttemptAt' | 'reason' | 'sign' | 'durationMs' | 'method' | 'url' | 'requestHeaders' | 'status' | 'responseHeaders' | 'responseBody' | 'error'>;

/** Makes one attempt to deliver a mail. What is kept of it names no address. */
export async function attemptMail({ clock, random }: { readonly clock: Clock; readonly random: () => number }, destination: Destination, route: MailRoute, relay: AddressedRelay): Promise<MailAttempt> {
  const { redactor, timeoutMs, allowPrivate } = destination;
  const mail = mailOf(route, relay);
  const base = { method: 'SMTP', nextAttemptAt: null, sign: undefined, durationMs: 0, url: shownServer(route.server), requestHeaders: null, status: null, responseHeaders: null, responseBody: null };
  if ('problem' in mail) return { ...base, outcome: 'dead', reason: mail.problem, error: mail.problem };
  const elapsed = startTimer();
  const answer = await sendMail(route.server, mail, { timeoutMs, allowPrivate });
  const { state, reason, ...verdict } = judgeMail(answer, destination, relay.tries, clock.now(), random);
  const failed = 'failure' in answer;
  return {
    ...base,
    ...verdict,
    outcome: state,
    reason: reason === null ? null : redactor.text(reason),
    durationMs: elapsed(),
    requestHeaders: { from: route.from, 'message-id': mail.messageId, subject: mail.subject, ...(relay.recipient === null ? {} : { to: `sha256:${relay.recipient}` }) },
    status: failed ? null : answer.code,
    responseBody: failed ? null : redactor.text(answer.text),
    error: failed ? redactor.text(answer.message) : null,
  };
}

/** The mail of a relay; its id is the same for every attempt, so that a mailbox can tell a repetition. */
function mailOf({ from, addresses }: MailRoute, { relayId, payload, recipient }: AddressedRelay): Mail | { readonly problem: string } {
  const to = recipient === null ? [...addresses.values()][0] : addresses.get(recipient);
  if (to === undefined) return { problem: 'its recipient is not among `to` any more' };
  const notice = noticeIn(payload);
  if (notice === undefined) return { problem: NO_NOTICE };
  return { from, to, messageId: `<${relayId}@${domainOf(from)}>`, ...mailBodyOf(notice) };
}
