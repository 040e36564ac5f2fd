import type { KnowledgeState } from './decision.ts';
import type { FormPair } from './pairs.ts';

/** A lead or a visit as the server journals it, one JSON line of `intake/lead` or `intake/visit` (schemas/intake-lead.v1.json). */
export interface LeadRecord {
  readonly v: 1;
  readonly kind: 'lead' | 'visit';
  /** `lead_` and 24 hex digits; of a visit `visit_` and as many. The key of the import: what comes twice is one. */
  readonly lead_id: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly received_at: string;
  readonly brand: string;
  /** Id in forms.yaml. */
  readonly form: string;
  readonly partner: string | null;
  readonly method: 'GET' | 'POST';
  /** Without the query. */
  readonly path: string;
  /** Those of the allow-list, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the client, behind the proxies that are trusted. */
  readonly address: string;
  /** Id of the API key; null without one. */
  readonly key: string | null;
  /** What the form declares, as it came. */
  readonly pairs: readonly FormPair[];
  /** What it does not: at most 50, 500 characters each, nothing that looks secret. */
  readonly extra: readonly FormPair[];
  /** The query of a POST, without what looks secret; that of a GET is pairs and extra. */
  readonly query: readonly FormPair[];
  readonly decision: {
    readonly rule: string | null;
    readonly location: string;
    readonly state: KnowledgeState;
    /** Change number of the snapshot that was asked; null if there was none. */
    readonly knowledge_as_of: number | null;
    /** True: the address was not looked up, as one client asked for too many. */
    readonly withheld: boolean;
    /** Version of forms.yaml. */
    readonly forms: string;
    /** There if the location leads through the redirect of the partner. */
    readonly via?: true | undefined;
  };
  /** The answer's status. */
  readonly status: number;
  /** From the request to the decision, in microseconds. */
  readonly micros: number;
}
