import { expect, test } from '@jest/globals';

import { compileDatePattern } from '../../../src/feeds/format/date-pattern.ts';

const read = (pattern: string, text: string): string | undefined => {
  const compiled = compileDatePattern(pattern);
  return typeof compiled === 'string' ? compiled : compiled.read(text);
};

test.each([
  ['dd.MM.yyyy', '05.03.2026', '2026-03-05 00:00:00.000000'],
  ['M/d/yyyy h:mm a', '3/5/2026 12:05 am', '2026-03-05 00:05:00.000000'],
  ['M/d/yyyy h:mm a', '3/5/2026 12:05 PM', '2026-03-05 12:05:00.000000'],
  ['d-MMM-yyyy HH:mm:ss.S', '5-Mar-2026 10:00:03.25', '2026-03-05 10:00:03.250000'],
  ["yyyyMMdd'T'HHmmssXXX".replace('HHmmss', 'HH:mm:ss'), '20260305T10:00:00+01:00', '2026-03-05 09:00:00.000000'],
  ['yyyy-MM-dd HH:mm:ss zzz', '2026-07-05 03:47:28 PDT', '2026-07-05 10:47:28.000000'],
  ['yyyy-MM-dd HH:mm:ss zzz', '2026-07-05 03:47:28 utc', '2026-07-05 03:47:28.000000'],
  ["dd.MM.yyyy 'um' HH:mm 'Uhr'", '05.03.2026 um 09:30 Uhr', '2026-03-05 09:30:00.000000'],
])('%s reads %s', (pattern, text, instant) => {
  expect(read(pattern, text)).toBe(instant);
});

test.each([
  ['dd.MM.yyyy', '31.02.2026'],
  ['dd.MM.yyyy', '5.3.2026'],
  ['MM/dd/yyyy', '13/01/2026'],
  ['M/d/yyyy h:mm a', '3/5/2026 13:05 am'],
  ['dd.MM.yyyy', '05x03y2026'],
  ['yyyy-MM-dd HH:mm zzz', '2026-07-05 03:47 IST'],
])('%s does not read %s', (pattern, text) => {
  expect(read(pattern, text)).toBeUndefined();
});

test.each([
  ['dd.MM', 'fits no date: it has no year'],
  ['dd.MM.yyyy HH:MM', 'names the month twice'],
  ['DD.MM.yyyy', 'has "DD", which stands for nothing: use yyyy MM M MMM dd d HH H hh h mm ss S a XXX zzz, and words in quotes'],
  ['dd.MM.yyyy hh:mm', 'needs a for morning and afternoon with hh, and HH without it'],
])('%s is no pattern', (pattern, fault) => {
  expect(compileDatePattern(pattern)).toBe(fault);
});
