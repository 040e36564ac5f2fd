import type { ApiRequest } from './answer.ts';
import type { JsonValue } from './json/json.ts';
import type { Paginator } from './paginator.ts';
import type { RecordsPlace } from './records.ts';

/** How a job stands. */
export type JobState =
  | { readonly state: 'pending' }
  /** `result`: the URL or request of its result, null if there is nothing in it; `records`: how many the job counted. */
  | { readonly state: 'done'; readonly result: ApiRequest | null; readonly records: number | undefined }
  | { readonly state: 'failed' | 'gone' };

/** Work that the platform does by itself, and whose result is fetched at once: a bulk operation, a report. */
export interface Job {
  readonly create: ApiRequest;
  readonly idOf: (created: JsonValue) => string | undefined;
  readonly poll: (id: string) => ApiRequest;
  readonly stateOf: (polled: JsonValue, id: string) => JobState;
  readonly cancel?: (id: string) => ApiRequest;
  /** After so long it is given up. */
  readonly deadlineMs: number;
  readonly result: JobOutput;
}

/** What the result of a job is: a file of records, or pages that are asked for as any others. */
export type JobOutput = JobFile | JobPages;

/** A file with a record a line, or with all of them in one JSON array. */
export type JobFile = (Extract<RecordsPlace, { kind: 'ndjson' }> | { readonly kind: 'array' }) & {
  /** How the file itself is packed, whatever its transfer does. */
  readonly packed?: 'gzip';
};

export interface JobPages {
  readonly kind: 'pages';
  readonly paginator: Paginator;
  readonly records: RecordsPlace;
}

const FIRST_POLL_MS = 5_000;
const LONGEST_POLL_MS = 60_000;
const GROWTH = 1.5;

/** How long to wait before a poll, the first being 0: 5 s, half as much more each time, at most 60 s. */
export function pollDelayMs(poll: number): number {
  return Math.min(LONGEST_POLL_MS, Math.floor(FIRST_POLL_MS * GROWTH ** poll));
}
