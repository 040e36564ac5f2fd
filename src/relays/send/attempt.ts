import { startTimer, type Clock } from '../../core/time.ts';
import type { Answer, HttpClient, HttpRequest } from '../../net/http.client.ts';
import { attemptMail } from './attempt-mail.ts';
import type { ClaimedRelay } from './claims.repository.ts';
import type { Destination } from '../destinations/destination.ts';
import { judge } from '../destinations/verdict.ts';
import type { Attempt } from './outcomes.repository.ts';
import { requestOf } from './request.ts';

/** What an attempt needs. */
export interface AttemptServices {
  readonly client: HttpClient;
  readonly clock: Clock;
  /** Of the program, for the user agent. */
  readonly version: string;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
}

type AttemptedRelay = Pick<ClaimedRelay, 'relayId' | 'payload' | 'recipient' | 'attempt' | 'tries'>;

/** Makes one attempt to deliver a relay, as a request or a mail. A redirect is not sent: its URL is for a browser. */
export async function attemptRelay(services: AttemptServices, destination: Destination, relay: AttemptedRelay): Promise<Attempt> {
  const { clock, client, version, random } = services;
  const startedAt = clock.now();
  const base = { relayId: relay.relayId, attempt: relay.attempt, startedAt, durationMs: 0, nextAttemptAt: null, reason: null, sign: undefined, ...NOTHING };
  if (destination.mail !== undefined) return { ...base, ...(await attemptMail(services, destination, destination.mail, relay)) };
  const request = requestOf(destination, relay, version, startedAt);
  if ('problem' in request) return { ...base, outcome: 'dead', reason: request.problem, method: METHODS[destination.mode], error: request.problem };
  if (destination.mode === 'redirect') return { ...base, outcome: 'redirected', method: METHODS.redirect, url: destination.redactor.url(request.url) };
  const elapsed = startTimer();
  const answer = await client.send(request);
  const verdict = judge(answer, destination, relay.tries, clock.now(), random);
  return {
    ...base,
    ...shown(destination, request, answer),
    outcome: verdict.state,
    nextAttemptAt: verdict.nextAttemptAt,
    reason: verdict.reason === null ? null : destination.redactor.text(verdict.reason),
    sign: verdict.sign,
    durationMs: elapsed(),
  };
}

const METHODS = { post: 'POST', get: 'GET', redirect: 'REDIRECT', slack: 'POST', smtp: 'SMTP' } as const;
const NOTHING = { url: null, requestHeaders: null, status: null, responseHeaders: null, responseBody: null, error: null };

/** Request and answer as they are kept: without secrets, also where a receiver sends one back. */
function shown({ redactor, secretHeaders }: Destination, request: HttpRequest, answer: Answer) {
  const failed = 'failure' in answer;
  return {
    method: request.method,
    url: redactor.url(request.url),
    requestHeaders: redactor.headers(request.headers, secretHeaders),
    status: failed ? null : answer.status,
    responseHeaders: failed ? null : redactor.headers(answer.headers),
    responseBody: failed ? null : redactor.text(answer.body),
    error: failed ? redactor.text(answer.message) : answer.flaw === null ? null : `the body is not whole: ${redactor.text(answer.flaw)}`,
  };
}
