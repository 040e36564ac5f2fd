import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { Partitions } from '../../../src/metrics/partitions/partitions.ts';

test('partitions are counted once each, in an order of their own', () => {
  const partitions = new Partitions();
  partitions.add('revenue', 'b', '2025-03-04');
  partitions.addMonths('active', 'a', '2025-11-30' as LocalDate, '2026-01-01' as LocalDate);
  partitions.addAll([{ kind: 'revenue', brand: 'b', period: '2025-03' }]);
  expect(partitions.months).toBe(5);
  expect(partitions.list.map(({ kind, brand, period }) => `${kind} ${brand} ${period}`)).toEqual(['active a 2025-11', 'active a 2025-12', 'active a 2026-01', 'goods b 2025-03', 'revenue b 2025-03']);
});
