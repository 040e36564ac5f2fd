import type { LimitFunction } from 'p-limit';

import { interruption, type QueryScope } from './errors.ts';

/**
 * Waits for a free slot of the gate and resolves to the function that frees it again.
 *
 * @throws HubError `interrupted` as soon as the signal is aborted.
 */
export function enterGate(gate: LimitFunction, scope: QueryScope): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(interruption(scope));
    if (scope.signal.aborted) {
      onAbort();
      return;
    }
    scope.signal.addEventListener('abort', onAbort, { once: true });
    void gate(() => {
      scope.signal.removeEventListener('abort', onAbort);
      if (scope.signal.aborted) return;
      return new Promise<void>((leave) => resolve(leave));
    });
  });
}
