import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { z } from 'zod';

const ajv = new Ajv();
addFormats.default(ajv);

describe('zod and ajv', () => {
  test('differ on an offset without a colon', () => {
    expect(z.iso.datetime({ offset: true }).safeParse('2026-03-10T12:00:00+0000').success).toBe(false);
    expect(ajv.validate({ type: 'string', format: 'date-time' }, '2026-03-10T12:00:00+0000')).toBe(true);
  });

  test('differ on multiples of a hundredth', () => {
    expect(ajv.validate({ type: 'number', multipleOf: 0.01 }, 19.99)).toBe(false);
    expect(z.number().multipleOf(0.01).safeParse(0.1 + 0.2).success).toBe(true);
  });

  test('make a number of nothing when told to coerce', () => {
    expect(z.coerce.number().parse(null)).toBe(0);
    expect(z.coerce.number().parse('')).toBe(0);
  });
});
