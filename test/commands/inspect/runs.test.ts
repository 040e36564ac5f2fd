import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { problem, type Problem } from '../../../src/core/problem.ts';
import { addMillis, systemClock, toIso } from '../../../src/core/time.ts';
import { runJob, type JobOutcome } from '../../../src/engine/runs/job.ts';
import { acquireLock, releaseLocks } from '../../../src/engine/runs/locks.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { migrate, newDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { workspace, type HubResult } from '../../support/program/hub.ts';

interface ShownRun {
  readonly run_id: string;
  readonly status: string;
  readonly started_at: string;
  readonly problems: readonly Problem[];
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const odd = problem('odd_batch', 'alpina invoice: odd', { brand: 'alpina', stream: 'invoice', next: 'Ask the exporter.' });

let suite: TestDatabase;
beforeAll(async () => {
  suite = await newDatabase('sqlite');
  await migrate(suite.database);
});
beforeEach(() => suite.empty());

describe('hub runs list', () => {
  test('shows runs by how they ended and since when, whatever form --since has', async () => {
    await record(3, 'succeeded');
    const refused = await record(2, 'refused');
    const failed = await record(0.5, 'failed');
    const list = async (...args: string[]): Promise<string[]> => ((await hub('runs', 'list', '--output', 'json', ...args)).json() as ShownRun[]).map(({ run_id: id }) => id);
    expect(await list('--status', 'failed', 'refused')).toEqual([failed, refused]);
    expect(await list('--status', 'failed,refused', '--since', '24h')).toEqual([failed]);
    expect(await list('--since', '1d', '--status', 'refused')).toEqual([]);
    expect(await list('--since', daysAgo(2.5))).toEqual([failed, refused]);
    expect(await list('--since', daysAgo(2.5), '--command', 'enrich')).toEqual([]);
    expect(await list('--since', daysAgo(-1).slice(0, 10))).toEqual([]);
    expect((await hub('runs', 'list', '--since', '1s')).stdout).toBe('There are no such runs.\n');
  });

  test('tells running runs from lost ones when it is asked for either', async () => {
    const lost = await record(0, 'running');
    const running = await record(0, 'running');
    const lease = await acquireLock(suite.database, 'import-billing/alpina/1/1', running as never);
    const statuses = async (status: string): Promise<unknown> => ((await hub('runs', 'list', '--status', status, '--output', 'json')).json() as ShownRun[]).map((run) => [run.run_id, run.status]);
    expect([await statuses('running'), await statuses('lost'), await statuses('failed')]).toEqual([[[running, 'running']], [[lost, 'lost']], []]);
    await releaseLocks(suite.database, [lease]);
  });

  test('refuses a status or a time that there is not, naming what there is', async () => {
    const status = await hub('runs', 'list', '--status', 'finished');
    expect([status.code, status.log()[0]?.message]).toEqual([2, expect.stringContaining('Allowed choices are running, succeeded, refused, failed, interrupted, lost.')]);
    const since = await hub('runs', 'list', '--since', 'yesterday');
    expect([since.code, since.log()[0]]).toEqual([2, expect.objectContaining({ code: 'invalid_since', next: expect.stringContaining('24h, 7d') })]);
  });
});

describe('hub runs show', () => {
  test('shows the problems of a run with their codes and what helps, as text and as data', async () => {
    const id = await record(0, 'refused', { furtherProblems: [problem('invalid_value', 'a row', { line: 3 })] });
    expect((await hub('runs', 'show', id)).stdout).toContain('\n\nProblems:\n  odd_batch: alpina invoice: odd\n    next: Ask the exporter.\n  invalid_value: a row\n');
    const shown = (await hub('runs', 'show', id, '--output', 'json')).json();
    expect(shown).toMatchObject({ problems: [odd, { code: 'invalid_value', message: 'a row', line: 3 }], warnings: [odd.message] });
  });

  test('shows plain totals in the text, and leaves tables to --output json', async () => {
    const totals = { unexplained: 1, brands: ['alpina'], bridges: [{ name: 'b' }], left_out: { test: 1 } };
    const id = await record(0, 'refused', { totals });
    const { stdout } = await hub('runs', 'show', id);
    expect(stdout).not.toContain('[object Object]');
    expect(stdout).toContain('\ntotals    unexplained=1  brands=alpina\n');
    expect((await hub('runs', 'show', id, '--output', 'json')).json()).toMatchObject({ totals });
  });

  test('shows why a run failed, where, and what to do', async () => {
    const id = await record(0, 'failed');
    const text = (await hub('runs', 'show', id)).stdout;
    expect(text).toContain('status    failed – bad_batch: Bad.\n');
    expect(text).toMatch(/\n\nProblems:\n {2}bad_batch: Bad\.\n {4}next: Ask\.\n$/);
    expect((await hub('runs', 'show', id, '--output', 'json')).json()).toMatchObject({ problems: [{ code: 'bad_batch', brand: 'alpina', stream: 'invoice', next: 'Ask.' }] });
  });

  test('shows the warnings of a run of before there were problems', async () => {
    const id = await record(0, 'succeeded');
    await suite.database.write((tx) => tx('job_runs').update({ problems: null }));
    expect((await hub('runs', 'show', id)).stdout).toContain('\n\nWarnings:\n  alpina invoice: odd\n');
    expect((await hub('runs', 'show', id, '--output', 'json')).json()).toMatchObject({ problems: [], warnings: [odd.message] });
  });
});

/** Records a run that began some days ago. @returns its id */
async function record(age: number, status: 'running' | 'failed' | JobOutcome['status'], more: Partial<JobOutcome> = {}): Promise<string> {
  const clock = testClock(daysAgo(age));
  let id = '';
  const spec = { command: 'totals' in more ? 'reconcile' : 'import-billing', brands: ['alpina'], shard: '1/1', params: {}, dryRun: false };
  const error = new HubError('refused', 'bad_batch', 'Bad.', { context: { brand: 'alpina', entity: 'invoice' }, nextStep: 'Ask.' });
  const work = runJob({ database: suite.database, clock, version: '1' }, spec, ({ runId }) => {
    id = runId;
    if (status === 'failed') return Promise.reject(error);
    return Promise.resolve({ status: status === 'running' ? 'succeeded' : status, totals: {}, items: [], problems: [odd], ...more });
  });
  await work.catch(() => undefined);
  if (status === 'running') {
    // As a process that was killed leaves it, on a machine of which nothing is known.
    await suite.database.write((tx) => tx('job_runs').where({ run_id: id }).update({ status, finished_at: null, host: 'elsewhere.example' }));
  }
  return id;
}

function daysAgo(days: number): string {
  return toIso(addMillis(systemClock.now(), -days * DAY_MS));
}

function hub(...args: string[]): Promise<HubResult> {
  return workspace({ HUB_DATABASE_URL: suite.url }).hub(args);
}
