import type { ApiAnswer } from '../../api/answer.ts';
import type { ErrorRule } from '../../api/errors.ts';

/** Of an answer that is an error, or of a report that failed: since v25 its codes stand beside its status. */
function codeOf({ body }: ApiAnswer, name: 'code' | 'subcode'): number {
  const [ofError, ofReport] = name === 'code' ? ['error.code', 'error_code'] : ['error.error_subcode', 'error_subcode'];
  return Number(body?.scalarAt(ofError) ?? body?.scalarAt(ofReport) ?? Number.NaN);
}

const codeIs =
  (...codes: readonly number[]) =>
  (answer: ApiAnswer): boolean =>
    codes.includes(codeOf(answer, 'code'));
const subcodeIs =
  (...codes: readonly number[]) =>
  (answer: ApiAnswer): boolean =>
    codes.includes(codeOf(answer, 'subcode'));
const reportIs =
  (...states: readonly string[]) =>
  ({ body }: ApiAnswer): boolean =>
    states.includes(body?.scalarAt('async_status') ?? '');

/** Too many calls: of the app, the user, the account; 80000 to 80014 by what is asked for. */
function isThrottled(answer: ApiAnswer): boolean {
  const code = codeOf(answer, 'code');
  return [4, 17, 32, 341, 613].includes(code) || (code >= 80_000 && code <= 80_014);
}

/** Subcodes outrank codes: code 2 is a passing trouble, a question that is too large, or one that is wrong for good, by its subcode. */
export const errors: readonly ErrorRule[] = [
  { class: 'not_ready', reason: 'report_not_ready', phases: ['poll', 'result'], when: subcodeIs(1_815_107, 2_637) },
  { class: 'split', reason: 'too_much_data', when: subcodeIs(1_487_534, 1_504_018, 1_504_038) },
  { class: 'retry', reason: 'report_failed', when: subcodeIs(1_504_043, 2_490_547) },
  { class: 'fail_stream', reason: 'invalid_report', when: subcodeIs(1_504_041, 1_504_042) },
  { class: 'retry', reason: 'report_failed', phases: ['poll'], when: reportIs('Job Failed', 'Job Skipped') },
  // A report is kept for some time: what is gone is made anew.
  { class: 'skip', reason: 'report_gone', phases: ['poll'], when: (answer) => codeIs(100)(answer) && subcodeIs(33)(answer) },
  { class: 'wait', reason: 'too_many_calls', when: isThrottled },
  { class: 'fail_account', reason: 'token_refused', when: codeIs(190) },
  { class: 'retry', reason: 'passing_trouble', when: codeIs(1, 2) },
  { class: 'fail_stream', reason: 'missing_permission', when: codeIs(10, 200) },
  { class: 'fail_stream', reason: 'invalid_request', when: codeIs(100) },
];
