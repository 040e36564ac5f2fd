import { beforeEach, expect, jest, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { problem } from '../../../src/core/problem.ts';
import { findRun, listRuns, succeededSince, type RunStatus } from '../../../src/engine/runs/job-runs.repository.ts';
import { runJob, type JobOutcome, type JobSpec } from '../../../src/engine/runs/job.ts';
import { acquireLock, liveRuns } from '../../../src/engine/runs/locks.repository.ts';
import { waitForCommand } from '../../../src/engine/runs/wait.ts';
import { instantOf, testClock, type TestClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { expireLeases } from '../../support/databases/locks.ts';
import { dumpTables } from '../../support/databases/tables.ts';

const spec: JobSpec = { command: 'import-billing', brands: ['belmont', 'alpina'], shard: '1/1', params: { from: null }, dryRun: false };
const outcome: JobOutcome = { status: 'succeeded', totals: { read: 3 }, items: [{ brand: 'alpina' }], problems: [problem('odd_batch', 'odd', { brand: 'alpina', line: 3, next: 'Ask.' })] };
const NEED = { command: 'import-billing', brands: ['alpina', 'belmont'], entities: undefined };
const signal = new AbortController().signal;

describeEachDatabase('a job', (suite) => {
  let clock: TestClock;
  beforeEach(async () => {
    await suite.empty();
    clock = testClock();
  });
  const run = (work: () => Promise<JobOutcome> = () => Promise.resolve(outcome), changes: Partial<JobSpec> = {}) =>
    runJob({ database: suite.database, clock, version: '1.2.3' }, { ...spec, ...changes }, work);

  test('is recorded with its outcome and reported', async () => {
    const report = await run(() => {
      clock.advance(1_500);
      return Promise.resolve(outcome);
    });
    expect(report).toMatchObject({ command: 'import-billing', dry_run: false, started_at: '2026-11-20T05:00:00.000Z', finished_at: '2026-11-20T05:00:01.500Z', ...outcome });
    const stored = await findRun(suite.database, report.run_id);
    expect(stored).toMatchObject({ run_id: report.run_id, brands: 'belmont,alpina', status: 'succeeded', pid: process.pid, version: '1.2.3', error: null });
    expect(stored.finished_at).toBe('2026-11-20 05:00:01.500000');
    expect(report.warnings).toEqual(['odd']);
    expect([stored.totals, stored.items, stored.problems, stored.warnings].map((json) => JSON.parse(json ?? '') as unknown)).toEqual([outcome.totals, outcome.items, outcome.problems, ['odd']]);
    expect(await liveRuns(suite.database)).toEqual(new Set());
  });

  test('has problems that are no warnings, in the report and in its record', async () => {
    const row = problem('invalid_value', 'a row', { line: 7 });
    const report = await run(() => Promise.resolve({ ...outcome, furtherProblems: [row] }));
    expect(report.problems).toEqual([...(outcome.problems), row]);
    expect(report.warnings).toEqual(['odd']);
    expect(JSON.parse((await findRun(suite.database, report.run_id)).problems ?? '')).toEqual(report.problems);
  });

  test('keeps the first thousands of its problems, says how many more there were, and reports them all', async () => {
    const many = Array.from({ length: 2_100 }, (_, index) => problem('odd_batch', `batch ${index}`));
    const report = await run(() => Promise.resolve({ ...outcome, problems: many }));
    expect(report.problems).toHaveLength(2_100);
    const kept = JSON.parse((await findRun(suite.database, report.run_id)).problems ?? '') as { code: string; message: string }[];
    expect(kept).toHaveLength(2_001);
    expect(kept.at(-1)).toMatchObject({ code: 'more_problems', message: '100 more problems are not kept here.' });
  });

  test('holds one lock a brand while it works, and releases them whatever happens', async () => {
    let held = new Set<string>();
    const work = run(async () => {
      held = await liveRuns(suite.database);
      throw new HubError('refused', 'bad', 'Bad.');
    });
    await expect(work).rejects.toMatchObject({ code: 'bad' });
    expect(held.size).toBe(1);
    const locks = await suite.database.knex('job_locks').orderBy('name').pluck('name');
    expect(locks).toEqual(['import-billing/alpina/1/1', 'import-billing/belmont/1/1']);
    expect(await liveRuns(suite.database)).toEqual(new Set());
  });

  test('that fails is recorded as failed, and one that is interrupted as interrupted', async () => {
    await expect(run(() => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    clock.advance(1_000);
    await expect(run(() => Promise.reject(new HubError('interrupted', 'interrupted', 'Stop.')))).rejects.toThrow('Stop.');
    const runs = await listRuns(suite.database, { limit: 5 });
    expect(runs.map(({ status, error }) => [status, error])).toEqual([['interrupted', 'interrupted: Stop.'], ['failed', 'boom']]);
    expect(runs.map(({ problems, warnings }) => [JSON.parse(problems ?? '') as unknown, warnings])).toEqual([
      [[{ code: 'interrupted', message: 'Stop.', next: 'Run the command again: it takes up what is left.' }], '[]'],
      [[{ code: 'unexpected_error', message: 'boom', next: expect.stringContaining('--log-level debug') }], '[]'],
    ]);
  });

  test('that fails keeps the place and the next step of its error as a problem', async () => {
    const context = { brand: 'alpina', entity: 'invoice', batch: '20260301T050000Z', file: 'part-0.csv', line: 9, column: 'Amount', rows: 4 };
    await expect(run(() => Promise.reject(new HubError('refused', 'bad_batch', 'Bad.', { context, nextStep: 'Ask the exporter.' })))).rejects.toThrow('Bad.');
    const [failed] = await listRuns(suite.database, { limit: 1 });
    expect(JSON.parse(failed?.problems ?? '')).toEqual([{
      ...{ code: 'bad_batch', message: 'Bad.', brand: 'alpina', stream: 'invoice', batch: '20260301T050000Z' },
      ...{ file: 'part-0.csv', line: 9, column: 'Amount', next: 'Ask the exporter.' },
    }]);
  });

  test('does not start if a brand is locked, leaves no record and no lock of its own', async () => {
    await acquireLock(suite.database, 'import-billing/belmont/1/1', 'other' as never);
    await expect(run()).rejects.toMatchObject({ kind: 'locked', context: { run_id: 'other' } });
    expect(await listRuns(suite.database, { limit: 5 })).toEqual([]);
    expect(await liveRuns(suite.database)).toEqual(new Set(['other']));
  });

  test('that loses a lock on the way is told to stop and ends as locked, not as interrupted', async () => {
    jest.useFakeTimers({ doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout', 'clearImmediate'] });
    try {
      const work = runJob({ database: suite.database, clock, version: '1' }, spec, async (_job, { signal: stop }) => {
        await expireLeases(suite.database);
        jest.advanceTimersByTime(15_000);
        await new Promise((resolve) => stop.addEventListener('abort', resolve));
        throw new HubError('interrupted', 'interrupted', 'Stop.');
      });
      await expect(work).rejects.toMatchObject({ kind: 'locked', code: 'lease_lost', context: { lock: 'import-billing/alpina/1/1' } });
    } finally {
      jest.useRealTimers();
    }
    expect(await listRuns(suite.database, { limit: 1 })).toMatchObject([{ status: 'failed', error: expect.stringMatching(/^lease_lost: /) }]);
  });

  test('takes further locks, which are given back with its own', async () => {
    let held: string[] = [];
    await runJob({ database: suite.database, clock, version: '1' }, spec, async ({ lock }) => {
      await lock('build-audiences/audience/all');
      held = await suite.database.knex('job_locks').where('expires_at', '>', '2000-01-01').orderBy('name').pluck('name');
      return outcome;
    });
    expect(held).toEqual(['build-audiences/audience/all', 'import-billing/alpina/1/1', 'import-billing/belmont/1/1']);
    expect(await liveRuns(suite.database)).toEqual(new Set());
  });

  test('hands the signal of its caller on', async () => {
    const controller = new AbortController();
    const work = runJob({ database: suite.database, clock, version: '1', signal: controller.signal }, spec, (_job, { signal: stop }) => {
      controller.abort();
      return Promise.reject(new HubError('interrupted', 'interrupted', String(stop.aborted)));
    });
    await expect(work).rejects.toMatchObject({ kind: 'interrupted', message: 'true' });
  });

  test('as a dry run writes nothing and takes no lock', async () => {
    const before = await dumpTables(suite.database);
    const report = await run(undefined, { dryRun: true });
    expect(report).toMatchObject({ dry_run: true, ...outcome });
    expect(await dumpTables(suite.database)).toEqual(before);
  });

  test('gets a change number above all before it', async () => {
    const numbers: number[] = [];
    for (let i = 0; i < 4; i++) {
      await runJob({ database: suite.database, clock, version: '1' }, spec, ({ changeNo }) => {
        numbers.push(changeNo);
        return i % 2 === 0 ? Promise.resolve(outcome) : Promise.reject(new Error('no'));
      }).catch(() => undefined);
    }
    expect(numbers).toEqual([1, 2, 3, 4]);
  });

  test('is found by the beginning of its id, if that is clear', async () => {
    const { run_id: id } = await run();
    clock.advance(1_000);
    await run();
    expect(await findRun(suite.database, id.slice(0, 18))).toMatchObject({ run_id: id });
    await expect(findRun(suite.database, '20261120')).rejects.toMatchObject({ kind: 'usage', code: 'run_unknown' });
    await expect(findRun(suite.database, 'nothing')).rejects.toMatchObject({ nextStep: 'List the runs with: hub runs list' });
    await expect(findRun(suite.database, '%')).rejects.toMatchObject({ code: 'run_unknown' });
  });

  test('is listed newest first, by command, up to a limit', async () => {
    for (const command of ['import-billing', 'import-email', 'import-billing']) {
      await run(undefined, { command });
      clock.advance(1_000);
    }
    const commands = async (filter: Parameters<typeof listRuns>[1]) => (await listRuns(suite.database, filter)).map(({ command }) => command);
    expect(await commands({ limit: 2 })).toEqual(['import-billing', 'import-email']);
    expect(await commands({ limit: 9, command: 'import-billing' })).toEqual(['import-billing', 'import-billing']);
  });

  test('is listed by how it ended and by when it began, together with its command', async () => {
    const ends: [string, JobOutcome['status'] | 'failed'][] = [['import-billing', 'succeeded'], ['import-email', 'failed'], ['import-billing', 'refused'], ['import-billing', 'failed']];
    for (const [command, status] of ends) {
      await run(() => (status === 'failed' ? Promise.reject(new Error('no')) : Promise.resolve({ ...outcome, status })), { command }).catch(() => undefined);
      clock.advance(24 * 60 * 60 * 1_000);
    }
    const found = async (filter: Partial<Parameters<typeof listRuns>[1]>) =>
      (await listRuns(suite.database, { limit: 9, ...filter })).map(({ command, status, started_at: at }) => `${at.slice(8, 10)} ${command} ${status}`);
    expect(await found({ statuses: ['failed', 'refused'] })).toEqual(['23 import-billing failed', '22 import-billing refused', '21 import-email failed']);
    expect(await found({ since: instantOf('2026-11-22 05:00:00') })).toEqual(['23 import-billing failed', '22 import-billing refused']);
    expect(await found({ since: instantOf('2026-11-22 05:00:00.000001') })).toEqual(['23 import-billing failed']);
    expect(await found({ since: instantOf('2026-11-21'), statuses: ['failed'], command: 'import-email' })).toEqual(['21 import-email failed']);
    expect(await found({ statuses: ['failed'], limit: 1 })).toEqual(['23 import-billing failed']);
    expect(await found({ statuses: ['succeeded'], since: instantOf('2026-11-21') })).toEqual([]);
  });

  test('under way is told from one that is lost by who holds locks', async () => {
    const found = async (statuses: readonly RunStatus[], live: readonly string[]) => (await listRuns(suite.database, { limit: 9, statuses, live: new Set(live) })).length;
    const report = runJob({ database: suite.database, clock, version: '1' }, spec, async ({ runId }) => {
      expect([await found(['running'], [runId]), await found(['lost'], [runId]), await found(['lost', 'failed'], []), await found(['running'], [])]).toEqual([1, 0, 1, 0]);
      expect([await found(['succeeded'], []), await found(['running', 'lost'], [])]).toEqual([0, 1]);
      return outcome;
    });
    await expect(report).resolves.toMatchObject({ status: 'succeeded' });
  });

  test('counts as fresh for others from the time on at which it succeeded', async () => {
    await run(() => Promise.resolve({ ...outcome, status: 'refused' }));
    const fresh = async (since: string) => (await succeededSince(suite.database, 'import-billing', instantOf(since))).length > 0;
    expect(await fresh('2026-11-20')).toBe(false);
    await run();
    expect(await fresh('2026-11-20')).toBe(true);
    expect(await fresh('2026-11-21')).toBe(false);
    await expect(waitForCommand(suite.database, NEED, 0, clock, signal)).resolves.toBeUndefined();
  });

  test('counts as fresh also where it left out single persons, if it decides person by person', async () => {
    await run(() => Promise.resolve({ ...outcome, status: 'refused' }), { command: 'enrich' });
    await expect(waitForCommand(suite.database, { ...NEED, command: 'enrich', entities: undefined }, 0, clock, signal)).resolves.toBeUndefined();
  });

  test('that did not succeed today keeps the waiting command from starting', async () => {
    await run();
    clock.advance(24 * 60 * 60 * 1_000);
    await expect(waitForCommand(suite.database, NEED, 0, clock, signal)).rejects.toMatchObject({
      kind: 'not_fresh',
      message: 'import-billing has not succeeded today (UTC) for alpina, belmont.',
      nextStep: expect.stringContaining('hub runs list --command import-billing'),
    });
  });

  test('of one brand does not do for a command that works on two', async () => {
    await run(undefined, { brands: ['alpina'] });
    await expect(waitForCommand(suite.database, NEED, 0, clock, signal)).rejects.toMatchObject({ context: { missing: 'belmont' } });
    await run(undefined, { brands: ['belmont'] });
    await expect(waitForCommand(suite.database, NEED, 0, clock, signal)).resolves.toBeUndefined();
  });

  test('is waited for until it succeeds', async () => {
    setTimeout(() => void run(), 20);
    await expect(waitForCommand(suite.database, NEED, 40, clock, signal)).resolves.toBeUndefined();
  });

  test('waiting ends with an interruption', async () => {
    const controller = new AbortController();
    const waiting = waitForCommand(suite.database, NEED, 600_000, clock, controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(waiting).rejects.toMatchObject({ kind: 'interrupted' });
  });
});
