import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from '@jest/globals';

import type { Report } from '../../bench/report.ts';
import { PROJECT } from '../support/program/hub.ts';
import { testRun } from '../support/suite/run.ts';
import { onServer } from '../support/databases/server-answers.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const PROGRAM = join(PROJECT, 'dist', 'bench', 'main.js');
const TINY = ['--accounts', '30', '--days', '5', '--email-events', '2000'];
/** All but those whose work the day does as well. */
const MEASURED = ['import', 'keys', 'growth', 'day', 'email', 'audiences', 'relays'];
const { mysqlUrl } = testRun();
const describeOnServer = mysqlUrl === undefined ? describe.skip : describe;

interface Bench {
  readonly pid: number;
  readonly folder: string;
  interrupt(): void;
  /** Resolves when the text has come on stderr; rejects if the process ends before. */
  says(text: string): Promise<void>;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Starts the compiled bench with its temporary files in a folder of the test. */
function startBench(args: readonly string[], url = mysqlUrl ?? ''): Bench {
  if (!existsSync(PROGRAM)) throw new Error('dist is missing. Run: npm run build (npm test does it by itself)');
  const folder = temporaryFolder('bench');
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, HUB_BENCH_MYSQL_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = Promise.all([once(child, 'close') as Promise<[number | null]>, text(child.stdout)]);
  return {
    pid: child.pid ?? 0,
    folder,
    interrupt: () => void child.kill('SIGINT'),
    async says(wanted) {
      while (!stderr.includes(wanted)) {
        if (child.exitCode !== null) throw new Error(`The bench ended without saying "${wanted}":\n${stderr}`);
        await Promise.race([once(child.stderr, 'data'), once(child, 'exit')]);
      }
    },
    ended: ended.then(([[code], stdout]) => ({ code, stdout, stderr })),
  };
}

async function databasesOf(bench: Bench): Promise<string[]> {
  const rows = await onServer<{ name: string }>(mysqlUrl ?? '', 'select schema_name as name from information_schema.schemata');
  return rows.map(({ name }) => name).filter((name) => name.startsWith(`hub_bench_${bench.pid}_`));
}

describeOnServer(`the bench${mysqlUrl === undefined ? ' (NOT RUN, there is no MySQL server)' : ''}`, () => {
  describe('of a tiny lake', () => {
    let bench: Bench;
    let report: Report;

    beforeAll(async () => {
      bench = startBench([...TINY, '--runs', '1', '--output', 'json', '--only', ...MEASURED]);
      const { code, stdout } = await bench.ended;
      expect(code).toBe(0);
      report = JSON.parse(stdout) as Report;
    }, 180_000);

    test('says what it was measured on', () => {
      expect(report).toMatchObject({
        machine: { node: process.version, cores: expect.any(Number) },
        server: { version: expect.stringMatching(/^\d+\./), settings: { innodb_buffer_pool_size: expect.stringMatching(/^\d+$/) } },
        lake: { days: 5, seed: '1' },
        runs: 1,
      });
      expect(report.lake?.rows).toBeGreaterThan(500);
    });

    test('gives each measurement with positive samples and a verdict on each bar', () => {
      expect(report.measurements.map(({ name }) => name)).toEqual(MEASURED);
      for (const { figures, bars } of report.measurements) {
        for (const { samples } of figures) expect(samples).toEqual([expect.any(Number)]);
        expect(figures.flatMap(({ samples }) => samples).every((sample) => sample > 0)).toBe(true);
        expect(bars.length).toBeGreaterThan(0);
        for (const { rounds, value, met } of bars) {
          expect(value).toBeCloseTo(rounds[0] ?? Number.NaN);
          expect(typeof met).toBe('boolean');
        }
      }
    });

    test('leaves no database and no file behind', async () => {
      expect(await databasesOf(bench)).toEqual([]);
      expect(readdirSync(bench.folder)).toEqual([]);
    });
  });

  test('cleans up after Ctrl-C in the middle of an import', async () => {
    const bench = startBench([...TINY, '--only', 'import']);
    await bench.says('round 1 of 1: import-billing');
    expect(await databasesOf(bench)).toHaveLength(1);
    bench.interrupt();
    expect((await bench.ended).code).toBe(130);
    expect(await databasesOf(bench)).toEqual([]);
    expect(readdirSync(bench.folder)).toEqual([]);
  }, 60_000);
});

describe('the command line of the bench', () => {
  test('explains itself with examples', async () => {
    const bench = startBench(['--help']);
    const { code, stdout } = await bench.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/npm run bench -- --small/);
    expect(stdout).toMatch(/import +import-billing against bare LOAD DATA/);
  });

  test('says how to name a server when none answers', async () => {
    const bench = startBench(TINY, 'mysql://root@127.0.0.1:1');
    const { code, stderr } = await bench.ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/No MySQL or MariaDB server.*ECONNREFUSED[^]*--url mysql:/);
  });
});
