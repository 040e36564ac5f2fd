import type { ApiAnswer, Phase } from './answer.ts';

/**
 * What an answer means for the work (sources specification, engine 10):
 * - `retry`: the same again, a few times; `wait`: the same again when the limit has room.
 * - `refresh`: again with a new token.
 * - `split`: too much at once, ask for half.
 * - `duplicate`: the job is there already; `not_ready`: said to be done, but its result is not there yet.
 * - `restart`: the page is gone, the slice begins anew.
 * - `skip`: the record is gone; counted with its reason.
 * - `fail_stream`, `fail_account`: not without somebody who changes something.
 */
export type ErrorClass = 'retry' | 'wait' | 'refresh' | 'split' | 'duplicate' | 'not_ready' | 'restart' | 'skip' | 'fail_stream' | 'fail_account';

/** One line of a platform's list; the first that fits counts, so what says more stands first. Conditions left out fit always. */
export interface ErrorRule {
  readonly class: ErrorClass;
  /** In a word or two, for reports: `missing_scope`. */
  readonly reason: string;
  readonly status?: readonly number[];
  readonly phases?: readonly Phase[];
  readonly streams?: readonly string[];
  /** Whatever else must hold of the answer. */
  readonly when?: (answer: ApiAnswer) => boolean;
  /** Of a duplicate: the job that is named. */
  readonly job?: (answer: ApiAnswer) => string | undefined;
}

export interface Classified {
  readonly class: ErrorClass;
  readonly reason: string;
  readonly job?: string | undefined;
}

export interface ErrorPlace {
  readonly phase: Phase;
  readonly stream: string;
  /** Whether a new token can be asked for. */
  readonly renewable: boolean;
  /** A body that is no JSON is none of what was asked for. */
  readonly expectsJson: boolean;
}

const PASSING = new Set([408, 425, 429]);

/** What an answer means; undefined if it is good. */
export function classify(rules: readonly ErrorRule[], answer: ApiAnswer, place: ErrorPlace): Classified | undefined {
  const rule = rules.find((each) => fits(each, answer, place));
  if (rule !== undefined) {
    if (rule.class === 'refresh' && !place.renewable) return { class: 'fail_account', reason: rule.reason };
    const job = rule.job?.(answer);
    return { class: rule.class, reason: rule.reason, ...(job === undefined ? {} : { job }) };
  }
  const { status, failure } = answer;
  if (failure !== null) return { class: 'retry', reason: failure };
  if (status === 401) return { class: place.renewable ? 'refresh' : 'fail_account', reason: 'unauthorized' };
  if (status >= 500 || PASSING.has(status)) return { class: 'retry', reason: `status_${status}` };
  if (status < 200 || status >= 300) return { class: 'fail_stream', reason: `status_${status}` };
  if (place.expectsJson && answer.body === undefined) return { class: 'retry', reason: 'no_json' };
  return hasError(answer) ? { class: 'fail_stream', reason: 'error_in_body' } : undefined;
}

function fits({ status, phases, streams, when }: ErrorRule, answer: ApiAnswer, { phase, stream }: ErrorPlace): boolean {
  if (status !== undefined && !status.includes(answer.status)) return false;
  if (phases !== undefined && !phases.includes(phase)) return false;
  if (streams !== undefined && !streams.includes(stream)) return false;
  return when?.(answer) ?? true;
}

/** A good status proves nothing: `{"error": …}` and `{"errors": […]}` are errors all the same. */
function hasError({ body }: ApiAnswer): boolean {
  if (body?.kind !== 'object') return false;
  const [error, errors] = [body.member('error'), body.member('errors')];
  const isTold = error !== undefined && error.kind !== 'null' && error.scalar !== 'false';
  return isTold || (errors !== undefined && errors.kind !== 'null' && errors.line !== '[]' && errors.line !== '{}');
}
