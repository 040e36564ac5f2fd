import { describe, expect, test } from '@jest/globals';

import { activeDaysOf } from '../../../src/config.ts';
import type { Instant, LocalDate } from '../../../src/core/time.ts';
import { isActiveSubscriber, isSubscribed, type Subscriber } from '../../../src/enriched/subscribers/active.ts';
import { mergeStates, nothingKnown, stateOf, type EmailState } from '../../../src/enriched/subscribers/state.ts';

const at = (day: string): Instant => `${day} 10:00:00.000000` as Instant;
const nobody: Subscriber = { first_sent: null, last_human_open: null, last_human_click: null, unsubscribed_at: null, resubscribed_at: null };
const active = (changes: Partial<Subscriber>, days = 90): boolean => isActiveSubscriber({ ...nobody, ...changes }, '2026-04-01' as LocalDate, days);

describe('an active subscriber', () => {
  test('opened, clicked, or was first written to within the days', () => {
    expect(active({ last_human_open: at('2026-01-01') })).toBe(true);
    expect(active({ last_human_open: at('2025-12-31') })).toBe(false);
    expect(active({ last_human_click: at('2026-03-31') })).toBe(true);
    expect(active({ first_sent: at('2026-03-31') })).toBe(true);
    expect(active({ first_sent: at('2025-03-31') })).toBe(false);
    expect(active({ last_human_open: at('2026-02-15') }, 30)).toBe(false);
    expect(active({})).toBe(false);
  });

  test('is subscribed: never left, or came back after leaving last', () => {
    const recent = { last_human_open: at('2026-03-20') };
    expect(active({ ...recent, unsubscribed_at: at('2026-03-21') })).toBe(false);
    expect(active({ ...recent, unsubscribed_at: at('2026-03-21'), resubscribed_at: at('2026-03-25') })).toBe(true);
    expect(isSubscribed({ unsubscribed_at: at('2026-03-21'), resubscribed_at: at('2026-03-20') })).toBe(false);
    expect(isSubscribed({ unsubscribed_at: at('2026-03-21'), resubscribed_at: at('2026-03-21') })).toBe(false);
  });

  test('is so for as many days as the brand says, else as all do', () => {
    const config = { email: { active_days: 90 }, brands: [{ id: 'alpina', name: 'Alpina', email: { active_days: 30 } }, { id: 'belmont', name: 'Belmont', email: {} }] };
    expect(['alpina', 'belmont'].map((brand) => activeDaysOf(config as never, brand))).toEqual([30, 90]);
  });
});

describe('what events say together', () => {
  const leaves = (day: string, reason: string): EmailState => stateOf({ event: 'unsubscribe', firstAt: at(day), lastAt: at(day), reason });
  const states = [
    stateOf({ event: 'send', firstAt: at('2026-01-01'), lastAt: at('2026-02-01'), reason: null }),
    stateOf({ event: 'open', firstAt: at('2026-01-02'), lastAt: at('2026-01-03'), reason: null }),
    leaves('2026-01-05', 'link'),
    leaves('2026-01-09', 'hard_bounce'),
    leaves('2026-01-09', 'complaint'),
  ];

  test('does not depend on their order, and none counts twice', () => {
    const forwards = states.reduce(mergeStates, nothingKnown);
    expect([...states].reverse().reduce(mergeStates, nothingKnown)).toEqual(forwards);
    expect(states.reduce(mergeStates, forwards)).toEqual(forwards);
    expect(forwards).toEqual({
      ...{ first_sent: at('2026-01-01'), last_sent: at('2026-02-01'), last_human_open: at('2026-01-03'), last_human_click: null },
      ...{ first_unsubscribed_at: at('2026-01-05'), unsubscribed_at: at('2026-01-09'), unsubscribed_reason: 'complaint' },
    });
  });
});
