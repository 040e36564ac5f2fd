import type { LocalDate } from '../../core/time.ts';
import type { ApiRequest } from './answer.ts';
import type { Auth, Credentials } from './auth.ts';
import type { Budget } from './budget.ts';
import type { Cursor } from './cursor-window.ts';
import type { ErrorRule } from './errors.ts';
import type { Field } from './fields.ts';
import type { Job } from './job.ts';
import type { JsonValue } from './json/json.ts';
import type { Paginator } from './paginator.ts';
import type { Children, RecordsPlace } from './records.ts';
import type { ApiVersion } from './version.ts';

/** A platform whose API is asked: one folder of typed objects and pure functions. The engine knows these slots and no platform. */
export interface Platform {
  readonly name: string;
  readonly title: string;
  /** Where its rules are from, with the date of reading; whoever moves the version reads them again. */
  readonly references: readonly string[];
  /** Names of `settings` with what they must look like. */
  readonly settings: Readonly<Record<string, Setting>>;
  readonly api: Api;
  readonly auth: Auth;
  readonly budget: Budget;
  readonly errors: readonly ErrorRule[];
  /** What answers may say against themselves, by a word for batches and reports; the text stands behind "has". */
  readonly warnings?: Readonly<Record<string, string>>;
  /** Currencies whose minor unit has other digits here than by ISO 4217. */
  readonly minorDigits?: Readonly<Record<string, number>>;
  /** Where the platform says an account's zone and currency, which batches name. */
  readonly profile?: Profile;
  /** The cheapest request that shows whether the credentials are good. */
  readonly check: (settings: Settings) => ApiRequest;
  readonly streams: readonly Stream[];
}

export interface Setting {
  readonly form: RegExp;
  /** In words, behind "must be". */
  readonly meaning: string;
  /** True: an account may do without it. */
  readonly optional?: true;
  /** True: requests name it, not only the address, so `base_url` does not stand in its place. */
  readonly inRequests?: true;
}

/** Settings of an account. */
export type Settings = Readonly<Record<string, string>>;

/** 1: where the API is, and which version of it. */
export interface Api {
  readonly baseUrl: (settings: Settings) => string;
  readonly version: ApiVersion;
  /** Headers of every request to it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Those that name the account or the application. */
  readonly accountHeaders?: (context: FetchContext) => Readonly<Record<string, string>>;
  /** The header in which an answer names its version. */
  readonly servedHeader?: string;
}

export interface Profile {
  readonly request: (settings: Settings) => ApiRequest;
  readonly zone: string;
  readonly currency: string;
}

/**
 * What becomes of records of the same key: `versioned`, the newest stays; `event`, each is there once; `replace`, the days
 * of a batch are replaced by it; `snapshot`, everything is.
 */
export type Disposition = 'versioned' | 'event' | 'replace' | 'snapshot';

/** How hub learns what the platform has deleted. `sweep`: the keys of everything, weekly, as `<stream>_keys`. */
export type Deletions = 'flag' | 'events' | 'sweep' | 'replace' | 'none';

/** One kind of records of a platform. */
export interface Stream {
  readonly name: string;
  /** In a line, for `hub sources`. */
  readonly summary: string;
  readonly disposition: Disposition;
  /** Paths of the fields that make its key. */
  readonly key: readonly string[];
  readonly fields: readonly Field[];
  /** Paths that are known and not read, with everything below them. */
  readonly ignored: readonly string[];
  readonly deletions: Deletions;
  /** Undefined for a child: its records come with those of its parent. */
  readonly extraction?: Extraction;
  /** The stream with which its records come. */
  readonly parent?: string;
}

/** How a stream is asked for. */
export interface Extraction {
  /** What changed since the last run; undefined: everything, each time. */
  readonly cursor?: Cursor;
  /** The longest window of a slice, and the shortest that is split no more; in milliseconds. */
  readonly window?: { readonly stepMs: number; readonly smallestMs: number };
  /** Asked for by whole days of the account, which are asked for again until they are final. */
  readonly days?: RestatedDays;
  /** True: a listing is one slice however long it is, as one job makes it. */
  readonly wholeListing?: boolean;
  /** How long the platform remembers what changed: after a longer gap everything is listed anew. */
  readonly remembersMs?: number;
  /** So often it is asked for, if not in every run. */
  readonly everyMs?: number;
  readonly fetch: (slice: Slice, context: FetchContext) => Fetch;
}

/** Days of an account, of which the platform changes the figures later on (sources specification, engine 5 and 7). */
export interface RestatedDays {
  /** The most days of a slice, and the fewest, which are split no more. */
  readonly step: number;
  readonly smallest: number;
  /** For so many days behind it a day may still change, unless the account says otherwise. */
  readonly restateDays: number;
  /** The first day that the platform still tells of on a day. */
  readonly oldest: (today: LocalDate) => LocalDate;
}

/** A part of the work: what is fetched, written and committed together. */
export interface Slice {
  /** ISO 8601 with `Z`, of restated days a date; the end is not part of it; null where an end is open. */
  readonly from: string | null;
  readonly to: string | null;
  /** True: everything of the window is listed; false: what changed in it. */
  readonly listing: boolean;
}

export interface FetchContext {
  readonly settings: Settings;
  readonly credentials: Credentials;
}

/** What is asked for a slice. */
export type Fetch = Pages | EachKey | JobResult | Measured;

/** One request after the other, until the paginator's end. */
export interface Pages {
  readonly kind: 'pages';
  readonly request: ApiRequest;
  readonly paginator: Paginator;
  readonly records: RecordsPlace;
  /** Words of the platform's `warnings` that hold of an answer. */
  readonly warningsOf?: (body: JsonValue) => readonly string[];
  /** The request for the children of a record that its page had no room for; `at` is where their connection is then. */
  readonly more?: (children: Children, parentId: string, cursor: string) => { readonly request: ApiRequest; readonly at: string };
}

/** Keys first, then the pages of each: what events name, or the children of parents. A key counts once. */
export interface EachKey {
  readonly kind: 'each';
  readonly keys: Pages;
  readonly keyOf: (record: JsonValue) => string | undefined;
  readonly pages: (key: string) => Pages;
  /** True: each record is a child of its key, which it names as `__parentId`. */
  readonly isParent?: boolean;
}

export interface JobResult {
  readonly kind: 'job';
  readonly job: Job;
}

/** Asks how much there is, and then in the way for little or for much. */
export interface Measured {
  readonly kind: 'measured';
  readonly request: ApiRequest;
  readonly count: string;
  readonly above: number;
  readonly small: Fetch;
  readonly large: Fetch;
}

/** The streams whose records come with those of another one. */
export function childrenOf(platform: Platform, stream: Stream): readonly Stream[] {
  return platform.streams.filter(({ parent }) => parent === stream.name);
}
