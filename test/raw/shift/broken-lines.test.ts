import { expect, test } from '@jest/globals';
import { amendment } from '../../../src/sources/billing/amendment.ts';
import { joinBrokenLines } from '../../../src/raw/shift/broken-lines.ts';

const { columns } = amendment;
const KEY = '8ad0a1b2c3d4e5f60718293a4b5c6d7e';
const HEAD = [KEY, KEY, KEY, 'AMD-1', 'Renewal', 'Renewal', 'Completed', '2026-02-05', ''];
const TAIL = ['false', '2026-02-05', ''];
const descriptionAt = 9;

const line = (...fields: string[]) => ({ fields });
const rawLine = (raw: string) => ({ raw, fields: raw.split(',') });

test('lines are joined until the row is whole, and no further', () => {
  const lines = [line(...HEAD, 'one'), line('two'), line('three', ...TAIL), line('x')];
  expect(joinBrokenLines({ columns }, lines)).toEqual({
    fields: [...HEAD, 'one\ntwo\nthree', ...TAIL].map((value) => (value === '' ? null : value)),
    edits: [{ operation: 'join_lines', column: descriptionAt, lines: 3 }],
    lines: 3,
  });
});

test('a quoted value gets back its newline, its delimiters and its quotes', () => {
  const lines = [rawLine(`${HEAD.join(',')},"one, ""two""`), rawLine(`three, four",${TAIL.join(',')}`)];
  expect(joinBrokenLines({ columns }, lines)?.fields[descriptionAt]).toBe('one, "two"\nthree, four');
});

test('quotes that a reader kept as characters of both halves are taken off', () => {
  const lines = [line(...HEAD, '"one'), line('two"', ...TAIL)];
  expect(joinBrokenLines({ columns }, lines)?.fields[descriptionAt]).toBe('one\ntwo');
});

test('nothing is joined to a line that begins with a key of its own', () => {
  expect(joinBrokenLines({ columns }, [line(...HEAD, 'one'), line(KEY, ...TAIL)])).toBeUndefined();
});

test('a newline is never put into a value that is no text', () => {
  const [first, second] = [HEAD.slice(0, 8), HEAD.slice(8)];
  expect(joinBrokenLines({ columns }, [line(...first.slice(0, -1), '2026'), line('02-05', ...second, 'text', ...TAIL)])).toBeUndefined();
  expect(joinBrokenLines({ columns }, [line(KEY), line('', ...HEAD.slice(2), 'text', ...TAIL)])).toBeUndefined();
});

test('nothing else is mended on the way', () => {
  expect(joinBrokenLines({ columns }, [line(...HEAD, 'one'), line('two', 'three', ...TAIL)])).toBeUndefined();
  expect(joinBrokenLines({ columns }, [line(...HEAD, 'one'), line('two', 'maybe', ...TAIL.slice(1))])).toBeUndefined();
});

test('no more than ten lines are tried', () => {
  const lines = (count: number) => [line(...HEAD, '1'), ...Array.from({ length: count - 2 }, () => line('2')), line('3', ...TAIL)];
  expect(joinBrokenLines({ columns }, lines(10))?.lines).toBe(10);
  expect(joinBrokenLines({ columns }, lines(11))).toBeUndefined();
});
