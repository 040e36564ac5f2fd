import { describe, expect, test } from '@jest/globals';

import { addDays, parseInstant, toIso, type BatchId, type Instant, type LocalDate } from '../../../src/core/time.ts';
import { dayIn, endOfDayIn, startOfDayIn } from '../../../src/core/zone.ts';
import type { ApiAnswer, ApiRequest, Phase } from '../../../src/sources/api/answer.ts';
import { isRenewable, needsRenewal } from '../../../src/sources/api/auth.ts';
import { waitAfter, type Budget } from '../../../src/sources/api/budget.ts';
import { cursorAfter, cursorWindow } from '../../../src/sources/api/cursor-window.ts';
import { classify } from '../../../src/sources/api/errors.ts';
import { JsonValue } from '../../../src/sources/api/json/json.ts';
import { sourceMoney, type MoneyUnit } from '../../../src/sources/api/money.ts';
import { actionOfLeft, newBatchId } from '../../../src/sources/api/open-batch.ts';
import { nextPage, type Paginator } from '../../../src/sources/api/paginator.ts';
import { recordInLine, recordsIn, type RecordsPlace } from '../../../src/sources/api/records.ts';
import { finalUntil, restatedDays } from '../../../src/sources/api/restate.ts';
import { daySlices, splitDays } from '../../../src/sources/api/slices.ts';
import { sourceIdOf } from '../../../src/sources/contract/source-id.ts';
import { otherVersion, versionState } from '../../../src/sources/api/version.ts';
import { platforms } from '../../../src/sources/platforms/index.ts';
import vectors from '../../vectors/sources.json' with { type: 'json' };

type Case = Record<string, unknown>;
const cases = (group: keyof typeof vectors): Case[] => (vectors[group] as unknown as { readonly cases: Case[] }).cases;
const named = (group: keyof typeof vectors): (readonly [string, Case])[] => cases(group).map((each, index) => [typeof each['name'] === 'string' ? each['name'] : `case ${index}`, each]);
const instant = (text: unknown): Instant => parseInstant(text as string) as Instant;
const iso = (value: Instant | null): string | null => (value === null ? null : toIso(value));

function answerOf({ status = 200, headers = {}, body, cut = false }: Case): ApiAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status: status as number,
    headers: Object.fromEntries(Object.entries(headers as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value])),
    body: cut === true ? undefined : JsonValue.read(text),
    text,
    failure: cut === true ? 'cut' : null,
  };
}

test.each(named('next_request'))('next request: %s', (_name, { paginator, request, response, headers, seen, expect: expected }) => {
  const sent: ApiRequest = { method: 'GET', url: 'https://api.example/items', ...(request as object) };
  const next = nextPage(paginator as Paginator, sent, answerOf({ body: response, headers: headers ?? {} }), new Set(seen as string[] | undefined));
  if (expected === null) expect(next).toBeNull();
  else if (next !== null && 'request' in next) expect(next.request).toMatchObject(expected as object);
  else expect(next).toEqual(expected);
});

/** Rules of platforms that are not declared here stand in their own tests; what none of them says is the engine's. */
const GENERAL = new Set(['metricool']);
const budgetOf = (name: string): Budget => platforms.find((platform) => platform.name === name)?.budget ?? { concurrency: 1 };
const RETRY_AFTER = new Set(['retry-after in seconds', 'klaviyo daily quota: hours are not waited for']);
const waits = named('wait').filter(([name, { platform }]) => platforms.some((each) => each.name === platform) || GENERAL.has(platform as string) || RETRY_AFTER.has(name));

test.each(waits)('wait: %s', (_name, given) => {
  const { platform, now, tries = 1, zone, expect: expected } = given as Case & { platform: string; tries?: number; zone?: string };
  const wait = waitAfter(budgetOf(platform), answerOf(given), { now: instant(now), tries, maxWaitMs: 600_000, zone });
  expect(wait.action === 'exhausted' ? { ...wait, until: `${toIso(wait.until).slice(0, 19)}Z` } : wait).toMatchObject(expected as object);
});

const classes = named('error_class').filter(([name, { platform }]) => platforms.some((each) => each.name === platform) || name.startsWith('any: '));

test.each(classes)('error class: %s', (_name, given) => {
  const { platform, phase = 'request', stream = 'orders', expect: expected } = given as Case & { platform: string; phase?: Phase; stream?: string };
  const declared = platforms.find(({ name }) => name === platform);
  const found = classify(declared?.errors ?? [], answerOf(given), { phase, stream, renewable: declared !== undefined && isRenewable(declared.auth), expectsJson: true });
  if (typeof expected === 'object' && expected !== null) expect(found).toMatchObject(expected);
  else expect(found?.class).toEqual(expected);
});

test.each(cases('money'))('money: $platform $text $unit $currency to $to', ({ text, unit, currency, to, digits, expect: expected, platform }) => {
  const found = sourceMoney(text as string, unit as MoneyUnit, currency as string, to as 'minor' | 'micros', digits as number | undefined);
  expect(found?.toString() ?? null).toBe(expected === null ? null : (expected as number | string).toString());
  const declared = platforms.find(({ name }) => name === platform)?.minorDigits?.[(currency as string).toUpperCase()];
  if (unit === 'minor' && declared !== undefined) expect(declared).toBe(digits);
});

