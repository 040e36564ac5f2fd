import { describe, expect, test } from '@jest/globals';

import { funnelStep } from '../../../src/enriched/classify/funnel-step.ts';
import { shippedRules } from '../rules/shipped-rules.ts';

const texts = { brand: 'alpina', ratePlanName: null, chargeName: null, subscriptionNotes: null };

describe('funnelStep', () => {
  test('reads the rate plan name first', () => {
    expect(funnelStep(shippedRules, { ...texts, ratePlanName: 'OB Shaker', chargeName: 'FE' })).toEqual({
      value: 'order_bump',
      evidence: { rule: 'funnel.order_bump.abbreviation', matched: 'OB', source: 'rate_plan' },
    });
  });

  test('reads the charge name, then the notes, where the text before says nothing', () => {
    const silent = { ...texts, ratePlanName: 'Detox 30', subscriptionNotes: 'bought as upsell 2' };
    expect(funnelStep(shippedRules, { ...silent, chargeName: 'FE Detox' })).toMatchObject({
      value: 'frontend',
      evidence: { source: 'charge' },
    });
    expect(funnelStep(shippedRules, silent)).toMatchObject({ value: 'upsell_2', evidence: { source: 'notes' } });
  });

  test('does not look further when a text names a step that is out of range', () => {
    expect(funnelStep(shippedRules, { ...texts, ratePlanName: 'UP4', chargeName: 'FE' })).toMatchObject({
      value: 'unclassified',
      evidence: { rule: 'funnel.upsell.out_of_range' },
    });
  });

  test('is unclassified, without a rule, where nothing names a step', () => {
    const nothing = { value: 'unclassified', evidence: { rule: null } };
    expect(funnelStep(shippedRules, texts)).toEqual(nothing);
    expect(funnelStep(shippedRules, { ...texts, ratePlanName: '', chargeName: 'Coffee' })).toEqual(nothing);
  });
});
