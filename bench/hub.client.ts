import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

import { HubError } from '../src/core/errors.ts';

/** Where the program is: the folder with bin/hub and the configuration. */
export interface HubFolder {
  readonly root: string;
  readonly program: string;
}

/** A run of hub as a process of its own. */
export interface HubRun {
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Peak resident memory of the process, in MB of 10^6 bytes. */
  readonly peakMegabytes: number;
  /** The `totals` of its report. */
  readonly totals: Readonly<Record<string, number>>;
}

/** The key of ids of all measurements. */
export const BENCH_ID_KEY = 'the key of the measurements, no secret';

/** Preloaded into the process: its own peak memory, in KiB, to file descriptor 3 when it ends. */
const REPORT_PEAK =
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));";

/**
 * Runs a hub command on the database and the lake, with nothing else of this environment.
 * @throws HubError unexpected if it does not end with exit code 0 or 3 (part of the lake was refused, as it should be)
 */
export async function runHub(
  hub: HubFolder,
  args: readonly string[],
  place: { readonly databaseUrl: string; readonly lake: string; readonly environment?: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<HubRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(REPORT_PEAK)}`, hub.program, ...args, '--output', 'json'], {
    cwd: hub.root,
    env: { PATH: process.env['PATH'], CI: 'true', HUB_DATABASE_URL: place.databaseUrl, HUB_LAKE_URL: `file:${place.lake}`, HUB_ID_KEY: BENCH_ID_KEY, ...place.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const [report, log, peak, [code]] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const seconds = (performance.now() - startedAt) / 1_000;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code !== 0 && code !== 3) {
    throw new HubError('unexpected', 'hub_failed', `hub ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${log.slice(-2_000)}`);
  }
  return { seconds, peakMegabytes: (Number(peak) * 1_024) / 1e6, totals: totalsOf(report) };
}

function totalsOf(report: string): Record<string, number> {
  const parsed: unknown = report === '' ? {} : JSON.parse(report);
  return (parsed as { totals?: Record<string, number> }).totals ?? {};
}
