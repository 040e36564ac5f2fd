import { HubError } from '../../core/errors.ts';
import { scrubForeign } from '../../core/text/scrub.ts';
import { toIso, type Clock, type Instant } from '../../core/time.ts';
import type { HttpClient, OpenAnswer } from '../../net/http.client.ts';
import type { ApiAnswer, ApiRequest, Phase } from '../api/answer.ts';
import { isRenewable } from '../api/auth.ts';
import { waitAfter } from '../api/budget.ts';
import { classify, type Classified, type ErrorClass } from '../api/errors.ts';
import { JsonValue } from '../api/json/json.ts';
import type { Platform } from '../api/platform.ts';
import { otherVersion } from '../api/version.ts';
import type { Pacer } from './pacer.ts';
import { failed, gaveUp, Stopped } from './stop.ts';
import type { Tokens } from './tokens.client.ts';

/** What an account is asked with. */
export interface ApiServices {
  readonly platform: Platform;
  readonly baseUrl: string;
  /** Of every request to the platform, beside those of its token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly http: HttpClient;
  readonly tokens: () => Tokens;
  readonly pacer: Pacer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether it is the user who ends the run, and not the loss of its lock. */
  readonly isInterrupted: () => boolean;
  readonly userAgent: string;
  readonly maxWaitMs: number;
  /** False: another version than the pinned one may answer. */
  readonly pinsVersion: boolean;
  readonly zone: () => string | undefined;
  readonly random: () => number;
  /** Waits, because the platform asks for it, or null: until its turn comes. @throws HubError interrupted */
  readonly pause: (ms: number, why: string | null) => Promise<void>;
  /** Called before each request. @throws Stopped if no more may be sent */
  readonly count: () => void;
  /** Without credentials. */
  readonly redact: (text: string) => string;
}

export interface CallPlace {
  readonly phase: Phase;
  readonly stream: string;
}

/** Classes that the caller deals with; `failed_job`: the job itself says so. */
export type CallClass = Extract<ErrorClass, 'split' | 'restart' | 'skip' | 'not_ready' | 'duplicate'> | 'failed_job';
export type CallResult = { readonly answer: ApiAnswer } | { readonly class: CallClass; readonly reason: string; readonly job?: string | undefined };

const TRIES = 8;
const LONGEST_CALL_OFF_MS = 5_000;
const LARGEST_BODY = 256 * 1_024 * 1_024;

/** Asks a platform for one account: with its token, at its pace, again where that can help. */
export class ApiClient {
  readonly #services: ApiServices;
  #exhaustedUntil: Instant | undefined;
  #lastCost: number | null = null;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  /** The points that the last good answer cost; null where the platform does not say. */
  get lastCost(): number | null {
    return this.#lastCost;
  }

  /** The whole URL of a request. */
  urlOf({ url, query = {} }: ApiRequest): string {
    const whole = new URL(url, `${this.#services.baseUrl}/`);
    for (const [name, value] of Object.entries(query)) whole.searchParams.append(name, value);
    return whole.href;
  }

  /**
   * Sends a request until its answer is good or says something that the caller deals with.
   * @throws Stopped if the stream or the account ends with it
   */
  async call(request: ApiRequest, place: CallPlace): Promise<CallResult> {
    const { tokens, maxWaitMs } = this.#services;
    let [tries, refused, waitedMs] = [1, false, 0];
    for (;;) {
      const headers = place.phase === 'token' ? {} : await this.#tokenHeaders(request);
      const answer = await this.#send(request, headers);
      const found = this.#classified(answer, place);
      if (found === undefined) {
        this.#checkVersion(answer, request);
        this.#holdAfter(answer);
        return { answer };
      }
      switch (found.class) {
        case 'refresh':
          if (refused) throw this.#stopOf('fail_account', found, answer, place);
          refused = true;
          tokens().refuse(headers);
          break;
        case 'retry':
          // The job failed, not the request: asking for it again gives the same.
          if (place.phase === 'poll' && answer.failure === null && answer.status === 200) return { class: 'failed_job', reason: found.reason };
          if (tries === TRIES) throw this.#exhausted(found, answer, place);
          await this.#wait(answer, tries++, found.reason);
          break;
        case 'wait':
          if (waitedMs > maxWaitMs) throw this.#throttled(found.reason);
          waitedMs += await this.#wait(answer, tries++, found.reason);
          break;
        case 'fail_stream':
        case 'fail_account':
          throw this.#stopOf(found.class, found, answer, place);
        case 'split':
        case 'restart':
        case 'skip':
        case 'not_ready':
        case 'duplicate':
          return { class: found.class, reason: found.reason, job: found.job };
      }
    }
  }

