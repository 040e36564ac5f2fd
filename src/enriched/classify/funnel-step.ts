import type { FunnelStep } from '../rules/facts.ts';
import type { Classified, Evidence } from '../rules/rule-set.ts';
import type { Rules } from '../rules/rules.ts';

/** The texts that may name a funnel step, in the order in which they are asked. */
export interface FunnelTexts {
  readonly brand: string;
  readonly ratePlanName: string | null;
  readonly chargeName: string | null;
  readonly subscriptionNotes: string | null;
}

/** The evidence of a funnel step also says which text it was read from. */
export interface FunnelEvidence extends Evidence {
  readonly source?: 'rate_plan' | 'charge' | 'notes';
}

const SOURCES = [
  ['rate_plan', 'ratePlanName'],
  ['charge', 'chargeName'],
  ['notes', 'subscriptionNotes'],
] as const;

/**
 * The funnel step of an offer: from the rate plan name, else the charge name, else the notes (classification,
 * "Funnel step"). A text decides as soon as a rule matches it, also if the rule says `unclassified`: `UP4` in the
 * plan name is not overruled by the charge.
 */
export function funnelStep(rules: Rules, texts: FunnelTexts): Classified<FunnelStep> & { evidence: FunnelEvidence } {
  for (const [source, field] of SOURCES) {
    const text = texts[field];
    if (text === null || text === '') continue;
    const { value, evidence } = rules.of('funnel_step').classify(text, {}, texts.brand);
    if (evidence.rule !== null) return { value, evidence: { ...evidence, source } };
  }
  return { value: 'unclassified', evidence: { rule: null } };
}