test.each(cases('account_day'))('account day: $instant$day $zone', (given) => {
  const { day, zone, from, until } = given as { day: LocalDate; zone: string; from?: string; until?: string };
  if (given['instant'] !== undefined) expect(dayIn(instant(given['instant']), zone)).toBe(day);
  else expect([startOfDayIn(day, zone), endOfDayIn(day, zone)]).toEqual([instant(from), instant(until)]);
});

test.each(named('cursor_window'))('cursor window: %s', (_name, given) => {
  const { cursor, start, now, overlap_s: overlap, lag_s: lag, precision_ms: precisionMs, bound, upper, seen, expect: expected } = given as Case & { overlap_s: number; lag_s: number; precision_ms: number };
  const declared = { field: 'x', precisionMs, bound: bound as 'strict' | 'inclusive', overlapMs: overlap * 1_000, lagMs: lag * 1_000, upper: upper as boolean };
  const before = cursor === null ? null : instant(cursor);
  const window = cursorWindow(declared, before, instant(start ?? '2000-01-01'), instant(now));
  const greatest = (seen as string[] | undefined)?.map(instant).sort().at(-1) ?? null;
  expect({ from: iso(window.from), until: iso(window.until), cursor: iso(cursorAfter(window, before, greatest)) }).toEqual(expected);
});

test.each(named('restate_window'))('restate window: %s', (_name, { final_until: until, start, today, full, expect: expected }) => {
  const [from, to] = restatedDays(until as LocalDate | null, (start ?? '2026-01-01') as LocalDate, today as LocalDate, full as boolean);
  expect([from, addDays(to, -1)]).toEqual(expected);
});

test.each(cases('final_until'))('final until, case %#', ({ start, restate_days: days, replaced, expect: expected }) => {
  expect(finalUntil(start as LocalDate, days as number, new Map(Object.entries(replaced as Record<LocalDate, LocalDate>)) as Map<LocalDate, LocalDate>)).toBe(expected);
});

test.each(cases('slices'))('slices, case %#', ({ from, to, step, split, smallest, expect: expected }) => {
  if (split === undefined) expect(daySlices(from as LocalDate, to as LocalDate, step as number)).toEqual(expected);
  else expect(splitDays(split as [LocalDate, LocalDate], smallest as number) ?? 'fail_stream').toEqual(expected);
});

test.each(cases('token_renewal'))('token renewal: $expires_in at $now', ({ issued, expires_in: expiresIn, now, expect: expected }) => {
  expect(needsRenewal({ issuedAt: instant(issued), expiresIn: expiresIn as number }, instant(now))).toBe(expected);
});

test.each(cases('version_state'))('version state: $platform $version on $today', ({ released, ends, promise_months: months, today, expect: expected }) => {
  const version = { released: released as LocalDate, ends: ends as LocalDate | null, ...(months === undefined ? {} : { promiseMonths: months as number }) };
  expect(versionState(version, today as LocalDate)).toEqual(expected);
});


test.each(cases('served_version'))('served version: $platform $pinned', ({ platform, pinned, headers, expect: expected }) => {
  const header = platforms.find(({ name }) => name === platform)?.api.servedHeader;
  expect(otherVersion(pinned as string, header, headers as Record<string, string>) === undefined ? 'ok' : 'version_changed').toBe(expected);
});

test.each(cases('batch_id'))('batch id: $now after $newest', ({ now, newest, expect: expected }) => {
  expect(newBatchId(instant(now), newest as BatchId | null)).toBe(expected);
});

test.each(cases('source_id'))('source id: $account $key', ({ account, key, expect: expected }) => {
  expect(sourceIdOf(account as string, key as string[])).toBe(expected);
});

test.each(named('open_batch'))('open batch: %s', (_name, { row, manifest, parts, job, expect: expected }) => {
  const left = { slice: (row as { slice: string }).slice, manifest: manifest as null, parts: new Map(Object.entries(parts as Record<string, number>)), job: job as 'done' | undefined };
  expect(actionOfLeft(left)).toBe(expected);
});

describe('verbatim', () => {
  const ga4: RecordsPlace = {
    kind: 'rows',
    rows: 'rows',
    columns: [
      { headers: 'dimensionHeaders', name: 'name', values: 'dimensionValues', value: 'value' },
      { headers: 'metricHeaders', name: 'name', values: 'metricValues', value: 'value' },
    ],
  };
  test.each(named('verbatim'))('%s', (_name, { path, body, children, expect: expected }) => {
    if (path === 'ndjson') {
      const lines = (body as string).split('\n').filter((line) => line !== '');
      expect(lines.map((line) => recordInLine(line, { kind: 'ndjson' })?.line)).toEqual(expected);
      return;
    }
    const value = JsonValue.read(body as string);
    if (expected === 'cut') {
      expect(value).toBeUndefined();
      return;
    }
    if (value === undefined) throw new Error('no JSON');
    if (path === 'shopify') {
      const found = Object.entries(children as Record<string, string>).map(([member, stream]) => ({ member, stream }));
      const byStream: Record<string, string[]> = {};
      for (const { stream = 'orders', line } of recordsIn(value, { kind: 'json', path: 'data.orders.nodes', children: found }) ?? []) (byStream[stream] ??= []).push(line);
      expect(byStream).toEqual(expected);
      return;
    }
    expect(recordsIn(value, path === 'ga4' ? ga4 : { kind: 'json', path: path as string })?.map(({ line }) => line)).toEqual(expected);
  });
});
