import type { ConsentPurpose } from '../../leads/steps/consents.ts';
import type { Scheme } from '../schemes/scheme.ts';

/** The action of an event: what is done when it is imported. Pointers are JSON pointers into its body. */
export type WebhookAction =
  | { readonly kind: 'ignore' }
  /** An object of the sender is to be fetched again: what the event says of it is a hint, not a truth. */
  | { readonly kind: 'hint'; readonly object: string; readonly id: string }
  /** Somebody has agreed to a purpose, or has refused it. */
  | {
      readonly kind: 'consent';
      readonly email: string;
      readonly purpose: ConsentPurpose;
      /** A pointer to a yes or no, or the answer itself. */
      readonly granted: string | boolean;
      /** A pointer to the instant; undefined: that of receipt. */
      readonly at: string | undefined;
      readonly text: string | undefined;
    }
  /** A tracked event. */
  | {
      readonly kind: 'event';
      readonly name: string;
      readonly properties: string;
      /** A pointer to the answer to analytics; true: the source has it for all of its events. */
      readonly consent: string | true;
      readonly email: string | undefined;
      /** A pointer to the instant; undefined: that of receipt. */
      readonly at: string | undefined;
    }
  /** A lead of a form: its fields by pointers. */
  | { readonly kind: 'lead'; readonly form: string; readonly fields: ReadonlyMap<string, string> };

/** Which events an action is for. */
export interface ActionRule {
  /** A type with `*` for any characters. */
  readonly type: string;
  readonly matches: (type: string) => boolean;
  readonly action: WebhookAction;
}

/** A sender of webhooks, as config/webhooks.yaml declares it. */
export interface WebhookSource {
  readonly id: string;
  readonly brand: string;
  readonly scheme: Scheme;
  readonly schemeName: string;
  /** Of its secrets in the environment, in their order; any may have signed. Empty where none is set. */
  readonly keys: readonly Buffer[];
  /** Variables of the environment that must hold a secret, and hold none. */
  readonly unset: readonly string[];
  /** Seconds that a signed time may be away, both ways. */
  readonly tolerance: number;
  /** True: answered with 410, so that the sender gives up. */
  readonly isRetired: boolean;
  /** The first that matches counts; an event that none matches is ignored. */
  readonly rules: readonly ActionRule[];
}
