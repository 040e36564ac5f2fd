import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fitTable, type TableColumn } from '../../src/cli/fit-table.ts';
import { textTable } from '../../src/cli/table.ts';

const right = (title: string): TableColumn => ({ title, align: 'right' });

describe('a text table', () => {
  test('that fits stays as it is, with its zeros', () => {
    expect(textTable([{ title: 'brand' }, right('rows')], [['alpina', 0]])).toBe('brand   rows\n────────────\nalpina     0');
  });

  test('that is too wide leaves out columns of nothing but zeros', () => {
    const [table, ...more] = fitTable([{ title: 'brand' }, right('a'.repeat(30)), right('b'.repeat(30)), right('c'.repeat(30))], [['x', '1', '0', '2'], ['y', '3', '–', '0']], 80);
    expect(table?.columns.map(({ title }) => title[0])).toEqual(['b', 'a', 'c']);
    expect(more).toEqual([]);
  });

  test('keeps an amount beside its number, in whatever part they stand', () => {
    const columns = [{ title: 'brand' }, ...['p', 'q', 'r'].flatMap((title) => [right(title.repeat(20)), { ...right('amount'), joined: true }])];
    const parts = fitTable(columns, [['x', '1', '1.00 EUR', '0', '0.00 EUR', '2', '2.00 EUR']], 60);
    expect(parts.map(({ columns: own }) => own.map(({ title }) => title.slice(0, 6)))).toEqual([['brand', 'pppppp', 'amount'], ['brand', 'rrrrrr', 'amount']]);
  });

  test('cuts names and wraps sentences, never ids', () => {
    const text = textTable(
      [{ title: 'id' }, { title: 'name', long: 'cut' }, { title: 'found', long: 'wrap' }],
      [['f'.repeat(32), 'a name that is longer than a table has room for', 'a sentence of several words that goes on below']],
    );
    expect(text.split('\n').map((line) => line.length > 80)).not.toContain(true);
    expect(text).toContain('f'.repeat(32));
    expect(text).toMatch(/a name that is longer…/);
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/a sentence of.* goes on/);
  });

  test('wraps no sentence narrower than its longest word', () => {
    const address = `mysql://${'a'.repeat(60)}`;
    const [table] = fitTable([{ title: 'check' }, { title: 'found', long: 'wrap' }], [['database', `reaches ${address}`], ['clock', 'agrees with the database, and with every other one that was asked today and before']], 80);
    expect(table?.rows.map(([, found]) => found?.split('\n').length)).toEqual([2, 2]);
  });

  test('continues below with the same names, with the rows only that have something there', () => {
    const names = ['inserted', 'updated', 'unchanged', 'deleted', 'stale', 'repaired', 'rejected'];
    const columns = [{ title: 'brand' }, { title: 'entity' }, ...names.map(right)];
    const text = textTable(columns, [
      ['alpina', 'credit_balance_adjustment', 11, 0, 0, 0, 0, 0, 0],
      ['alpina', 'invoice', 631, 18, 1, 2, 3, 4, 5],
    ]);
    expect(text.split('\n\n').map((part) => part.split('\n').length)).toEqual([4, 3]);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  test('never loses a number, an id or a title of a column that is not all zeros', () => {
    const cell = fc.oneof(fc.integer({ min: 0, max: 99_999_999 }).map(String), fc.constant('0'));
    const shape = fc.integer({ min: 1, max: 12 }).chain((numbers) => fc.array(fc.tuple(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).map((text) => text.replaceAll(/[\n ]/g, '_')), fc.array(cell, { minLength: numbers, maxLength: numbers })), { minLength: 1, maxLength: 6 }));
    fc.assert(
      fc.property(shape, (rows) => {
        const columns = [{ title: 'id' }, ...(rows[0]?.[1] ?? []).map((_, index) => right(`column ${index}`))];
        const parts = fitTable(columns, rows.map(([id, cells]) => [id, ...cells]), 80);
        const shown = parts.flatMap((part) => part.rows.flatMap(([id = '', ...cells]) => cells.map((value, index) => `${id}|${part.columns[index + 1]?.title ?? ''}|${value}`)));
        for (const [id, cells] of rows) {
          for (const [index, value] of cells.entries()) if (value !== '0') expect(shown).toContain(`${id}|column ${index}|${value}`);
        }
      }),
    );
  });
});
