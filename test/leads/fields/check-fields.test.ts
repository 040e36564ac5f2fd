import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { dateOf, parseInstant, type Instant, type LocalDate } from '../../../src/core/time.ts';
import { checkFields } from '../../../src/leads/fields/check-fields.ts';
import { fieldSchema, type Field } from '../../../src/leads/fields/field.ts';
import { errorCategories } from '../../../src/leads/decision.ts';
import { parseUrlencoded } from '../../../src/leads/pairs.ts';

interface FieldVectors {
  readonly forms: Readonly<Record<string, { readonly fields: Readonly<Record<string, unknown>> }>>;
  readonly blocked_domains: readonly string[];
  readonly cases: readonly { readonly name: string; readonly form: string; readonly at: string; readonly body: string; readonly expect: object }[];
}

const { fields: vectors } = JSON.parse(readFileSync('test/vectors/serve.json', 'utf8')) as { fields: FieldVectors };

function fieldsOf(form: string): ReadonlyMap<string, Field> {
  return new Map(Object.entries(vectors.forms[form]?.fields ?? {}).map(([name, field]) => [name, fieldSchema.parse(field)]));
}

describe('checkFields, on the cases of the specification', () => {
  test.each(vectors.cases)('$name', ({ form, at, body, expect: expected }) => {
    const surroundings = { day: dateOf(parseInstant(at) as Instant), blockedDomains: new Set(vectors.blocked_domains) };
    const { errors, values } = checkFields(fieldsOf(form), parseUrlencoded(Buffer.from(body, 'latin1')), surroundings);
    expect({ errors, values }).toMatchObject(expected);
    if ('values' in expected) expect(values).toEqual(expected.values);
  });
});

describe('checkFields', () => {
  const surroundings = { day: '2026-03-10' as LocalDate, blockedDomains: new Set<string>() };
  const one = (field: unknown, ...values: (string | null)[]) =>
    checkFields(
      new Map([['x', fieldSchema.parse(field)]]),
      values.map((value) => (value === null ? ['x', null, 'Wm/r'] : ['x', value])),
      surroundings,
    );

  test('makes a lead invalid by its e-mail, also where that is not required, and by a required field', () => {
    expect(one({ kind: 'email' }, 'anna').isInvalid).toBe(true);
    expect(one({ kind: 'phone', required: true }, 'x').isInvalid).toBe(true);
    expect(one({ kind: 'phone' }, 'x').isInvalid).toBe(false);
    expect(one({ kind: 'phone' }).isInvalid).toBe(false);
  });

  test('takes a lone surrogate, which only JSON can bring, for an error of encoding', () => {
    expect(one({ kind: 'name' }, 'Anna \ud800').errors).toEqual([{ field: 'x', category: 'encoding' }]);
  });

  test('looks for a length before the form, and for the form before the range', () => {
    expect(one({ kind: 'phone', max: 8 }, 'call me now').errors).toEqual([{ field: 'x', category: 'too_long' }]);
    expect(one({ kind: 'date', min: '2026-01-01' }, '2025-13-01').errors).toEqual([{ field: 'x', category: 'malformed' }]);
    expect(one({ kind: 'date', min: '2026-01-01', max_value: '2026-12-31' }, '2027-01-01').errors).toEqual([{ field: 'x', category: 'out_of_range' }]);
  });

  test('takes no date with a time', () => {
    expect(one({ kind: 'date' }, '2026-01-01T00:00:00Z').errors).toEqual([{ field: 'x', category: 'malformed' }]);
  });

  test('stores a minus zero as zero', () => {
    expect(Object.is(one({ kind: 'integer' }, '-0').values['x'], 0)).toBe(true);
  });

  test('names each of many choices once', () => {
    expect(one({ kind: 'choice', many: true, options: ['Skin', 'Sport'] }, 'skin', 'SKIN', 'Sport').values).toEqual({ x: ['Skin', 'Sport'] });
  });

  test('gives every field a value, an error or, if it is empty and may be, nothing, whatever is sent', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null), fc.constantFrom('', ' ', '1', 'on', 'FR', 'anna@mail.ch', '2008-02-29', '+41 79 123 45 67'));
    const pair = fc.tuple(fc.constantFrom('email', 'first_name', 'phone', 'country', 'birth', 'qty', 'site', 'message', 'optin', 'other'), text);
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 20 }), (sent) => {
        const pairs = sent.map(([name, value]) => (value === null ? ([name, null, ''] as const) : ([name, value] as const)));
        const fields = fieldsOf('detox-fr');
        const { errors, values, isInvalid } = checkFields(fields, pairs, surroundings);
        const wrong = errors.map(({ field }) => field);
        expect(wrong).toEqual([...fields.keys()].filter((name) => wrong.includes(name)));
        expect(Object.keys(values).filter((name) => wrong.includes(name) || !fields.has(name))).toEqual([]);
        expect(errors.every(({ category }) => errorCategories.includes(category))).toBe(true);
        expect(isInvalid).toBe(wrong.includes('email') || wrong.includes('country'));
        for (const [name, field] of fields) {
          const isEmpty = pairs.every(([other, value]) => other !== name || value?.trim() === '');
          if (!isEmpty || field.required) expect(name in values || wrong.includes(name)).toBe(true);
        }
      }),
    );
  });
});
