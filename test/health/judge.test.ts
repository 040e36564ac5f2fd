import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addMillis, type Instant } from '../../src/core/time.ts';
import { activities, nothingHappened, percentile, type AttemptGroup } from '../../src/health/activity.ts';
import { judgeIntegration, type Observation } from '../../src/health/judge.ts';

const NOW = '2026-03-10 12:00:00.000000' as Instant;
const HOUR_MS = 3_600_000;
const failed = { ok: false, why: 'ECONNREFUSED' } as const;
const seen = (change: Partial<Observation>, activity: Partial<Observation['activity']> = {}): Observation => ({ activity: { ...nothingHappened, ...activity }, dead: 0, lastAttempt: null, ...change });
const busy = { attempts: 100, newest: [true, true, true] };

describe('judgeIntegration', () => {
  test.each<[string, Observation, string, RegExp | null]>([
    ['nothing happened and nobody probed', seen({}), 'unverified', /nothing happened/],
    ['a variable is not set', seen({ unknown: 'HUB_CRM_URL is not set' }), 'unverified', /HUB_CRM_URL/],
    ['a probe went well', seen({ probe: { ok: true } }), 'healthy', null],
    ['one probe failed', seen({ probe: failed }), 'unverified', /ECONNREFUSED/],
    ['one probe failed while all goes well', seen({ probe: failed }, busy), 'healthy', /ECONNREFUSED/],
    ['two probes in a row failed, whatever happened', seen({ probe: failed, failedBefore: true }, busy), 'down', /two probes/],
    ['a probe went well after one that failed', seen({ probe: { ok: true }, failedBefore: true }), 'healthy', null],
    ['the last three attempts failed', seen({ probe: { ok: true } }, { attempts: 1_000, newest: [false, false, false] }), 'down', /last 3/],
    ['the last two failed', seen({}, { attempts: 2, failures: 2, newest: [false, false] }), 'healthy', null],
    ['it is disabled', seen({ halted: 'disabled: it answered 410 Gone' }, busy), 'down', /410/],
    ['5 % failed', seen({}, { ...busy, failures: 5 }), 'healthy', null],
    ['more than 5 % failed', seen({}, { ...busy, failures: 6 }), 'degraded', /6 of 100/],
    ['more failed of too few', seen({}, { attempts: 19, failures: 10, newest: [true] }), 'healthy', null],
    ['three times as slow as usual', seen({ usualP95Ms: 100 }, { ...busy, p95Ms: 300 }), 'healthy', null],
    ['slower than that', seen({ usualP95Ms: 100 }, { ...busy, p95Ms: 301 }), 'degraded', /slow/],
    ['slower, and fast enough', seen({ usualP95Ms: 1 }, { ...busy, p95Ms: 99 }), 'healthy', null],
    ['slow without a usual', seen({}, { ...busy, p95Ms: 9_000 }), 'healthy', null],
    ['as silent as expected', seen({ expectEveryMs: 26 * HOUR_MS, lastAttempt: addMillis(NOW, -26 * HOUR_MS) }), 'unverified', /nothing/],
    ['silent for longer', seen({ expectEveryMs: 26 * HOUR_MS, lastAttempt: addMillis(NOW, -26 * HOUR_MS - 60_000) }), 'degraded', /silent for 26 h 1 min, expected every 26 h$/],
    ['silent for ever', seen({ expectEveryMs: 30 * 60_000 }), 'degraded', /nothing ever came, expected every 30 min$/],
    ['silent without expectation', seen({ lastAttempt: '2020-01-01 00:00:00.000000' as Instant }), 'unverified', /nothing/],
    ['dead letters', seen({ dead: 2 }, busy), 'degraded', /2 dead letters/],
    ['a file of 45 days', seen({ ageDays: 45 }, { attempts: 1 }), 'healthy', null],
    ['an older file', seen({ ageDays: 46 }, { attempts: 1 }), 'degraded', /46 days old/],
  ])('%s', (_title, observed, state, reason) => {
    const judged = judgeIntegration(observed, NOW);
    expect(judged.state).toBe(state);
    if (reason === null) expect(judged.reason).toBeNull();
    else expect(judged.reason).toMatch(reason);
  });
});

describe('activities', () => {
  const group = (change: Partial<AttemptGroup>): AttemptGroup => ({ name: 'crm', ok: true, durationMs: 10, attempts: 1, recent: 0, last: NOW, ...change });

  test('are those of 15 minutes, or of 24 hours of a name that has none', () => {
    const found = activities([group({ attempts: 90, recent: 2, durationMs: 10 }), group({ attempts: 10, recent: 0, durationMs: 900, ok: false }), group({ name: 'erp', attempts: 5, ok: false, durationMs: null })], new Map([['crm', [true]]]));
    expect(found.get('crm')).toEqual({ windowSeconds: 900, attempts: 2, failures: 0, p50Ms: 10, p95Ms: 10, lastAttempt: NOW, lastSuccess: NOW, newest: [true] });
    expect(found.get('erp')).toEqual({ windowSeconds: 86_400, attempts: 5, failures: 5, p50Ms: null, p95Ms: null, lastAttempt: NOW, lastSuccess: null, newest: [] });
  });

  test('percentiles are the nearest rank of all the values, however they are grouped', () => {
    const nearest = (values: readonly number[], share: number): number | null => values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? null;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.constantFrom(0.5, 0.95), (values, share) => {
        const counts = [...new Set(values)].map((value) => ({ value, count: values.filter((each) => each === value).length }));
        expect(percentile(counts, share)).toBe(nearest(values, share));
      }),
    );
  });
});
