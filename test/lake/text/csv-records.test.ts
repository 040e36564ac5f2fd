import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';

import { escapedFieldsOf, fieldsOf } from '../../../src/lake/text/csv-fields.ts';
import { recordsOf } from '../read-csv.ts';

/** Text made of what matters to CSV. */
const ragged = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom('a', 'b1', ',', '"', '\n', '\r\n', '""', ',"', '",', '\r', 'é', '\n\n') }, { weight: 1, arbitrary: fc.constant('\0') }), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('records', () => {
  test('plain lines: fields, line numbers and raw text; blank lines are none', async () => {
    expect(await recordsOf('1,a,\n\n2,,b\r\n\r\n3,c,d', 3)).toEqual([
      { fields: ['1', 'a', ''], line: 1, raw: '1,a,' },
      { fields: ['2', '', 'b'], line: 3, raw: '2,,b' },
      { fields: ['3', 'c', 'd'], line: 5, raw: '3,c,d' },
    ]);
  });

  test('a quoted value may hold delimiters, quotes and newlines of both kinds', async () => {
    expect(await recordsOf('1,"a, ""b""\nand\r\nc",x\n2,plain,y\n', 3)).toEqual([
      { fields: ['1', 'a, "b"\nand\r\nc', 'x'], line: 1, raw: '1,"a, ""b""\nand\r\nc",x' },
      { fields: ['2', 'plain', 'y'], line: 4, raw: '2,plain,y' },
    ]);
  });

  test('where a CR ends the first line, it ends all of them, but those within quotes', async () => {
    expect(await recordsOf('1,a\r2,"b\rc\nd"\r\r3,e', 2)).toEqual([
      { fields: ['1', 'a'], line: 1, raw: '1,a' },
      { fields: ['2', 'b\rc\nd'], line: 2, raw: '2,"b\rc\nd"' },
      { fields: ['3', 'e'], line: 6, raw: '3,e' },
    ]);
  });

  test('a lone CR elsewhere is a character, and several before an LF are part of the line end', async () => {
    expect((await recordsOf('1,a\n2,b\r3,c\r\r\n', 2)).map(({ raw }) => raw)).toEqual(['1,a', '2,b\r3,c']);
    expect((await recordsOf('1,"a"\r\r\n2,"b\nc"\r\r\n', 2)).map(({ fields }) => fields)).toEqual([['1', 'a'], ['2', 'b\nc']]);
  });

  test('a quoted value may have thousands of lines', async () => {
    const value = Array.from({ length: 20_000 }, (_, index) => `> line ${index}`).join('\n');
    const records = await recordsOf(`1,"${value}"\n2,b\n`, 2);
    expect(records.map(({ fields, line }) => [fields, line])).toEqual([[['1', value], 1], [['2', 'b'], 20_001]]);
  });

  test('a quoted value beyond the longest record is taken for a stray quote', async () => {
    const lines = Array.from({ length: 20_000 }, () => `3,${'x'.repeat(60)}`);
    const records = await recordsOf(['1,"a', ...lines, '4,b"', ''].join('\n'), 2);
    expect(records).toHaveLength(20_002);
  });

  test('stray quotes in each of many rows take time in proportion', async () => {
    const time = async (count: number) => {
      const text = `${Array.from({ length: count }, (_, index) => `${index},"stray,y`).join('\n')}\nz,y",w,y\n`;
      const start = performance.now();
      expect(await recordsOf(text, 3)).toHaveLength(count + 1);
      return performance.now() - start;
    };
    await time(1_000);
    const [few, many] = [await time(5_000), await time(50_000)];
    expect(many).toBeLessThan(few * 40);
  });

  test('a row with too many or too few fields stays one record', async () => {
    const records = await recordsOf('1,a,b,c\n2\n3,"q",d\n', 3);
    expect(records.map(({ fields }) => fields)).toEqual([['1', 'a', 'b', 'c'], ['2'], ['3', 'q', 'd']]);
  });

  test('a stray opening quote does not swallow the rows after it', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => `${index},v${index},w`);
    const records = await recordsOf(['x,"stray,y', ...rows].join('\n'), 3);
    expect(records).toHaveLength(501);
    expect(records[0]?.raw).toBe('x,"stray,y');
    expect(records.slice(1).map(({ raw }) => raw)).toEqual(rows);
    expect(records.slice(1).map(({ fields }) => fields.join(','))).toEqual(rows);
  });

  test('two stray quotes do not make one record of the rows between them', async () => {
    const records = await recordsOf('x,"stray,y\n1,a,b\n2,c,d\nx,"stray,y\n3,e,f\n', 3);
    expect(records.map(({ raw }) => raw)).toEqual(['x,"stray,y', '1,a,b', '2,c,d', 'x,"stray,y', '3,e,f']);
  });

  test('a quote inside a value is a part of it', async () => {
    const [record] = await recordsOf('1,5" nail,say "hi"\n', 3);
    expect(record?.fields).toEqual(['1', '5" nail', 'say "hi"']);
  });

  test('a line that is no text is a record of its own, also within quotes', async () => {
    const records = await recordsOf(Buffer.concat([Buffer.from('1,"a\n2,'), Buffer.of(0xff), Buffer.from('\n3,c\n')]), 2);
    expect(records.map(({ line, fault }) => [line, fault])).toEqual([[1, undefined], [2, 'invalid_utf8'], [3, undefined]]);
    expect(records[1]).toMatchObject({ fields: [], raw: '2,\\xff' });
  });

  test('cutting the bytes anywhere gives the same records', async () => {
    await fc.assert(
      fc.asyncProperty(ragged, fc.array(fc.nat(60), { maxLength: 6 }), async (text, places) => {
        expect(await recordsOf(text, 2, places)).toEqual(await recordsOf(text, 2));
      }),
      { numRuns: 500 },
    );
  });

  test('no line is lost or read twice, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(ragged, async (text) => {
        const whole = `first,line\n${text.replaceAll('\0', '')}`;
        const lines = (await recordsOf(whole, 2)).flatMap(({ raw = '' }) => raw.split('\n'));
        const filled = (all: readonly string[]) => all.map((line) => line.replace(/\r+$/, '')).filter((line) => line !== '');
        expect(filled(lines)).toEqual(filled(whole.split('\n')));
      }),
      { numRuns: 500 },
    );
  });

  test('what a CSV writer wrote reads back equal, whatever the chunks', async () => {
    const value = fc.array(fc.constantFrom('a', 'é', ',', '"', '\n', '\r\n', ' ', '1', '\\', '\t', "'"), { maxLength: 6 }).map((parts) => parts.join(''));
    const row = fc.tuple(fc.constantFrom('k1', 'k2'), value, value.filter((text) => !text.endsWith('\r')));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.array(fc.nat(80)), async (rows, newline, quoted, places) => {
        const text = stringify(rows, { record_delimiter: newline, quoted, quoted_match: /[\r\n]/ });
        const records = await recordsOf(text, 3, places);
        expect(records.map(({ fields }) => fields)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });
});

describe('escapedFieldsOf', () => {
  test.each([
    ['1,"say \\"no, thanks\\", then",x', ['1', 'say "no, thanks", then', 'x']],
    ['"a \\"b\\"","C:\\\\d"', ['a "b"', 'C:\\d']],
  ])('reads %j', (record, fields) => {
    expect(escapedFieldsOf(record)).toEqual(fields);
  });

  test.each([['1,"say ""no""",x'], ['1,"ends with a backslash\\",x'], ['1,5\\" nail'], ['1,"open \\",x'], ['1,2']])('leaves %j alone', (record) => {
    expect(escapedFieldsOf(record)).toBeUndefined();
  });
});

describe('fieldsOf', () => {
  test('gives what csv-parse gives wherever that reads one record', () => {
    fc.assert(
      fc.property(ragged.map((text) => text.replaceAll(/[\r\n\0]/g, '')), (record) => {
        let rows: string[][] = [];
        try {
          rows = parse(record, { relax_quotes: true, relax_column_count: true });
        } catch {
          return;
        }
        if (rows.length === 1) expect(fieldsOf(record)).toEqual(rows[0]);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['a,b', ['a', 'b']],
    ['', ['']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b"', ['a"b']],
    ['a,"b', ['a', '"b']],
    ['"a\nb",c', ['a\nb', 'c']],
  ])('splits %j', (record, fields) => {
    expect(fieldsOf(record)).toEqual(fields);
  });
});
