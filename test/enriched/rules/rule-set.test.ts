import { describe, expect, test } from '@jest/globals';

import { checkExamples } from '../../../src/enriched/rules/examples.ts';
import { explain } from '../../../src/enriched/rules/explain.ts';
import type { Fact } from '../../../src/enriched/rules/facts.ts';
import { FACTS } from '../../../src/enriched/rules/facts.ts';
import { Memo } from '../../../src/enriched/rules/memo.ts';
import { rulesWithFunnel } from './rule-file.ts';
import { shippedRules } from './shipped-rules.ts';

const overrides = `fact: funnel_step
lists:
  step: [Schritt, 'Stufe#']
rules:
  - id: funnel.frontend.words
    type: frontend
    words: [Hero Offer, 'Müller*', '{step}~1']
    except: { words: [no hero offer] }
    unless: { words: [archived] }
    examples: { match: ['Hero - offer'], no_match: [Heroic offer] }
  - id: funnel.order_bump.words
    type: order_bump
    words: [Bump]
    examples: { match: [Bump], no_match: [Bumper] }
brands:
  alpina:
    - id: alpina.funnel.cross_sell.bump
      type: cross_sell
      words: [Bump]
      examples: { match: [Bump], no_match: [Hero offer] }
`;
const rules = rulesWithFunnel(overrides);
const stepOf = (text: string, brand = 'belmont'): string => rules.of('funnel_step').classify(text, {}, brand).value;

describe('RuleSet.classify', () => {
  test.each([
    ['HERO   offer', 'frontend'],
    ['hero_offer 2', 'frontend'],
    ['Héro-Offer', 'frontend'],
    ['xhero offer', 'unclassified'],
    ['hero offers', 'unclassified'],
    ['muellerei', 'frontend'],
    ['Mullerin', 'frontend'],
    ['Schritt 1', 'frontend'],
    ['Schritt Nr. 1', 'frontend'],
    ['Schritt #1', 'frontend'],
    ['Schritt1', 'frontend'],
    ['Stufe7 1', 'frontend'],
    ['Schritt 12', 'unclassified'],
    ['no hero offer', 'unclassified'],
    ['no hero offer, hero offer', 'frontend'],
    ['hero offer (archived)', 'unclassified'],
    ['', 'unclassified'],
  ])('gives %j as %s', (text, expected) => {
    expect(stepOf(text)).toBe(expected);
  });

  test('tries the rules of a brand before the common ones, for that brand only', () => {
    expect(stepOf('Bump', 'alpina')).toBe('cross_sell');
    expect(stepOf('Bump', 'belmont')).toBe('order_bump');
    expect(stepOf('Hero offer with bump', 'alpina')).toBe('cross_sell');
    expect(stepOf('Hero offer', 'alpina')).toBe('frontend');
    expect(checkExamples(rules).filter(({ rule }) => rule.startsWith('alpina'))).toEqual([]);
  });

  test('lets the step that is written first win', () => {
    expect(stepOf('Bump for hero offer')).toBe('order_bump');
    expect(stepOf('Hero offer with bump')).toBe('frontend');
  });

  test('gives the matched text as it was written', () => {
    const { evidence } = rules.of('funnel_step').classify('  Große  HÉRO – Offer!');
    expect(evidence).toEqual({ rule: 'funnel.frontend.words', matched: 'HÉRO – Offer' });
  });

  test('remembers answers by text and by what the rules ask of the structure', () => {
    const set = shippedRules.of('charge_category');
    const first = set.classify('Coupon remembered', { charge_type: 'OneTime', amount: -1 });
    expect(set.classify('Coupon remembered', { charge_type: 'OneTime', amount: -2 })).toBe(first);
    expect(set.classify('Coupon remembered', { charge_type: 'OneTime', amount: 2 }).value).toBe('product');
    expect(set.classify('Coupon remembered', { charge_type: 'Recurring', amount: 2 }).value).toBe('subscription');
  });
});

describe('every fact', () => {
  const length = 20_000;
  test.each(['a', 'a ', '-', '@', '@a.', 'upsell ', 'é', '1', 'a-', '\n'])('takes a long text of %j in its stride', (part) => {
    const text = part.repeat(length / part.length);
    const start = performance.now();
    for (const fact of Object.keys(FACTS) as Fact[]) shippedRules.of(fact).matches(text, { charge_type: 'OneTime', amount: -1 });
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('explain', () => {
  test('shows the rule that fired with its place, and those that it beat in their order', () => {
    expect(explain(shippedRules, 'funnel_step', 'DS1 for  UP1')).toEqual({
      fact: 'funnel_step',
      text: 'DS1 for  UP1',
      value: 'downsell_1',
      fired: { rule: 'funnel.downsell_1.numbered', type: 'downsell_1', brand: null, matched: 'DS1', position: 0 },
      beaten: [{ rule: 'funnel.upsell_1.numbered', type: 'upsell_1', brand: null, matched: 'UP1', position: 9 }],
    });
  });

  test('shows structure without a place', () => {
    const structure = { charge_type: 'Recurring', charge_model: 'Discount-Percentage', amount: 0 };
    const { value, fired, beaten } = explain(shippedRules, 'charge_category', 'Free trial', structure);
    expect(value).toBe('discount');
    expect(fired).toMatchObject({ rule: 'charge.discount.model', matched: '', position: null });
    expect(beaten.map(({ rule }) => rule)).toEqual(['charge.trial.words', 'charge.subscription.recurring']);
  });

  test('shows an override with its brand', () => {
    const { fired, beaten } = explain(rules, 'funnel_step', 'Bump', {}, 'alpina');
    expect(fired).toMatchObject({ rule: 'alpina.funnel.cross_sell.bump', brand: 'alpina' });
    expect(beaten).toMatchObject([{ rule: 'funnel.order_bump.words', brand: null }]);
  });

  test('says that no rule matches', () => {
    expect(explain(shippedRules, 'funnel_step', 'Coffee')).toMatchObject({ value: 'unclassified', fired: null, beaten: [] });
    expect(explain(shippedRules, 'refund_kind', 'Coffee')).toMatchObject({ value: 'regular', fired: null });
  });
});

describe('Memo', () => {
  test('keeps what is asked for and drops the rest when it is full', () => {
    const memo = new Memo<number>(3);
    for (let index = 0; index < 100; index++) {
      memo.set(`text ${index}`, index);
      expect(memo.get('text 0')).toBe(0);
      expect(memo.size).toBeLessThanOrEqual(6);
    }
    expect(memo.get('text 50')).toBeUndefined();
    expect(memo.get('text 99')).toBe(99);
  });
});
