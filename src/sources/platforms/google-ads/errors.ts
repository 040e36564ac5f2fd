import type { ApiAnswer } from '../../api/answer.ts';
import type { ErrorRule } from '../../api/errors.ts';
import type { JsonValue } from '../../api/json/json.ts';

/** The error of an answer: the whole of it, or one of the batches of a stream, which come with status 200. */
export function errorOf({ body }: ApiAnswer): JsonValue | undefined {
  if (body?.kind !== 'array') return body?.at('error');
  return [...body.items()].map((batch) => batch.at('error')).find((error) => error !== undefined);
}

const statusIs =
  (...statuses: readonly string[]) =>
  (answer: ApiAnswer): boolean =>
    statuses.includes(errorOf(answer)?.scalarAt('status') ?? '');

/** A good status of a stream proves nothing: what follows may be cut, or an error in the place of a batch. */
export const errors: readonly ErrorRule[] = [
  { class: 'split', reason: 'stream_cut', phases: ['request'], when: ({ failure }) => failure === 'cut' },
  { class: 'fail_account', reason: 'token_refused', phases: ['token'], status: [400, 401, 403] },
  { class: 'wait', reason: 'quota', when: statusIs('RESOURCE_EXHAUSTED') },
  { class: 'retry', reason: 'passing_trouble', when: statusIs('UNAVAILABLE', 'INTERNAL', 'DEADLINE_EXCEEDED', 'ABORTED') },
  { class: 'fail_account', reason: 'missing_permission', status: [403] },
  { class: 'fail_account', reason: 'missing_permission', when: statusIs('PERMISSION_DENIED') },
  { class: 'fail_stream', reason: 'error_in_stream', status: [200], when: (answer) => errorOf(answer) !== undefined },
];
