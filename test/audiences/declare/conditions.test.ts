import { beforeAll, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { candidateStatement } from '../../../src/audiences/declare/conditions.ts';
import { nextRange, readCandidates } from '../../../src/audiences/members/people.repository.ts';
import { personIdOf, storePersons, type AudiencePerson } from '../../support/rows/audience-people.ts';
import { audiencesOf } from '../../support/stages/audiences.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';

const mail = (field: string, at: string) => ({ first_sent: '2024-01-01 00:00:00.000000', [field]: `${at} 08:00:00.000000` });

/** Who is there, as of 1 April 2026; everybody is of alpina unless it says otherwise. */
const PERSONS: Readonly<Record<string, Omit<AudiencePerson, 'email'>>> = {
  active: { subscriptions: [{ lifecycle: 'active', class: 'standard', sku: 'TEA', funnelStep: 'upsell_1' }], paid: 30_000, country: 'Österreich', mail: mail('last_human_open', '2026-03-20') },
  'active-elsewhere': { brand: 'belmont', subscriptions: [{ lifecycle: 'active', class: 'prepaid' }], paid: 29_999, country: 'DE' },
  cancelled: { subscriptions: [{ lifecycle: 'cancelled', cancelled: '2026-03-01', sku: 'COFFEE' }], paid: 5_000, refunded: 1_000, country: 'AT', mail: mail('last_human_click', '2026-01-01') },
  'cancelled-early': { subscriptions: [{ lifecycle: 'cancelled', cancelled: '2025-06-01' }], mail: mail('last_human_click', '2025-12-31') },
  'cancelled-came-back': { subscriptions: [{ lifecycle: 'cancelled', cancelled: '2026-03-01' }, { lifecycle: 'active', class: 'winback' }] },
  expired: { subscriptions: [{ lifecycle: 'expired', class: 'trial', end: '2026-02-01' }], country: ' DEUTSCHLAND ' },
  'one-off': { subscriptions: [{ lifecycle: 'expired', class: 'one_off' }], paid: 1_000, currency: 'CHF' },
  superseded: { subscriptions: [{ lifecycle: 'active', isLatest: false, sku: 'TEA' }] },
  nothing: {},
};

/** What each condition must find. */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['subscription: { lifecycle: active }', ['active', 'active-elsewhere', 'cancelled-came-back']],
  ['subscription: { lifecycle: [active, expired], class: [standard, one_off] }', ['active', 'one-off']],
  ['no_subscription: { class: [standard, trial] }', ['active-elsewhere', 'one-off', 'superseded', 'nothing']],
  ['subscription: { funnel_step: upsell_1 }', ['active']],
  ['subscription: { product: TEA }', ['active']],
  ['subscription: { product: [Name of COFFEE, none] }', ['cancelled']],
  ['subscription: { cancelled_within_days: 90 }', ['cancelled', 'cancelled-came-back']],
  ['subscription: { cancelled_within_days: 31 }', ['cancelled', 'cancelled-came-back']],
  ['subscription: { cancelled_within_days: 30 }', []],
  ['subscription: { active_within_days: 60 }', ['active', 'active-elsewhere', 'cancelled', 'cancelled-came-back', 'expired']],
  ['subscription: { active_within_days: 59 }', ['active', 'active-elsewhere', 'cancelled', 'cancelled-came-back']],
  ['subscription: { active_within_days: 60, class: trial }', ['expired']],
  ['engaged_within_days: 90', ['active', 'cancelled']],
  ['engaged_within_days: 91', ['active', 'cancelled', 'cancelled-early']],
  ['email_active_within_days: 31', ['active', 'active-elsewhere', 'cancelled-came-back', 'expired', 'one-off', 'superseded', 'nothing']],
  ['spend: { currency: EUR, at_least: 299.99 }', ['active', 'active-elsewhere']],
  ['spend: { currency: EUR, at_least: 300 }', ['active']],
  ['spend: { currency: EUR, at_least: 10, at_most: "299.99" }', ['active-elsewhere', 'cancelled']],
  ['spend: { currency: CHF, at_least: 10, at_most: 10 }', ['one-off']],
  ['spend: { currency: EUR, at_most: 40 }', ['cancelled', 'cancelled-early', 'cancelled-came-back', 'expired', 'one-off', 'superseded', 'nothing']],
  ['spend: { currency: EUR, at_most: 39.99 }', ['cancelled-early', 'cancelled-came-back', 'expired', 'one-off', 'superseded', 'nothing']],
  ['refunded: true', ['cancelled']],
  ['country: AT', ['active', 'cancelled']],
  ['country: [DE, FR]', ['active-elsewhere', 'expired']],
  ['in_audience: running', ['active', 'active-elsewhere', 'cancelled-came-back']],
  ['not_in_audience: not_running', ['active', 'active-elsewhere', 'cancelled-came-back']],
  ['any: [{ country: AT }, { subscription: { class: one_off } }]', ['active', 'cancelled', 'one-off']],
];

describeEachDatabase('the condition', (suite) => {
  beforeAll(async () => {
    await storePersons(suite.database, Object.entries(PERSONS).map(([name, person]) => ({ ...person, email: `${name}@post.at` })));
  });

  const found = async (conditions: string, brands = '[alpina, belmont, corvina]', personsAtOnce = 100): Promise<string[]> => {
    const audiences = audiencesOf(`
audiences:
  - { name: asked, description: A, brands: ${brands}, platforms: [csv], where: [${conditions}] }
  - { name: running, description: R, platforms: [csv], where: [{ subscription: { lifecycle: active } }] }
  - { name: not_running, description: N, platforms: [csv], where: [{ not_in_audience: running }] }
`);
    const [asked] = audiences;
    if (asked === undefined) throw new Error('nothing is asked');
    const ids: string[] = [];
    for (let range = await nextRange(suite.database, undefined, personsAtOnce); range !== undefined; range = await nextRange(suite.database, range, personsAtOnce)) {
      ids.push(...(await readCandidates(suite.database, candidateStatement(asked, { asOf: '2026-04-01' as LocalDate, audiences, range }))));
    }
    expect(ids).toEqual([...ids].sort());
    const names = new Map(Object.keys(PERSONS).map((name) => [personIdOf(`${name}@post.at`), name]));
    return ids.map((id) => names.get(id) ?? id);
  };

  test.each(CASES)('%s', async (condition, names) => {
    expect((await found(`{ ${condition} }`)).sort()).toEqual([...names].sort());
  });

  test('and another must both hold', async () => {
    expect(await found('{ country: AT }, { subscription: { lifecycle: active } }')).toEqual(['active']);
  });

  test('looks at the brands of the audience alone', async () => {
    expect((await found('{ subscription: { lifecycle: active } }', '[alpina]')).sort()).toEqual(['active', 'cancelled-came-back']);
    expect(await found('{ spend: { currency: EUR, at_least: 100 } }', '[belmont]')).toEqual(['active-elsewhere']);
    expect(await found('{ refunded: false }', '[belmont]')).toEqual(['active-elsewhere']);
  });

  test('finds the same, each once, whatever the ranges in which persons are read', async () => {
    for (const persons of [1, 2, 3, 7, 9, 10]) {
      expect(await found('{ refunded: false }', undefined, persons)).toEqual(await found('{ refunded: false }'));
    }
  });
});
