import { describe, expect, test } from '@jest/globals';

import { Pacer } from '../../../src/sources/extract/pacer.ts';

/** When requests go out that each wait for their turn and then take so long. */
function instants(pacer: Pacer, clock: { now: number }, count: number, takesMs: number): number[] {
  return Array.from({ length: count }, () => {
    clock.now += pacer.turn(undefined);
    const at = clock.now;
    clock.now += takesMs;
    return at;
  });
}

describe('the pace of an account', () => {
  test('keeps every second below the limit, and near it', () => {
    const clock = { now: 0 };
    const at = instants(new Pacer({ requests: 25, perMs: 1_000 }, undefined, () => clock.now), clock, 200, 3);
    for (const start of at) expect(at.filter((each) => each >= start && each < start + 1_000).length).toBeLessThanOrEqual(25);
    expect((at.at(-1) ?? 0) / (200 / 25) / 1_000).toBeLessThan(1.1);
  });

  test('does not make up at once for what was missed', () => {
    const clock = { now: 0 };
    const pacer = new Pacer({ requests: 10, perMs: 1_000 }, undefined, () => clock.now);
    pacer.turn(undefined);
    clock.now = 60_000;
    const at = instants(pacer, clock, 20, 0).map((each) => each - 60_000);
    expect(at.filter((each) => each < 1_000).length).toBeLessThanOrEqual(11);
  });

  test('counts endpoints by themselves, and holds all where it is told', () => {
    const clock = { now: 0 };
    const pacer = new Pacer(undefined, { requests: 10, perMs: 1_000 }, () => clock.now);
    expect([pacer.turn('/a'), pacer.turn('/a'), pacer.turn('/b')]).toEqual([0, 0, 0]);
    expect(pacer.turn('/a')).toBeGreaterThan(100);
    pacer.hold(5_000);
    expect(pacer.turn('/c')).toBe(5_000);
  });
});
