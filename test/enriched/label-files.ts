import { readFile } from 'node:fs/promises';

import type { Structure } from '../../src/enriched/rules/conditions.ts';
import type { Fact } from '../../src/enriched/rules/facts.ts';

/** A labelled text of `test/labels/<fact>.json`. Rules are written with the texts in view that are not held out. */
export interface LabelRow {
  readonly text: string;
  readonly lang: 'en' | 'de' | 'fr' | 'nl' | 'es' | 'it';
  readonly expect: string;
  readonly structure?: Structure;
  readonly held_out: boolean;
}

export const labelledFacts = [
  'funnel_step',
  'charge_category',
  'subscription_class',
  'refund_kind',
  'test_email',
  'test_name',
] as const satisfies readonly Fact[];

/** The labels of a fact. */
export async function readLabels(fact: Fact): Promise<LabelRow[]> {
  return JSON.parse(await readFile(new URL(`../labels/${fact}.json`, import.meta.url), 'utf8')) as LabelRow[];
}
