import { DriftCounter } from '../api/drift.ts';
import { JsonValue } from '../api/json/json.ts';
import { childrenOf, type Fetch, type Pages, type Stream } from '../api/platform.ts';
import type { AccountRun } from './account-run.ts';
import { readState } from './extract-state.repository.ts';
import type { ExtractedStream } from './extract-slice.ts';
import { pagesOf } from './fetch-pages.ts';
import type { PlannedSlice, PlanRequest } from '../api/planned-slice.ts';
import { planSlices } from './slice-plan.ts';
import { Stopped, type StopReason } from './stop.ts';

/** What a dry run has seen of a stream. */
export interface Rehearsal {
  readonly stream: string;
  readonly version: string;
  readonly requests: number;
  /** On the one page that was asked for. */
  readonly records: number;
  readonly waited_ms: number;
  /** Points that the page cost, where the platform counts in points. */
  readonly cost: number | null;
  readonly cursor: string | null;
  readonly unknown_fields: readonly string[];
  readonly missing_fields: readonly string[];
  /** What a run would ask next. */
  readonly slices: number;
  readonly next_from: string | null;
  readonly next_to: string | null;
  /** A report or bulk operation would be made, and is not. */
  readonly job: boolean;
  readonly stopped: StopReason | undefined;
}

/** Asks for one page of what a run would ask first. Nothing is written, and no job is made at the platform. */
export async function dryRunStream(run: AccountRun, { stream, extraction }: ExtractedStream, request: PlanRequest): Promise<Rehearsal> {
  const { platform, account, database, meter } = run;
  const before = { ...meter };
  const state = await readState(database, { platform: platform.name, account: account.account, stream: stream.name });
  const plan = planSlices(stream, extraction, state, request);
  const [first] = plan;
  const drifts = new Map([stream, ...childrenOf(platform, stream)].map((each) => [each.name, new DriftCounter(each.fields, each.ignored)]));
  let [records, job]: [number, boolean] = [0, false];
  let stopped: StopReason | undefined;
  try {
    const found = first === undefined ? 'nothing' : await firstPagesOf(run, stream, extraction.fetch(first.slice, { settings: account.settings, credentials: run.credentials }));
    job = found === 'job';
    for await (const page of typeof found === 'string' ? [] : pagesOf(servicesOf(run, stream), found)) {
      for (const { stream: child, line } of page) {
        drifts.get(child ?? stream.name)?.see(JsonValue.of(line));
        records++;
      }
      break;
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    stopped = error.reason;
  }
  const found = [...drifts].map(([name, drift]) => [name === stream.name ? '' : `${name}.`, drift.result] as const);
  return {
    ...{ stream: stream.name, version: platform.api.version.value, requests: meter.requests - before.requests, records, waited_ms: meter.waitedMs - before.waitedMs, cost: run.client.lastCost, cursor: state.cursor },
    unknown_fields: found.flatMap(([prefix, { unknown }]) => Object.keys(unknown).map((path) => prefix + path)),
    missing_fields: found.flatMap(([prefix, { lost }]) => Object.keys(lost).map((path) => prefix + path)),
    ...{ slices: plan.length, ...nextOf(first, plan.at(-1)), job, stopped },
  };
}

/** The pages that can be asked for without making a job. */
async function firstPagesOf(run: AccountRun, stream: Stream, fetch: Fetch): Promise<Pages | 'job' | 'nothing'> {
  switch (fetch.kind) {
    case 'pages':
      return fetch;
    case 'measured':
      return firstPagesOf(run, stream, fetch.small);
    case 'job':
      return 'job';
    case 'each':
      for await (const page of pagesOf(servicesOf(run, stream), fetch.keys)) {
        const [key] = page.flatMap(({ line }) => fetch.keyOf(JsonValue.of(line)) ?? []);
        return key === undefined ? 'nothing' : fetch.pages(key);
      }
      return 'nothing';
  }
}

function servicesOf({ client }: AccountRun, stream: Stream) {
  return { client, stream: stream.name, skipped: new Map<string, number>(), warned: new Set<string>() };
}

function nextOf(first: PlannedSlice | undefined, last: PlannedSlice | undefined): Pick<Rehearsal, 'next_from' | 'next_to'> {
  return { next_from: first?.slice.from ?? null, next_to: last?.slice.to ?? null };
}
