import { readFile } from 'node:fs/promises';

import { describe, expect, test } from '@jest/globals';

import { explain } from '../../src/enriched/rules/explain.ts';
import type { Fact } from '../../src/enriched/rules/facts.ts';
import { shippedRules } from './rules/shipped-rules.ts';

interface Vector {
  readonly fact: Fact;
  readonly text: string;
  readonly expect: string;
  readonly [field: string]: string | number;
}

const vectors = JSON.parse(
  await readFile(new URL('../vectors/classification.json', import.meta.url), 'utf8'),
) as Vector[];

describe('the shipped rules on the vectors of the specification', () => {
  test.each(vectors)('give $fact "$text" as $expect', ({ fact, text, expect: expected, ...structure }) => {
    expect(shippedRules.of(fact).classify(text, structure).value).toBe(expected);
    expect(explain(shippedRules, fact, text, structure).value).toBe(expected);
  });
});
