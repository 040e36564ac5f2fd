import { expect, test } from '@jest/globals';

import { invoice } from '../../../src/sources/billing/invoice.ts';
import { refuseRow, refuseSeveral, refuseValue } from '../../../src/raw/shift/refusal.ts';

const columns = [invoice.columns.find(({ name }) => name === 'InvoiceDate'), undefined];
const SECRET = 'anna@mail.invalid';

test('a bad value is named with its column, and its reason does not quote it', () => {
  const refused = refuseValue(columns, 0, SECRET);
  expect(refused).toMatchObject({ kind: 'quarantine', code: 'invalid_value', column: 'InvoiceDate', value: SECRET });
  expect(refused.reason).toContain('InvoiceDate');
  expect(refused.reason).not.toContain(SECRET);
});

test.each([null, '', '  '])('a value %j that is needed is missing', (value) => expect(refuseValue(columns, 0, value).code).toBe('missing_value'));

test('a row of another width tells both widths, and the value at which the best attempt failed', () => {
  expect(refuseRow(columns, 5)).toEqual({ kind: 'quarantine', code: 'unrepairable', reason: 'The row has 5 fields instead of 2 and cannot be mended.' });
  const near = refuseRow(columns, 5, { at: 0, value: SECRET });
  expect(near).toMatchObject({ code: 'unrepairable', column: 'InvoiceDate', value: SECRET });
  expect(near.reason).not.toContain(SECRET);
});

test('several rows are refused with their number where it is known', () => {
  expect([refuseSeveral(3).reason.includes('3 in all'), refuseSeveral().code]).toEqual([true, 'several_rows']);
});
