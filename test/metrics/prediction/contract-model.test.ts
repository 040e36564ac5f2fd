import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { modelContracts } from '../../../src/metrics/prediction/contract-model.ts';
import { spellsOf } from './simulated.ts';

const terms = { months: 1, asOf: '2025-12-31' as LocalDate };
const known = { alpha: 0.8, beta: 4, first: '2023-01-15' as LocalDate, ...terms };

test.each([1, 2])('the parameters of simulated contracts are found again (seed %d)', (seed) => {
  const model = modelContracts(spellsOf(6_000, known, seed), terms);
  expect(model).toMatchObject({ refused: null, customers: 6_000 });
  if (model.refused !== null) return;
  expect(Math.abs(model.fit.parameters.alpha / known.alpha - 1)).toBeLessThan(0.15);
  expect(Math.abs(model.fit.parameters.beta / known.beta - 1)).toBeLessThan(0.2);
  expect(model.error).toBeLessThan(0.05);
});

test('neither the order of customers nor what begins or ends after the day changes a bit of the result', () => {
  const spells = spellsOf(400, known);
  const model = modelContracts(spells, terms);
  const later = [...spells].reverse().map((spell, index) => (spell.churned === null && index % 2 === 0 ? { ...spell, churned: '2026-01-15' as LocalDate } : spell));
  expect(modelContracts([...later, { customer: 'new', from: '2026-01-01' as LocalDate, churned: null }], terms)).toEqual(model);
});

test.each([
  ['too_few_customers', spellsOf(99, known)],
  ['too_few_losses', spellsOf(2_000, { ...known, alpha: 0.01, beta: 50 }).slice(0, 150)],
  ['too_short', spellsOf(500, known).map((spell) => ({ ...spell, from: '2025-07-15' as LocalDate, churned: spell.churned === null ? null : ('2025-09-15' as LocalDate) }))],
  ['holdout_thin', spellsOf(120, { ...known, alpha: 4, beta: 1 })],
  // Nobody leaves for two years and a half, then nearly everybody does: no past tells it.
  ['holdout_error', spellsOf(2_000, { ...known, alpha: 0.05, beta: 50 }).map((spell, index) => ({ ...spell, churned: index % 10 < 8 ? ('2025-11-15' as LocalDate) : index % 100 === 9 ? ('2023-12-15' as LocalDate) : null }))],
])('is refused: %s', (reason, spells) => {
  const model = modelContracts(spells, terms);
  expect(model.refused).toBe(reason);
  expect(model).not.toHaveProperty('fit');
});
