import type { ApiAnswer } from '../../api/answer.ts';
import { errorOf } from './errors.ts';

/** The milliseconds that a refusal names: `retryDelay`, a duration in seconds as protocol buffers write it. */
export function quotaWait(answer: ApiAnswer): number | undefined {
  const delays = [...(errorOf(answer)?.at('details')?.items() ?? [])]
    .flatMap((detail) => [...(detail.at('errors')?.items() ?? [])])
    .flatMap((error) => /^(\d+(?:\.\d+)?)s$/.exec(error.scalarAt('details.quotaErrorDetails.retryDelay') ?? '')?.[1] ?? []);
  return delays.length === 0 ? undefined : Math.ceil(Math.max(...delays.map(Number)) * 1_000);
}
