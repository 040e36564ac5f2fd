import { setTimeout as sleep } from 'node:timers/promises';

import { HubError } from '../../core/errors.ts';

/** What is repeated until the signal. */
export interface FollowOptions {
  /** Between the end of a cycle and the next one. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** One cycle; true if there was something to do. */
  readonly cycle: () => Promise<boolean>;
  /** Told of what ends a cycle, and not the following ones. */
  readonly trouble: (error: HubError) => void;
}

/** How often something was done. */
export interface Followed {
  readonly cycles: number;
  readonly worked: number;
}

/** Mistakes of the caller or the program, which no further cycle mends. */
const ENDING: readonly HubError['kind'][] = ['usage', 'unexpected'];

/**
 * Repeats a cycle until the signal fires, and then ends in order: a cycle that it interrupts is taken up by the next process.
 * @throws what the first cycle throws about the configuration, and what no further cycle can mend
 */
export async function follow({ everyMs, signal, cycle, trouble }: FollowOptions): Promise<Followed> {
  let [cycles, worked] = [0, 0];
  const isEnding = (): boolean => signal.aborted;
  while (!isEnding()) {
    try {
      if (await cycle()) worked++;
    } catch (error) {
      if (isEnding()) break;
      if (!(error instanceof HubError) || ENDING.includes(error.kind) || (error.kind === 'configuration' && cycles === 0)) throw error;
      trouble(error);
    }
    cycles++;
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return { cycles, worked };
}
