import type { RuleSource } from '../../../src/enriched/rules/parse.ts';
import type { Rules } from '../../../src/enriched/rules/rules.ts';
import { compileRules } from '../../../src/enriched/rules/rules.ts';
import { shippedSources } from './shipped-rules.ts';

/** The shipped files with the funnel rules replaced. */
export function withFunnelFile(text: string): RuleSource[] {
  return [
    ...shippedSources.filter(({ file }) => !file.endsWith('funnel-step.yaml')),
    { file: 'config/rules/funnel-step.yaml', text },
  ];
}

/** Rules whose funnel file is this one. */
export function rulesWithFunnel(text: string): Rules {
  return compileRules(withFunnelFile(text));
}
