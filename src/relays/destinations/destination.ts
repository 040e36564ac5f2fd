import type { ConsentPurpose } from '../../leads/steps/consents.ts';
import type { Redactor } from '../../net/redact.ts';
import type { Signer } from '../../net/signature.ts';
import type { MailServer } from '../../net/smtp.client.ts';
import type { MacroName } from './macros.ts';
import type { Mode } from './mode.ts';
import type { Policy } from './verdict.ts';
import type { RelayKind } from '../outbox/relay.ts';

/** Which leads of hub serve a destination takes as `lead.created`; what is undefined takes all. */
export interface LeadChoice {
  readonly outcomes: ReadonlySet<'created' | 'duplicate' | 'restored'>;
  readonly brands: ReadonlySet<string> | undefined;
  /** Ids of forms.yaml. */
  readonly themes: ReadonlySet<string> | undefined;
  readonly products: ReadonlySet<string> | undefined;
  readonly partners: ReadonlySet<string> | undefined;
  /** A person goes there once in so many days. */
  readonly onceDays: number | undefined;
  /** Names of the payload with what stands for them: fields of forms, or what hub knows of a lead. */
  readonly fields: Readonly<Record<string, string>> | undefined;
}

/** What a destination takes. It is right whatever else is wrong, so that the outbox misses nothing. */
export interface Route {
  readonly id: string;
  /** False: switched off in the file; nothing is put into the outbox for it. */
  readonly enabled: boolean;
  readonly kinds: ReadonlySet<RelayKind>;
  /** Undefined: all. */
  readonly brands: ReadonlySet<string> | undefined;
  /** Undefined: none; `lead.created` comes from files only. */
  readonly leads?: LeadChoice | undefined;
  /** The SHA-256 of each address in lower case, hex, of a mail destination: each has its own relay. */
  readonly recipients?: readonly string[] | undefined;
}

/** How mails go to a destination. */
export interface MailRoute {
  readonly server: MailServer;
  /** An address, with a name before it or not. */
  readonly from: string;
  /** Addresses by their SHA-256. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** A destination whose declaration or variables are wrong: what is for it waits in the outbox. */
export interface BrokenDestination extends Route {
  /** With file and line; values of variables are not shown. */
  readonly problem: string;
}

/** Where relays go, as declared in destinations.yaml; the variables of its texts are filled in. */
export interface Destination extends Route, Policy {
  readonly mode: Mode;
  /** Environment variables that it needs and that are not set: what is for it waits in the outbox. */
  readonly missing: readonly string[];
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
  /** Only who has agreed to it is told of, as of when it is sent; undefined: nobody is asked. */
  readonly purpose: ConsentPurpose | undefined;
  readonly redactor: Redactor;
  /** Of a mail destination. */
  readonly mail?: MailRoute | undefined;
}

export type DeclaredDestination = Destination | BrokenDestination;

export function isBroken(destination: DeclaredDestination): destination is BrokenDestination {
  return 'problem' in destination;
}

/** True if the destination wants what is of this kind and brand. */
export function subscribes(destination: Route, kind: RelayKind, brand: string | null): boolean {
  return destination.enabled && destination.kinds.has(kind) && (brand === null || destination.brands === undefined || destination.brands.has(brand));
}

/** Why nothing is sent to a destination whatever its health; undefined if it can be sent to. */
export function obstacleOf(destination: DeclaredDestination): string | undefined {
  if (!destination.enabled) return 'switched off in destinations.yaml';
  return unusableBecause(destination);
}

/** Why a destination could not be called, were it switched on. */
export function unusableBecause(destination: DeclaredDestination): string | undefined {
  if (isBroken(destination)) return `cannot be used: ${destination.problem}`;
  const { missing } = destination;
  return missing.length > 0 ? `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set` : undefined;
}
