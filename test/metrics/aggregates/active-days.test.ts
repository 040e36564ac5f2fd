import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { ActiveDays, type ActiveSegment } from '../../../src/metrics/aggregates/active-days.ts';
import { periodsIn } from '../../../src/metrics/aggregates/calendar.ts';

const range = { from: '2026-01-01' as LocalDate, to: '2026-01-04' as LocalDate };
const segment = (from: string, to: string | null, market: string | null = 'AT', own: string | null = 'standard'): ActiveSegment => ({ from: from as LocalDate, to: to as LocalDate | null, market, class: own });

test('a subscription is active from its first day up to the day before its end, and a person counts once', () => {
  const days = new ActiveDays(range);
  days.add([segment('2025-06-01', '2026-01-02'), segment('2026-01-01', null, 'DE', 'trial')]);
  days.add([segment('2026-01-03', null)]);
  const rows = days.rows('alpina').map(({ day, market, class: own, subscriptions, persons }) => `${day} ${market} ${own} ${subscriptions} ${persons ?? '-'}`);
  expect(rows.filter((row) => row.includes('* *'))).toEqual(['2026-01-01 * * 2 1', '2026-01-02 * * 1 1', '2026-01-03 * * 2 2']);
  expect(rows.filter((row) => row.includes('AT standard'))).toEqual(['2026-01-01 AT standard 1 -', '2026-01-03 AT standard 1 -']);
});

test('every day has what a count of it alone gives', () => {
  const start = fc.integer({ min: -5, max: 6 });
  const one = fc.record({ start, length: fc.option(fc.integer({ min: 1, max: 8 })), market: fc.constantFrom('AT', 'DE', null), own: fc.constantFrom('standard', 'trial') });
  fc.assert(
    fc.property(fc.array(fc.array(one, { maxLength: 4 }), { maxLength: 5 }), (people) => {
      const days = new ActiveDays(range);
      const segments = people.map((list) => list.map(({ start: first, length, market, own }) => {
        const from = addDays(range.from, first);
        return segment(from, length === null ? null : addDays(from, length), market, own);
      }));
      for (const own of segments) days.add(own);
      const rows = days.rows('alpina');
      for (const day of periodsIn('day', range)) {
        const active = segments.map((own) => own.filter(({ from, to }) => from <= day && (to === null || day < to)));
        const all = rows.find((row) => row.day === day && row.market === '*' && row.class === '*');
        expect([all?.subscriptions ?? 0, all?.persons ?? 0]).toEqual([active.flat().length, active.filter(({ length }) => length > 0).length]);
        const unknown = rows.find((row) => row.day === day && row.market === null && row.class === 'trial');
        expect(unknown?.subscriptions ?? 0).toBe(active.flat().filter(({ market, class: own }) => market === null && own === 'trial').length);
      }
    }),
  );
});
