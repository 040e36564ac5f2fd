import type { KnowledgeState } from '../../leads/decision.ts';
import type { Instant } from '../../core/time.ts';

/** What the server knows of persons while it answers; in memory alone. */
export interface Knowledge {
  /**
   * The deepest state that holds for a person (serve specification, "Routing").
   * @param emailSha256 64 lower-case hex digits
   */
  stateOf(emailSha256: string, brand: string): KnowledgeState;
  /** The change number up to which everything is known, and when it was read; undefined if nothing is known at all. */
  readonly asOf: { readonly number: number; readonly at: Instant } | undefined;
}
