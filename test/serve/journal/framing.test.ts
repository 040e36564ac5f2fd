import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { encodeRecord, MAX_BODY_BYTES, readJournal, type JournalEntry } from '../../../src/serve/journal/framing.ts';
import vectors from '../../vectors/serve.json' with { type: 'json' };

const bodies = (entries: Iterable<JournalEntry>): string[] => [...entries].flatMap((entry) => (entry.kind === 'record' ? [entry.body.toString('utf8')] : []));
const values = fc.array(fc.record({ kind: fc.constantFrom('lead', 'visit'), text: fc.string({ unit: 'binary', maxLength: 40 }) }), { minLength: 1, maxLength: 8 });

describe('the vectors of the journal', () => {
  test.each(vectors.journal.cases)('$name', ({ bytes_base64, expect: expected }) => {
    const bytes = Buffer.from(bytes_base64, 'base64');
    const entries = [...readJournal(bytes)];
    const corrupt = entries.filter(({ kind }) => kind === 'corrupt').map(({ range }) => [range.from, range.to]);
    const torn = entries.find(({ kind }) => kind === 'torn')?.range;
    expect({ records: bodies(entries), corrupt, valid_bytes: torn?.from ?? bytes.length, torn_bytes: torn === undefined ? 0 : torn.to - torn.from }).toEqual(expected);
  });
});

describe('a journal', () => {
  test('gives back what was written', () => {
    fc.assert(fc.property(values, (written) => {
      expect(bodies(readJournal(Buffer.concat(written.map(encodeRecord))))).toEqual(written.map((value) => JSON.stringify(value)));
    }));
  });

  test('that is cut anywhere loses only its tail', () => {
    fc.assert(fc.property(values, fc.nat(), (written, at) => {
      const records = written.map(encodeRecord);
      const whole = Buffer.concat(records);
      const cut = at % (whole.length + 1);
      const entries = [...readJournal(whole.subarray(0, cut))];
      let end = 0;
      const kept = records.filter((record) => (end += record.length) <= cut);
      expect(bodies(entries)).toEqual(kept.map((record) => record.toString('utf8', 18, record.length - 1)));
      expect(entries.some(({ kind }) => kind === 'corrupt')).toBe(false);
    }));
  });

  test('whose bytes were changed loses the record, and the next one only where the line feed between them went', () => {
    fc.assert(fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, flip) => {
      const records = written.map(encodeRecord);
      const bytes = Buffer.concat(records);
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ flip;
      let start = 0;
      const kept = records.filter((record) => {
        const isHit = start <= place && place < start + record.length;
        const isBehindGap = start === place + 1;
        start += record.length;
        return !isHit && !isBehindGap;
      });
      expect(bodies(readJournal(bytes))).toEqual(kept.map((record) => record.toString('utf8', 18, record.length - 1)));
    }));
  });

  test('behind another one that ends with a line feed keeps all of both', () => {
    fc.assert(fc.property(values, values, fc.string({ maxLength: 30 }), (before, behind, rubbish) => {
      const bytes = Buffer.concat([...before.map(encodeRecord), Buffer.from(`${rubbish}\n`), ...behind.map(encodeRecord)]);
      expect(bodies(readJournal(bytes))).toEqual([...before, ...behind].map((value) => JSON.stringify(value)));
    }));
  });

  test('takes a record of 8 MiB, and none that is longer', () => {
    const longest = 'x'.repeat(MAX_BODY_BYTES - 2);
    expect(bodies(readJournal(encodeRecord(longest)))).toEqual([JSON.stringify(longest)]);
    expect(() => encodeRecord(`${longest}x`)).toThrow(RangeError);
    expect(() => encodeRecord(undefined)).toThrow(RangeError);
  });
});
