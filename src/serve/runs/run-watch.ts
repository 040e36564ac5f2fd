import { messageOf } from '../../core/errors.ts';
import { millisOf, type Clock } from '../../core/time.ts';
import type { JobRun } from '../../engine/runs/job-runs.repository.ts';
import { eventsSince, type RunEvent } from './run-events.ts';

/** An event with its number, which only grows, also over a new start of the server. */
export interface NumberedEvent extends RunEvent {
  readonly number: number;
}

/** Looks at runs as long as somebody listens. */
export interface RunWatch {
  /**
   * Tells of every event from now on; before, of those behind a number that are still remembered, or of what is running.
   * @returns what ends it; undefined if too many listen already
   */
  listen(after: number | undefined, tell: (event: NumberedEvent) => void): Promise<(() => void) | undefined>;
}

export interface RunWatchOptions {
  /** The newest runs and all that are under way. */
  readonly read: () => Promise<readonly JobRun[]>;
  readonly clock: Clock;
  readonly everyMs: number;
  /** Told of the first failure after a success. */
  readonly trouble: (message: string) => void;
}

const MOST_LISTENERS = 50;
const REMEMBERED = 1_000;

export function runWatch({ read, clock, everyMs, trouble }: RunWatchOptions): RunWatch {
  const listeners = new Set<(event: NumberedEvent) => void>();
  let remembered: NumberedEvent[] = [];
  let seen: Map<string, JobRun['status']> | undefined;
  let number = millisOf(clock.now());
  let timer: NodeJS.Timeout | undefined;
  let isFailing = false;
  let looking: Promise<readonly JobRun[]> | undefined;

  const look = (): Promise<readonly JobRun[]> => (looking ??= lookOnce().finally(() => (looking = undefined)));
  const lookOnce = async (): Promise<readonly JobRun[]> => {
    const runs = await read();
    const events = seen === undefined ? [] : eventsSince(seen, runs);
    seen = new Map([...(seen ?? []), ...runs.map((run) => [run.run_id, run.status] as const)].slice(-REMEMBERED));
    for (const event of events) {
      const numbered = { ...event, number: ++number };
      remembered = [...remembered, numbered].slice(-REMEMBERED);
      for (const tell of listeners) tell(numbered);
    }
    return runs;
  };
  const next = (): void => {
    timer = setTimeout(() => {
      look()
        .then(() => (isFailing = false))
        .catch((error: unknown) => {
          if (!isFailing) trouble(messageOf(error));
          isFailing = true;
        })
        .finally(() => {
          timer = undefined;
          if (listeners.size > 0) next();
        });
    }, everyMs);
  };
  return {
    async listen(after, tell) {
      if (listeners.size >= MOST_LISTENERS) return undefined;
      const runs = await look();
      const oldest = remembered[0]?.number;
      if (after !== undefined && oldest !== undefined && after >= oldest - 1) for (const event of remembered.filter((each) => each.number > after)) tell(event);
      else for (const event of eventsSince(new Map(), runs.filter(({ status }) => status === 'running'))) tell({ ...event, number });
      listeners.add(tell);
      if (timer === undefined) next();
      return () => {
        listeners.delete(tell);
        if (listeners.size === 0) {
          clearTimeout(timer);
          timer = undefined;
          // Nobody looks any more: who comes next begins with what is running then.
          [seen, remembered] = [undefined, []];
        }
      };
    },
  };
}
