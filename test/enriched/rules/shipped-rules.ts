import { fileURLToPath } from 'node:url';

import { compileRules } from '../../../src/enriched/rules/rules.ts';
import { readRuleSources } from '../../../src/enriched/rules/rules.client.ts';

/** The rule files of `config/rules`, as they are shipped. */
export const shippedSources = await readRuleSources(fileURLToPath(new URL('../../../config/rules', import.meta.url)));

export const shippedRules = compileRules(shippedSources);
