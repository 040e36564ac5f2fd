import { expect, test } from '@jest/globals';

import { readerOf, type ValueForm } from '../../../src/feeds/format/feed-format.ts';
import { asWritten } from '../../../src/feeds/format/value-reader.ts';
import { fromMinor, valueReader } from '../../../src/feeds/mapping/cells.ts';

const COMMA: ValueForm = { decimal: 'comma', thousands: '.' };

test.each<[ValueForm, string, string]>([
  [COMMA, '1.234,50', '1234.50'],
  [COMMA, '-0,5', '-0.5'],
  [COMMA, '1.234', '1234'],
  [COMMA, '12,-', '12,-'],
  [COMMA, '7,00-', '-7.00'],
  [{ decimal: 'comma', thousands: ' ' }, '1\u202f234,5', '1234.5'],
  [{ decimal: 'point', thousands: ',' }, '1,234.5', '1234.5'],
  [{ decimal: 'point', thousands: "'" }, "12'345", '12345'],
])('a number is read in its form: %j %s', (form, text, number) => {
  expect(readerOf('decimal', form)(text)).toBe(number);
});

test.each<[ValueForm, string]>([
  [COMMA, '12.50'],
  [{ decimal: 'comma' }, '1.5'],
  [{ decimal: 'point', thousands: ',' }, '1e3'],
])('a number of another form is none, as it may mean another: %j %s', (form, text) => {
  expect(readerOf('decimal', form)(text)).toBe(`${text} (not the feed's form of a number)`);
});

test('an instant without an offset is one of the zone, one with an offset is not', () => {
  const read = readerOf('instant', { zone: 'Europe/Berlin', dates: ['dd.MM.yyyy HH:mm'] });
  expect(read('20.03.2026 12:00')).toBe('2026-03-20 11:00:00.000000');
  expect(read('2026-07-20 12:00:00')).toBe('2026-07-20 10:00:00.000000');
  expect(read('2026-07-20')).toBe('2026-07-19 22:00:00.000000');
  expect(read('2026-07-20T12:00:00Z')).toBe('2026-07-20T12:00:00Z');
  expect(read('2026-07-20 12:00:00+02:00')).toBe('2026-07-20 12:00:00+02:00');
  expect(read('soon')).toBe('soon');
});

test('a day is the one that stands there, and seconds since 1970 are a day or an instant of UTC', () => {
  expect(readerOf('date', { zone: 'Asia/Kolkata', dates: ['dd.MM.yyyy HH:mm'] })('20.03.2026 00:10')).toBe('2026-03-20');
  expect(readerOf('date', { epoch: 'seconds' })('1773964799')).toBe('2026-03-19');
  expect(readerOf('instant', { epoch: 'milliseconds', zone: 'Asia/Kolkata' })('1773964800123')).toBe('2026-03-20 00:00:00.123000');
  expect(readerOf('instant', { epoch: 'seconds' })('99999999999999')).toBe('99999999999999');
});

test('values in hub\'s own form are not even looked at', () => {
  expect((['id', 'text', 'date', 'instant', 'decimal', 'integer', 'boolean', 'currency', 'enum'] as const).every((kind) => valueReader(kind, {}) === asWritten)).toBe(true);
});

test('words stand for values or for nothing, and an amount may have the other sign', () => {
  const status = valueReader('enum', { values: { paid: 'Posted' }, nulls: ['NULL'] });
  expect(['paid', ' PAID ', 'other', 'NULL', ''].map(status)).toEqual(['Posted', 'Posted', 'other', '', '']);
  const amount = valueReader('decimal', { ...COMMA, sign: 'negate' });
  expect(['1,50', '-1,50', '0,00', 'x'].map(amount)).toEqual(['-1.5', '1.5', '0', 'x']);
  expect(valueReader('decimal', { sign: 'absolute' })('-3')).toBe('3');
});

test('minor units are those of ISO 4217, and an amount of no currency is refused', () => {
  expect(fromMinor('1234', 'EUR')).toBe('12.34');
  expect(fromMinor('1234', 'jpy')).toBe('1234');
  expect(fromMinor('-5', 'KWD')).toBe('-0.005');
  expect(fromMinor('', 'EUR')).toBe('');
  expect(fromMinor('12', '')).toBe('12 (minor units of no currency that is known)');
  expect(fromMinor('12.5', 'EUR')).toBe('12.5 (no whole number of minor units)');
  expect(fromMinor('x', 'EUR')).toBe('x');
});
