import { expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { attempt } from '../../../src/engine/runs/fault.ts';

const facts = { account: [{ name: 'Lorenz Huber', comment: 'call +43 660 1234567', nested: { email: 'l.huber@mail.invalid' } }], amount: 7 };
const reasonOf = (error: unknown): string | undefined => {
  const result = attempt(() => {
    throw error;
  }, facts);
  return 'fault' in result ? result.fault.reason : undefined;
};

test('a decision without a fault is handed on', () => {
  expect(attempt(() => 5, facts)).toEqual({ decided: 5 });
});

test('a fault tells its kind and its place in the program', () => {
  const result = attempt(() => BigInt('Lorenz'), facts);
  expect(result).toMatchObject({ fault: { reason: 'SyntaxError: Cannot convert <text> to a BigInt' } });
  expect('fault' in result ? result.fault.at.slice(0, 2).join(' ') : '').toMatch(/^at BigInt .*fault\.test\.ts:\d+/);
});

test.each([
  [new TypeError("Cannot read properties of undefined (reading 'date')"), 'TypeError: Cannot read properties of undefined (reading <text>)'],
  [new Error('no place for Huber of l.huber@mail.invalid'), 'Error: no place for <text> of <address>'],
  [new Error('LORENZ said +43 660 1234567'), 'Error: <text> said <number>'],
  [new HubError('unexpected', 'invalid_document', 'The document of order ord_1 breaks its schema.'), 'invalid_document: The document of order ord_1 breaks its schema.'],
  ['thrown text', 'string: thrown text'],
])('the reason of %s holds nothing of the facts', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});

test.each(['usage', 'configuration', 'transient', 'interrupted', 'locked', 'not_fresh'] as const)('what concerns everybody is no fault of one: %s', (kind) => {
  const error = new HubError(kind, 'code', 'message');
  expect(() => reasonOf(error)).toThrow(error);
});
