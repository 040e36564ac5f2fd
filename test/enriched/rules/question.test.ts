import { describe, expect, test } from '@jest/globals';

import { questionOf, structureOf } from '../../../src/enriched/rules/question.ts';

const NO_DEFAULTS = { fact: undefined, brand: '', structure: {} };

describe('structureOf', () => {
  test('reads words, numbers and flags by the kind of the field', () => {
    expect(structureOf('charge_category', ['charge_type=OneTime', 'amount=-500'])).toEqual({ charge_type: 'OneTime', amount: -500 });
    expect(structureOf('test_account', ['test_flag=true', 'batch=Batch=7'])).toEqual({ test_flag: true, batch: 'Batch=7' });
  });

  test.each([
    ['charge_category', 'colour=red', 'It depends on: charge_type'],
    ['funnel_step', 'amount=1', 'It depends on the text alone.'],
    ['charge_category', 'amount=much', 'amounts are in cents'],
    ['charge_category', 'amount', 'amounts are in cents'],
    ['test_account', 'test_flag=maybe', 'true or false'],
  ] as const)('refuses %s --when %s and says what is possible', (fact, pair, advice) => {
    expect(() => structureOf(fact, [pair])).toThrow(
      expect.objectContaining({ code: 'invalid_condition', nextStep: expect.stringContaining(advice) }),
    );
  });
});

describe('questionOf', () => {
  test('takes the structure from its own object or from beside the text, and what is missing from the defaults', () => {
    const defaults = { fact: 'charge_category', brand: 'alpina', structure: { charge_type: 'OneTime' } } as const;
    const asked = questionOf('{"text":"Remise","amount":-1,"expect":"discount"}', 1, defaults);
    expect(asked).toEqual({ fact: 'charge_category', text: 'Remise', brand: 'alpina', structure: { charge_type: 'OneTime', amount: -1 } });
    const own = '{"fact":"refund_kind","brand":"corvina","text":"sorry","structure":{"type":"External","source_type":null}}';
    expect(questionOf(own, 1, NO_DEFAULTS)).toEqual({ fact: 'refund_kind', text: 'sorry', brand: 'corvina', structure: { type: 'External' } });
  });

  test.each(['{"text":"no fact"}', 'no json', '[]', '{"text":5,"fact":"funnel_step"}'])('refuses %s, naming the line', (line) => {
    expect(() => questionOf(line, 7, NO_DEFAULTS)).toThrow(expect.objectContaining({ code: 'invalid_question', context: { line: 7 } }));
  });
});
