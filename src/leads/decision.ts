import type { Instant } from '../core/time.ts';
import type { FormPair } from './pairs.ts';

/** What is known of a person, from nothing to an active relation with the form's own brand (serve specification, "Routing"). */
export const knowledgeStates = ['unknown', 'known', 'known_active', 'known_active_same_brand'] as const;
export type KnowledgeState = (typeof knowledgeStates)[number];

/** The categories of a field's error (serve specification, "Fields"), in the order in which they are looked for. */
export const errorCategories = ['encoding', 'repeated', 'missing', 'too_long', 'malformed', 'not_allowed', 'out_of_range', 'blocked'] as const;
export type ErrorCategory = (typeof errorCategories)[number];

export interface FieldError {
  /** As the form declares it. */
  readonly field: string;
  readonly category: ErrorCategory;
}

/** A form as the server needs it to take a request. */
export interface CaptureForm {
  /** The id of forms.yaml, as records and logs have it. */
  readonly id: string;
  readonly brand: string;
  /** Whether fields are taken from the query of a GET too. */
  readonly takesGet: boolean;
  /** What a browser may say as Origin, such as `https://www.alpina.example`; none: nothing may be said. */
  readonly origins: readonly string[];
  /** Names that the form gives a meaning: its fields, the honeypot, the parameter of the partner. All other names are `extra`. */
  readonly declared: ReadonlySet<string>;
  /** Those of them that make a GET a lead and no visit: the fields. */
  readonly fields: ReadonlySet<string>;
}

/** What a decision is made of. */
export interface CaptureRequest {
  readonly form: CaptureForm;
  /** Where the fields are: the body of a POST, the query of a GET. */
  readonly pairs: readonly FormPair[];
  /** The query, in which the partner and the click ids may stand as well; of a GET the same as pairs. */
  readonly query: readonly FormPair[];
  /** The instant of receipt. */
  readonly at: Instant;
  /** Undefined for a visit: nobody sent fields, so none is judged and the person is unknown. */
  readonly leadId: string | undefined;
  /**
   * What is known of the person with this address, for the form's brand; asked at most once, and only for a valid address.
   * @param emailSha256 64 lower-case hex digits, the hash of persons
   */
  stateOf(emailSha256: string): KnowledgeState;
}

/** Where a request is sent, and why. */
export interface CaptureDecision {
  /** An absolute https URL with every macro filled in. */
  readonly location: string;
  /** Id of the rule; null where the form's default was taken. */
  readonly rule: string | null;
  /** Id of the partner; null for none or one that is unknown. */
  readonly partner: string | null;
  readonly state: KnowledgeState;
  /** True: the location leads through the redirect of the partner. */
  readonly via?: true;
  /** In the order of the form's fields; empty for a visit. */
  readonly errors: readonly FieldError[];
}

/**
 * The forms and routes of forms.yaml, compiled: all that the server asks while it answers. In memory, without any I/O;
 * it throws nothing, whatever the request holds. SIGHUP puts a new one in its place.
 */
export interface Decide {
  /** Version of forms.yaml: changes with its content. */
  readonly version: string;
  /** The form of a public id (`frm_…`, or what its `public_id` keeps alive). */
  form(publicId: string): CaptureForm | undefined;
  decide(request: CaptureRequest): CaptureDecision;
}
