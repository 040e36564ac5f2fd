import { isAscii } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';

import { RecordLines } from '../../../src/lake/text/record-lines.ts';
import { asObject } from '../read-csv.ts';

function linesOf(text: string, firstLine = 2): RecordLines {
  const bytes = Buffer.from(text);
  return new RecordLines(bytes, isAscii(bytes), firstLine);
}

describe('lines that are a record each', () => {
  test('are visited with their places and numbers, without line breaks and blank lines', () => {
    const lines = linesOf('1,a\r\n\n2,b\n\r\n3', 7);
    const seen: [string, number][] = [];
    lines.each((start, end, line) => void seen.push([lines.bytes.toString('utf8', start, end), line]));
    expect(seen).toEqual([['1,a', 7], ['2,b', 9], ['3', 11]]);
    expect(lines).toHaveLength(5);
  });

  test('are records on demand', () => {
    expect([...linesOf('1,é,"a, ""b"""\n2,,\n')].map(asObject)).toEqual([
      { fields: ['1', 'é', 'a, "b"'], line: 2, raw: '1,é,"a, ""b"""' },
      { fields: ['2', '', ''], line: 3, raw: '2,,' },
    ]);
  });

  test('may be none', () => {
    expect([...linesOf('')]).toEqual([]);
    expect(linesOf('')).toHaveLength(0);
  });
});
