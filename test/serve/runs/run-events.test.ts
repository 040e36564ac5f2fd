import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import type { JobRun, RunStatus } from '../../../src/engine/runs/job-runs.repository.ts';
import { eventsSince } from '../../../src/serve/runs/run-events.ts';
import { runWatch, type NumberedEvent } from '../../../src/serve/runs/run-watch.ts';
import { testClock } from '../../support/suite/clock.ts';

const run = (id: string, status: RunStatus, minute = 0): JobRun => ({ run_id: id, status, started_at: `2026-11-20 05:${String(minute).padStart(2, '0')}:00.000000`, command: 'enrich', brands: 'alpina', totals: '{}' }) as unknown as JobRun;
const told = (events: readonly { kind: string; run: JobRun }[]): string[] => events.map((event) => `${event.kind} ${event.run.run_id} ${event.run.status}`);

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 500 && !holds(); waited++) await sleep(10);
}

test('runs begin, end and get lost, in the order in which they began', () => {
  const seen = new Map<string, RunStatus>([['a', 'running'], ['b', 'running'], ['c', 'succeeded'], ['e', 'lost']]);
  const runs = [run('d', 'running', 3), run('b', 'lost', 1), run('a', 'refused', 0), run('c', 'succeeded', 2), run('f', 'failed', 5), run('e', 'running', 4)];
  expect(told(eventsSince(seen, runs))).toEqual(['run.finished a refused', 'run.lost b lost', 'run.started d running', 'run.started e running', 'run.started f running', 'run.finished f failed']);
  expect(eventsSince(new Map(runs.map((each) => [each.run_id, each.status])), runs)).toEqual([]);
});

test('who listens hears what is running, then every event once, and goes on behind the last one that was heard', async () => {
  let runs = [run('a', 'running')];
  let reads = 0;
  const watch = runWatch({ read: () => (reads++, Promise.resolve(runs)), clock: testClock(), everyMs: 10, trouble: () => undefined });
  const [first, second, third]: [NumberedEvent[], NumberedEvent[], NumberedEvent[]] = [[], [], []];
  const endFirst = await watch.listen(undefined, (event) => first.push(event));
  expect(told(first)).toEqual(['run.started a running']);
  runs = [run('a', 'succeeded'), run('b', 'running', 1)];
  await until(() => first.length === 3);
  expect(told(first)).toEqual(['run.started a running', 'run.finished a succeeded', 'run.started b running']);
  const endSecond = await watch.listen(first[1]?.number, (event) => second.push(event));
  expect(told(second)).toEqual(['run.started b running']);
  expect(second[0]?.number).toBe(first[2]?.number);
  const endThird = await watch.listen(1, (event) => third.push(event));
  expect(told(third)).toEqual(['run.started b running']);
  for (const end of [endFirst, endSecond, endThird]) end?.();
  await sleep(100);
  const before = reads;
  await sleep(100);
  expect(reads).toBe(before);
});

test('no more than fifty may listen', async () => {
  const watch = runWatch({ read: () => Promise.resolve([]), clock: testClock(), everyMs: 10_000, trouble: () => undefined });
  const ends = [];
  for (let n = 0; n < 50; n++) ends.push(await watch.listen(undefined, () => undefined));
  expect(ends).not.toContain(undefined);
  expect(await watch.listen(undefined, () => undefined)).toBeUndefined();
  for (const end of ends) end?.();
});

test('a database that does not answer is told once, and events come when it does again', async () => {
  let [isAway, failures] = [false, 0];
  let runs: JobRun[] = [];
  const troubles: string[] = [];
  const heard: NumberedEvent[] = [];
  const watch = runWatch({ read: () => (isAway ? (failures++, Promise.reject(new Error('away'))) : Promise.resolve(runs)), clock: testClock(), everyMs: 10, trouble: (message) => troubles.push(message) });
  const end = await watch.listen(undefined, (event) => heard.push(event));
  isAway = true;
  await until(() => failures > 2);
  [isAway, runs] = [false, [run('a', 'running')]];
  await until(() => heard.length > 0);
  expect([troubles, told(heard)]).toEqual([['away'], ['run.started a running']]);
  end?.();
});
