import type { RunId } from '../../core/ids.ts';
import type { Instant } from '../../core/time.ts';
import { orderEventKinds } from '../../engine/outbox.ts';

/** Kinds that come as files: leads for partners, conversions for affiliate networks. */
export const fileKinds = ['lead.created', 'conversion'] as const;
export type FileKind = (typeof fileKinds)[number];

/** Kinds that tell people something: alerts, and the week (metrics specification, "Alerts and the weekly mail"). */
export const noticeKinds = ['alert.fired', 'alert.resolved', 'digest.weekly'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export function isNoticeKind(kind: string): kind is NoticeKind {
  return (noticeKinds as readonly string[]).includes(kind);
}

/** Tracked events of visitors (serve specification, "Tracked events"). */
const eventKinds = ['event.tracked'] as const;

/** Every kind of relay (relays.md, "Kinds"). */
export const relayKinds = [...orderEventKinds, ...fileKinds, ...eventKinds, ...noticeKinds] as const;
export type RelayKind = (typeof relayKinds)[number];

/**
 * The states of a relay. `pending`: never tried; `in_flight`: claimed by a worker until its lease ends; `retrying`:
 * failed, tried again at next_attempt_at; `dead`: given up; `cancelled`: not wanted any more (a newer version, an
 * erasure); `redirected`: handed to a browser, the outcome is unknown.
 */
export const relayStates = ['pending', 'in_flight', 'retrying', 'delivered', 'dead', 'cancelled', 'redirected'] as const;
export type RelayState = (typeof relayStates)[number];

/** States that still want something to happen. */
export const waitingStates: readonly RelayState[] = ['pending', 'in_flight', 'retrying'];

/** A row of relays. */
export interface RelayRow {
  relay_id: string;
  destination: string;
  kind: RelayKind;
  brand: string | null;
  subject_id: string | null;
  version: number | null;
  person_id: string | null;
  /** To whom a mail goes: the SHA-256 of the address in lower case, hex; null if the destination is one receiver. */
  recipient: string | null;
  dedupe_key: string;
  /** Null once it was purged or erased. */
  payload: string | null;
  /** 1 while there is a payload: what the purge looks for. */
  has_body: number;
  /** Of the person, subject or relay: divides the relays among shards. */
  bucket: number;
  state: RelayState;
  /** All attempts ever, those under way included. */
  attempts: number;
  /** Attempts since the relay was made or last revived: its place in the retry schedule. */
  tries: number;
  next_attempt_at: Instant | null;
  /** The end of the claim, in the database's time: workers' clocks may differ. */
  lease_until: Instant | null;
  /** The run that claimed it last. */
  run_id: RunId | null;
  reason: string | null;
  created_at: Instant;
  ended_at: Instant | null;
}

/** What became of an attempt. `lost`: the worker ended before it could say. */
export type AttemptOutcome = 'delivered' | 'retrying' | 'dead' | 'redirected' | 'lost';

/** A row of relay_attempts. The body sent is the relay's payload, which never changes. */
export interface AttemptRow {
  relay_id: string;
  attempt: number;
  run_id: RunId;
  outcome: AttemptOutcome;
  started_at: Instant;
  duration_ms: number | null;
  method: string | null;
  url: string | null;
  request_headers: string | null;
  status: number | null;
  response_headers: string | null;
  response_body: string | null;
  error: string | null;
  has_body: number;
}

/** What a relay begins as. */
export type NewRelay = Pick<
  RelayRow,
  'relay_id' | 'destination' | 'kind' | 'brand' | 'subject_id' | 'version' | 'person_id' | 'recipient' | 'dedupe_key' | 'bucket'
> & {
  readonly payload: string;
  /** When a browser was sent there: nothing is left to do. Left out: it waits. */
  readonly redirectedAt?: Instant;
};
