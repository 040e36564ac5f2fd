import type { Platform } from '../../../src/sources/api/platform.ts';
import { rangeOf, runExtract, type ExtractRequest } from '../../../src/sources/extract/run-extract.ts';
import type { SecretStore } from '../../../src/secrets/secret-store.ts';
import type { SourceAccount } from '../../../src/sources/api/account.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import { recordsOf } from '../../../src/lake/sources/records.ts';
import type { Database } from '../../../src/db/database.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { instantFromMillis, parseInstant, type Clock } from '../../../src/core/time.ts';
import type { Simulator } from '../../simulators/http/simulator.ts';

/** An extraction from a simulator: its clock is the simulator's, which waits move on. */
export interface Extraction {
  readonly database: Database;
  readonly lake: SourceLake;
  readonly platform: Platform;
  readonly simulator: Simulator;
  readonly secrets: ReadonlyMap<string, string>;
  readonly account?: Partial<SourceAccount>;
  readonly store?: Partial<SecretStore>;
  /** Milliseconds of each wait, in order. */
  readonly waits?: number[];
  readonly beforeWait?: () => void;
  /** Of the user who may end the run. */
  readonly signal?: AbortSignal;
}

export type Ask = Partial<Pick<ExtractRequest, 'maxWaitMs' | 'maxRequests' | 'dryRun'>> & { readonly streams?: readonly string[]; readonly from?: string; readonly to?: string };

/** Runs hub extract for one account of the simulator. */
export function extractFrom({ database, lake, platform, simulator, secrets, account = {}, store = {}, waits = [], beforeWait, signal }: Extraction, ask: Ask = {}): Promise<JobReport> {
  const clock: Clock = { now: () => instantFromMillis(simulator.now) };
  const declared: SourceAccount = {
    ...{ platform: platform.name, account: 'main', brand: 'alpina', settings: {}, start: '2026-11-26' as LocalDate, on_version_change: 'fail', base_url: simulator.url },
    ...account,
    credentials: { ...Object.fromEntries([...secrets.keys()].map((name) => [name.toLowerCase(), name])), ...account.credentials },
  };
  const services = {
    ...(signal === undefined ? {} : { signal }),
    ...{ database, lake, clock, version: '0', progress: silentProgress, proxy: undefined, random: () => 1, elapsed: () => simulator.now },
    store: { find: (name: string) => Promise.resolve(found(secrets.get(name))), replace: () => Promise.resolve(), ...store },
    sleep(ms: number) {
      beforeWait?.();
      waits.push(ms);
      simulator.now += Math.ceil(ms);
      return Promise.resolve();
    },
  };
  const { streams, from, to, maxWaitMs = 600_000, maxRequests, dryRun = false } = ask;
  const accounts = [{ platform, account: declared, streams: platform.streams.filter(({ name }) => streams?.includes(name) ?? true) }];
  const range = rangeOf(from === undefined ? undefined : parseInstant(from), to === undefined ? undefined : parseInstant(to));
  return runExtract(services, { accounts, range, shard: '1/1', maxWaitMs, maxRequests, dryRun, params: {} });
}

function found(value: string | undefined): { value: string; origin: 'environment' } | undefined {
  return value === undefined ? undefined : { value, origin: 'environment' };
}

/** The records of all batches of a stream, in their order. */
export async function recordsInLake(lake: SourceLake, stream: string, platform: string, account = 'main'): Promise<string[]> {
  const records: string[] = [];
  for (const batch of await lake.batches({ platform, stream, account })) {
    const manifest = await lake.manifest({ platform, stream, account, batch });
    if (manifest === undefined) throw new Error('a batch without a manifest');
    for await (const { text } of recordsOf(lake, manifest)) records.push(text);
  }
  return records;
}

/** The values of a member of each record, in the order of the lake. */
export function valuesOf(records: readonly string[], member = 'id'): string[] {
  return records.map((record) => String((JSON.parse(record) as Record<string, unknown>)[member]));
}
