import { expect, test } from '@jest/globals';

import { rules } from '../../../src/commands/checks/configuration.ts';
import type { Context } from '../../../src/context.ts';
import { compileRules } from '../../../src/enriched/rules/rules.ts';
import { shippedSources } from '../../enriched/rules/shipped-rules.ts';

const found = (sources: typeof shippedSources): Promise<unknown> => rules.run({ rules: () => Promise.resolve(compileRules(sources)) } as unknown as Context);

test('the doctor takes rules whose examples hold', async () => {
  expect(await found(shippedSources)).toMatchObject({ found: expect.stringMatching(/^version [0-9a-f]{16}$/) });
});

test('the doctor names file, line and rule of an example that does not hold', async () => {
  const wrong = shippedSources.map(({ file, text }) => ({ file, text: text.replace('match: [WB - 3 months half price', 'match: [Coffee') }));
  await expect(found(wrong)).rejects.toMatchObject({
    kind: 'configuration',
    message: expect.stringMatching(/funnel-step\.yaml:\d+: funnel\.winback\.abbreviation: "Coffee" should match, but no rule decides it/),
  });
});
