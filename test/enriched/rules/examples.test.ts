import { describe, expect, test } from '@jest/globals';

import { checkExamples } from '../../../src/enriched/rules/examples.ts';
import { compileRules } from '../../../src/enriched/rules/rules.ts';
import { shippedRules, shippedSources } from './shipped-rules.ts';

describe('checkExamples', () => {
  test('finds that every example of the shipped rules holds', () => {
    expect(checkExamples(shippedRules)).toEqual([]);
  });

  test('names file, line, rule and text of examples that do not hold', () => {
    const sources = shippedSources.map(({ file, text }) => ({
      file,
      text: text.replace('match: [WB - 3 months half price', 'match: [Coffee').replace('no_match: [Webinar,', 'no_match: [WB,'),
    }));
    const funnel = sources.find(({ file }) => file.endsWith('funnel-step.yaml'));
    const line = (funnel?.text.split('\n').findIndex((text) => text.includes('id: funnel.winback.abbreviation')) ?? 0) + 1;
    const place = { file: funnel?.file, line, rule: 'funnel.winback.abbreviation' };
    expect(checkExamples(compileRules(sources))).toEqual([
      { ...place, text: 'Coffee', message: '"Coffee" should match, but no rule decides it' },
      { ...place, text: 'WB', message: '"WB" should not match, but does' },
    ]);
  });
});
