import type { ErrorRule } from '../../api/errors.ts';

/** What is not listed goes by its status: dimensions that do not go together (400) end the stream. */
export const errors: readonly ErrorRule[] = [
  { class: 'fail_account', reason: 'token_refused', phases: ['token'], status: [400, 401, 403] },
  { class: 'fail_account', reason: 'missing_permission', status: [403] },
  { class: 'wait', reason: 'quota', status: [429] },
];
