import type { MacroName } from './macros.ts';
import type { Policy } from './outcome.ts';
import type { Redactor } from './redact.ts';
import type { RelayKind } from './relay.ts';
import type { Signer } from './signature.ts';

/** `post`: the payload as JSON; `get`: a URL with macros; `redirect`: such a URL for a browser, the hub sends nothing. */
export const modes = ['post', 'get', 'redirect'] as const;
export type Mode = (typeof modes)[number];

/** Where relays go, as declared in destinations.yaml; the variables of its texts are filled in. */
export interface Destination extends Policy {
  readonly id: string;
  readonly mode: Mode;
  /** False: switched off in the file; nothing is put into the outbox for it. */
  readonly enabled: boolean;
  /** Environment variables that it needs and that are not set: what is for it waits in the outbox. */
  readonly missing: readonly string[];
  readonly kinds: ReadonlySet<RelayKind>;
  /** Undefined: all. */
  readonly brands: ReadonlySet<string> | undefined;
  /** With macros. */
  readonly url: string;
  readonly required: readonly MacroName[];
  readonly headers: Readonly<Record<string, string>>;
  /** Names of headers, in lower case, whose value comes from the environment. */
  readonly secretHeaders: ReadonlySet<string>;
  readonly signer: Signer;
  /** From the start of an attempt to the end of the answer. */
  readonly timeoutMs: number;
  /** Over all workers; undefined: as fast as it goes. */
  readonly requestsPerSecond: number | undefined;
  /** Requests at the same time, of each worker. */
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  readonly redactor: Redactor;
}

/** True if the destination wants what is of this kind and brand. */
export function subscribes(destination: Destination, kind: RelayKind, brand: string | null): boolean {
  return destination.enabled && destination.kinds.has(kind) && (brand === null || destination.brands === undefined || destination.brands.has(brand));
}

/** Why nothing is sent to a destination whatever its health; undefined if it can be sent to. */
export function obstacleOf(destination: Destination): string | undefined {
  if (!destination.enabled) return 'switched off in destinations.yaml';
  const { missing } = destination;
  return missing.length > 0 ? `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set` : undefined;
}
