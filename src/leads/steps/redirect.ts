import type { KnowledgeState } from '../decision.ts';
import type { LeadRecord } from '../lead-record.ts';

/** Step 1: where the lead was sent and why, as it was decided when it came. */
export interface Redirect {
  /** Null where no rule matched. */
  readonly rule: string | null;
  readonly target: string;
  readonly state: KnowledgeState;
  readonly knowledge_as_of: number | null;
  /** True: the state was not looked up, as one client had asked for too many addresses. */
  readonly withheld: boolean;
  /** Version of forms.yaml. */
  readonly forms_version: string;
}

export function redirectOf({ decision }: Pick<LeadRecord, 'decision'>): Redirect {
  const { rule, location, state, knowledge_as_of: asOf, withheld, forms } = decision;
  return { rule, target: location, state, knowledge_as_of: asOf, withheld, forms_version: forms };
}