  /** Opens the result of a job; undefined if it is refused, as a URL that has expired is. */
  async open(request: ApiRequest): Promise<AsyncIterable<Uint8Array> | undefined> {
    this.#services.count();
    const answer = await this.#open(request, await this.#tokenHeaders(request));
    return 'body' in answer && answer.status === 200 ? answer.body : undefined;
  }

  /** Whether the user ends the run; one that lost its lock calls nothing off: the run that took it may go on with the same. */
  get isInterrupted(): boolean {
    return this.#services.isInterrupted();
  }

  /** Asks once for something to end that nobody waits for any more, even when the run is interrupted; whether it was heard does not matter. */
  async callOff(request: ApiRequest): Promise<void> {
    const deadline = AbortSignal.timeout(LONGEST_CALL_OFF_MS);
    try {
      const answer = await this.#open(request, await this.#tokenHeaders(request), deadline);
      if ('body' in answer) await textOf(answer.body);
    } catch {
      // It ends by itself.
    }
  }

  #classified(answer: ApiAnswer, { phase, stream }: CallPlace): Classified | undefined {
    const { errors, auth } = this.#services.platform;
    return classify(errors, answer, { phase, stream, renewable: isRenewable(auth) && phase !== 'token', expectsJson: true });
  }

  /** Credentials go to the platform alone: the result of a job may lie at another host. */
  async #tokenHeaders(request: ApiRequest): Promise<Readonly<Record<string, string>>> {
    const isOwn = new URL(this.urlOf(request)).origin === new URL(this.#services.baseUrl).origin;
    return isOwn ? this.#services.tokens().headers() : {};
  }

  async #send(request: ApiRequest, headers: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    const { pacer, pause, count, clock, signal } = this.#services;
    if (this.#exhaustedUntil !== undefined && clock.now() < this.#exhaustedUntil) throw this.#throttled('nothing_left', this.#exhaustedUntil);
    count();
    const turn = pacer.turn(request.endpoint);
    if (turn >= 1) await pause(turn, null);
    signal.throwIfAborted();
    const opened = await this.#open(request, headers);
    if (!('body' in opened)) return { status: 0, headers: {}, body: undefined, text: '', failure: opened.failure };
    const { text, failure } = await textOf(opened.body);
    return { status: opened.status, headers: lowerCase(opened.headers), body: failure === null ? JsonValue.read(text) : undefined, text, failure };
  }

  async #open(request: ApiRequest, tokenHeaders: Readonly<Record<string, string>>, signal = this.#services.signal): Promise<OpenAnswer> {
    const { headers: common, http, userAgent } = this.#services;
    const { body, form } = request;
    const content = body !== undefined ? ['application/json', JSON.stringify(body)] : form !== undefined ? ['application/x-www-form-urlencoded', new URLSearchParams(form).toString()] : [];
    const own = Object.keys(tokenHeaders).length > 0 ? { ...common, ...tokenHeaders } : {};
    const [type, text] = content;
    const headers = { 'user-agent': userAgent, accept: 'application/json', 'accept-encoding': 'gzip', ...(type === undefined ? {} : { 'content-type': type }), ...own, ...request.headers };
    const answer = await http.open({ method: request.method, url: this.urlOf(request), headers, body: text }, signal);
    if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The extraction was interrupted.');
    return answer;
  }

  #checkVersion(answer: ApiAnswer, request: ApiRequest): void {
    const { platform, pinsVersion, baseUrl } = this.#services;
    const { version, servedHeader } = platform.api;
    if (!pinsVersion || new URL(this.urlOf(request)).origin !== new URL(baseUrl).origin) return;
    const served = otherVersion(version.value, servedHeader, answer.headers);
    if (served === undefined) return;
    throw failed('version_changed', `${platform.title} answered with version ${served}, and ${version.value} was asked for: nothing of it is written.`, 'Update hub, or allow it for this account with on_version_change: warn.');
  }

  #holdAfter(answer: ApiAnswer): void {
    const { platform, pacer, clock, zone, maxWaitMs } = this.#services;
    const cost = platform.budget.cost === undefined ? undefined : answer.body?.scalarAt(platform.budget.cost);
    this.#lastCost = cost === undefined ? null : Number(cost);
    const wait = waitAfter(platform.budget, answer, { now: clock.now(), tries: 1, maxWaitMs, zone: zone() });
    if (wait.action === 'wait') pacer.hold(wait.ms);
    if (wait.action === 'exhausted') this.#exhaustedUntil = wait.until;
  }

  /** Waits as the answer asks, or longer with each try. @returns the milliseconds that were waited */
  async #wait(answer: ApiAnswer, tries: number, reason: string): Promise<number> {
    const { platform, clock, zone, maxWaitMs, pause, pacer, random } = this.#services;
    const wait = waitAfter(platform.budget, answer, { now: clock.now(), tries, maxWaitMs, zone: zone(), refused: true });
    if (wait.action === 'exhausted') throw this.#throttled(reason, wait.until);
    if (wait.action === 'none') return 0;
    const ms = wait.named ? wait.ms : Math.ceil(wait.ms * random());
    if (wait.named) pacer.hold(ms);
    await pause(ms, reason);
    return Math.max(ms, 1);
  }

  #throttled(reason: string, until?: Instant): Stopped {
    const { reason: gave } = gaveUp('throttled', `${this.#services.platform.title} has no room for this stream now (${reason}${until === undefined ? '' : `, until ${toIso(until)}`}).`);
    return new Stopped({ ...gave, ...(until === undefined ? {} : { until }) });
  }

  #exhausted(found: Classified, answer: ApiAnswer, { phase }: CallPlace): Stopped {
    return gaveUp('no_good_answer', `${this.#services.platform.title} gave no good answer in ${TRIES} tries (${found.reason}${answer.status === 0 ? '' : `, status ${answer.status}`}, ${phase}).`);
  }

  #stopOf(scope: 'fail_stream' | 'fail_account', found: Classified, answer: ApiAnswer, { phase }: CallPlace): Stopped {
    const { platform, redact } = this.#services;
    const said = scrubForeign(redact(answer.body?.scalarAt('error.message') ?? answer.body?.scalarAt('errors.0.message') ?? answer.body?.scalarAt('message') ?? answer.body?.scalarAt('detail') ?? answer.body?.scalarAt('details') ?? '')).slice(0, 200);
    const message = `${platform.title} refused a request (${found.reason}, status ${answer.status}, ${phase})${said === '' ? '' : `: ${said}`}`;
    const account = scope === 'fail_account';
    return new Stopped({
      scope: account ? 'account' : 'stream',
      transient: false,
      code: found.reason,
      message,
      next: account ? 'Check the credentials of the account, and what they may do.' : 'Check what the credentials may do, and whether the platform has the stream.',
    });
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<{ readonly text: string; readonly failure: string | null }> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of body) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > LARGEST_BODY) return { text: '', failure: 'body_too_large' };
    }
  } catch {
    return { text: '', failure: 'cut' };
  }
  return { text: new TextDecoder().decode(Buffer.concat(pieces)), failure: null };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
