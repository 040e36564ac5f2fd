import { describe, expect, test } from '@jest/globals';

import { decideStates, type AlertState } from '../../src/alerts/alert-state.ts';
import type { Finding, Verdict } from '../../src/alerts/verdict.ts';
import { addMillis, type Instant, type LocalDate } from '../../src/core/time.ts';

const asOf = '2026-03-19' as LocalDate;
const now = '2026-03-19 06:00:00.000000' as Instant;
const HOUR = 3_600_000;
const rule = { cooldownMs: 24 * HOUR, tellsResolved: true };

const verdict = (finding: Finding): Verdict => ({ subjectId: 's', subject: 'alpina, A', brand: 'alpina', finding, value: '0', threshold: 'at most 0', reason: null });
const firing = (changes: Partial<AlertState> = {}): AlertState => ({ subjectId: 's', subject: 'alpina, A', brand: 'alpina', state: 'firing', since: '2026-03-17' as LocalDate, value: '0', threshold: 'at most 0', repetition: 1, notifiedAt: addMillis(now, -23 * HOUR), ...changes });
const decide = (stored: readonly AlertState[], verdicts: readonly Verdict[], own: Partial<typeof rule> = {}, watched = true) => decideStates({ ...rule, ...own }, stored, verdicts, asOf, now, () => watched);

describe('a subject of a rule', () => {
  test('that begins to fire is told of, since the date of the check', () => {
    expect(decide([], [verdict('firing')])).toMatchObject({ fired: [{ state: 'firing', since: asOf, repetition: 1, notifiedAt: now }], resolved: [] });
  });

  test('that goes on is told of again when its cooldown is over, and not before', () => {
    expect(decide([firing()], [verdict('firing')])).toEqual({ changed: [], fired: [], resolved: [] });
    expect(decide([firing({ notifiedAt: addMillis(now, -24 * HOUR) })], [verdict('firing')]).fired).toMatchObject([{ since: '2026-03-17', repetition: 2 }]);
  });

  test('that ends is told of if the rule says so, and is well either way', () => {
    expect(decide([firing()], [verdict('ok')])).toMatchObject({ changed: [{ state: 'ok', since: asOf }], resolved: [{ state: 'ok' }] });
    expect(decide([firing()], [verdict('ok')], { tellsResolved: false })).toMatchObject({ changed: [{ state: 'ok', since: asOf }], resolved: [] });
  });

  test.each(['not_evaluated', 'below_base'] as const)('that is %s neither fires nor ends', (finding) => {
    for (const stored of [[], [firing()]]) expect(decide(stored, [verdict(finding)])).toEqual({ changed: [], fired: [], resolved: [] });
  });

  test('that is not there any more is well, unless this check did not look for it', () => {
    expect(decide([firing()], []).resolved).toMatchObject([{ state: 'ok', value: null }]);
    expect(decide([firing()], [], {}, false)).toEqual({ changed: [], fired: [], resolved: [] });
  });

  test('that fires again on the date on which it ended is another fact', () => {
    const ended = firing({ state: 'ok', since: asOf, repetition: 3 });
    expect(decide([ended], [verdict('firing')]).fired).toMatchObject([{ since: asOf, repetition: 4 }]);
    expect(decide([{ ...ended, since: '2026-03-18' as LocalDate }], [verdict('firing')]).fired).toMatchObject([{ since: asOf, repetition: 1 }]);
  });

  test('that is well is not stored', () => {
    expect(decide([], [verdict('ok')]).changed).toEqual([]);
  });
});
