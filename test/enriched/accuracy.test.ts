import { describe, expect, test } from '@jest/globals';

import { measureAccuracy } from '../../src/enriched/accuracy.ts';
import { contractOf } from '../../src/enriched/rules/facts.ts';
import { labelledFacts, readLabels } from './label-files.ts';
import { shippedRules } from './rules/shipped-rules.ts';

describe('the shipped rules on labelled texts', () => {
  test.each(labelledFacts)('give no wrong %s and leave less than 2 %% of the classes unclassified', async (fact) => {
    const labels = await readLabels(fact);
    const { fallback } = contractOf(fact);
    const accuracy = measureAccuracy(
      labels,
      ({ text, structure }) => shippedRules.of(fact).classify(text, structure).value,
      fallback,
    );
    expect(accuracy.wrong).toEqual([]);
    expect(accuracy.missedShare).toBeLessThan(0.02);
    for (const { precision, recall } of Object.values(accuracy.classes)) {
      expect(precision ?? 1).toBe(1);
      expect(recall ?? 1).toBeGreaterThanOrEqual(0.9);
    }
  });
});

describe('measureAccuracy', () => {
  const labels = [
    { text: 'a1', expect: 'a' },
    { text: 'a2', expect: 'a' },
    { text: 'b1', expect: 'b' },
    { text: 'b2', expect: 'b' },
    { text: 'x', expect: 'unclassified' },
  ];

  test('tells wrong classes from missed ones, and gives precision and recall by class', () => {
    const answers: Record<string, string> = { a1: 'a', a2: 'b', b1: 'b', b2: 'unclassified', x: 'a' };
    expect(measureAccuracy(labels, ({ text }) => answers[text] ?? '')).toEqual({
      total: 5,
      right: 2,
      wrong: [
        { text: 'a2', expect: 'a', got: 'b' },
        { text: 'x', expect: 'unclassified', got: 'a' },
      ],
      missed: [{ text: 'b2', expect: 'b', got: 'unclassified' }],
      missedShare: 0.25,
      classes: {
        a: { labelled: 2, given: 2, right: 1, precision: 0.5, recall: 0.5 },
        b: { labelled: 2, given: 2, right: 1, precision: 0.5, recall: 0.5 },
        unclassified: { labelled: 1, given: 1, right: 0, precision: 0, recall: 0 },
      },
    });
  });

  test('has no figure where there is nothing to divide by', () => {
    expect(measureAccuracy([], () => 'a')).toEqual({ total: 0, right: 0, wrong: [], missed: [], missedShare: 0, classes: {} });
    const { classes } = measureAccuracy([{ text: 'a1', expect: 'a' }], () => 'b');
    expect(classes).toMatchObject({ a: { precision: null, recall: 0 }, b: { precision: 0, recall: null } });
  });
});

describe('the labelled texts', () => {
  test('are many, in six languages, and at least half of them held out', async () => {
    const all = (await Promise.all(labelledFacts.map(readLabels))).flat();
    expect(all.length).toBeGreaterThanOrEqual(300);
    expect(new Set(all.map(({ lang }) => lang))).toEqual(new Set(['en', 'de', 'fr', 'nl', 'es', 'it']));
    expect(all.filter((row) => row.held_out).length).toBeGreaterThanOrEqual(all.length / 2);
  });

  test.each(labelledFacts)('of %s are worded differently from the examples of its rules, and occur once', async (fact) => {
    const examples = shippedRules.of(fact).rules.flatMap(({ examples: { match, no_match } }) => [...match, ...no_match]);
    const known = new Set(examples.map((example) => (typeof example === 'string' ? example : String(example['text']))));
    const rows = await readLabels(fact);
    expect(rows.filter(({ text }) => known.has(text))).toEqual([]);
    expect(new Set(rows.map(({ text }) => text)).size).toBe(rows.length);
  });
});
