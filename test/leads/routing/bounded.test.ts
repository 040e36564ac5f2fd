import { expect, test } from '@jest/globals';

import { compiled } from '../forms/forms-file.ts';
import { requireSound } from '../../../src/leads/forms/forms.ts';

/** Rules of forms whose themes are all different, with so many partners. */
function file(rules: readonly string[], { forms = 100, partners = 40 } = {}): string {
  const themes = Array.from({ length: forms }, (_, place) => `t${place}`);
  return [
    `themes: [${themes.join(', ')}]`,
    'partners:',
    ...Array.from({ length: partners }, (_, place) => `  - { id: p${place} }`),
    'forms:',
    ...themes.map((theme, place) => `  - { id: f${place}, brand: alpina, theme: ${theme}, fields: { email: { kind: email } }, default: "https://go.example/" }`),
    'routes:',
    ...rules.map((rule, place) => `  - { id: r${place}, ${rule}to: "https://go.example/r${place}" }`),
    '',
  ].join('\n');
}

const times = (count: number, ruleOf: (place: number) => string): string[] => Array.from({ length: count }, (_, place) => ruleOf(place));

function codesOf(text: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { route } of compiled(text).problems) counts[route?.code ?? 'other'] = (counts[route?.code ?? 'other'] ?? 0) + 1;
  return counts;
}

test('of many rules with the same rank some are named, and who never wins is told when they are gone', () => {
  expect(codesOf(file(times(600, () => '')))).toEqual({ tie: 120 });
  const byPartner = codesOf(file(times(400, (place) => (place % 2 === 0 ? 'product: none, ' : `partner: p${place % 40}, `))));
  expect(byPartner['tie']).toBeGreaterThan(100);
  expect(Object.keys(byPartner)).not.toContain('shadowed');
});

test('of those who beat a rule some are named', () => {
  const [shadowed] = compiled(file([...times(40, (place) => `priority: 9, partner: p${place}, `), 'priority: 9, partner: none, ', ''])).problems;
  expect(shadowed?.route).toMatchObject({ code: 'shadowed', rules: ['r41'], by: { length: 20 } });
  expect(shadowed?.message).toContain(' and others have a higher rank');
});

test('of many faults the first are told, with how many more there are', () => {
  const forms = compiled(file(times(1_200, (place) => `priority: ${place}, theme: gone${place}, `)));
  expect(forms.problems).toHaveLength(1_001);
  expect(forms.problems.at(-1)?.message).toBe('has 200 more errors than are shown; correct these first');
  expect(() => requireSound(forms)).toThrow(/and 901 more$/);
  expect(forms.problems.filter(({ message }) => message.includes('Did you mean')).length).toBeLessThanOrEqual(20);
});
