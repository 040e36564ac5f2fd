import type { ApiAnswer } from '../../api/answer.ts';
import type { ErrorRule } from '../../api/errors.ts';

const DUPLICATE = /duplicate of\s*:\s*([0-9a-f-]{36})/i;

/** The report that is asked for already, which a refusal names. */
function duplicateOf({ body }: ApiAnswer): string | undefined {
  return DUPLICATE.exec(body?.scalarAt('detail') ?? body?.scalarAt('details') ?? '')?.[1];
}

/** What is not listed goes by its status: a 425 that names no report is tried again, one wrong column (400) ends the stream. */
export const errors: readonly ErrorRule[] = [
  { class: 'duplicate', reason: 'report_runs_already', phases: ['create'], status: [425], when: (answer) => duplicateOf(answer) !== undefined, job: duplicateOf },
  // A report is kept for some time: what is gone is made anew.
  { class: 'skip', reason: 'report_gone', phases: ['poll'], status: [404] },
  { class: 'fail_account', reason: 'token_refused', phases: ['token'], status: [400, 401, 403] },
  { class: 'fail_account', reason: 'missing_permission', status: [403] },
  { class: 'wait', reason: 'too_many_requests', status: [429] },
  { class: 'fail_stream', reason: 'invalid_report', phases: ['create'], status: [400, 422] },
];
