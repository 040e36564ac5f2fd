import { describe, expect, test } from '@jest/globals';

import { newDrift } from '../../src/raw/drift.ts';
import { invoice } from '../../src/raw/entities/invoice.ts';
import { payment } from '../../src/raw/entities/payment.ts';
import { isHeader, matchHeader } from '../../src/raw/header.ts';
import { RowParser } from '../../src/raw/row-parser.ts';
import { batchOf } from '../support/lake.ts';
import { BATCH, invoiceRow } from './rows.ts';

const header = Object.keys(invoiceRow());

describe('unknown columns of one name', () => {
  test.each([
    [['Region__c', 'Region__c'], ['Region__c', 'Region__c_2']],
    [['a', 'a_2', 'a', 'a'], ['a', 'a_2', 'a_3', 'a_4']],
    [['', ''], ['', '_2']],
  ])('%j become %j', (unknown, names) => {
    expect(matchHeader(invoice, [...header, ...unknown]).unknown).toEqual(names);
  });

  test('are all kept, whatever they are called', () => {
    const columns = [...header, 'Region__c', 'Region__c', '__proto__'];
    const parser = new RowParser(invoice, matchHeader(invoice, columns), batchOf(BATCH), newDrift(), 'alpina');
    const extra = parser.parse([...Object.values(invoiceRow()), 'Nord', 'Sued', 'West'], 1)?.text.split('\t').at(-1);
    expect(extra).toBe('{"Region__c":"Nord","Region__c_2":"Sued","__proto__":"West"}');
  });
});

describe('a header that comes again', () => {
  test.each([
    ['as it was', header],
    ['in capitals', header.map((name) => name.toUpperCase())],
    ['in another order', header.toReversed()],
    ['with fewer columns', header.slice(0, 4)],
    ['with more of them', [...header, 'Region__c', 'DueDate']],
  ])('%s, is one', (_, fields) => {
    expect(isHeader(invoice, header, fields)).toBe(true);
  });

  test.each([
    ['a row', Object.values(invoiceRow())],
    ['a row with names as texts', Object.values(invoiceRow(1, { Comments: 'Id', Status: 'Status' }))],
    ['names without the key', header.slice(1)],
    ['a line of separators', header.map(() => '')],
    ['the key alone among others', ['Id', 'one', 'two', 'three']],
  ])('%s is none', (_, fields) => {
    expect(isHeader(invoice, header, fields)).toBe(false);
  });

  test('may hold names that only the header before knows', () => {
    expect(isHeader(payment, ['Id', 'x', 'y'], ['Id', 'y', 'x'])).toBe(true);
  });
});
