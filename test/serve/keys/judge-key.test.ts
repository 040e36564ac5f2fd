import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { judgeKey, refusalOf } from '../../../src/serve/keys/judge-key.ts';
import { newKey } from '../../../src/serve/keys/key-text.ts';
import { permissions, permissionsOf, roles } from '../../../src/serve/keys/roles.ts';
import { instantOf } from '../../support/suite/clock.ts';
import { someKey } from './some-key.ts';

const now = instantOf('2026-11-20 05:00:00');
const inHeader = { now, isInUrl: false };

describe('a shown key', () => {
  test('proves who asks, until the moment of its end', () => {
    const { key, shown } = someKey({ expiresAt: instantOf('2026-11-20 05:00:00.000001') });
    expect(judgeKey(key, shown, inHeader)).toBe(key);
    expect(judgeKey({ ...key, expiresAt: now }, shown, inHeader)).toMatchObject({ status: 401, code: 'key_expired' });
  });

  test('proves nothing with another secret, of an id that there is not, or once it is revoked', () => {
    const { key, shown } = someKey();
    expect(judgeKey(key, { ...shown, secret: newKey().secret }, inHeader)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(judgeKey(undefined, shown, inHeader)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(judgeKey({ ...key, revokedAt: now }, shown, inHeader)).toMatchObject({ status: 401, code: 'key_revoked' });
  });

  test('learns nothing of a key whose secret it does not have', () => {
    const { key, shown } = someKey({ revokedAt: now, expiresAt: now });
    expect(judgeKey(key, { ...shown, secret: newKey().secret }, inHeader)).toMatchObject({ code: 'unauthorized' });
  });

  test('may stand in a URL only if it was made for that', () => {
    const { key, shown } = someKey();
    expect(judgeKey(key, shown, { now, isInUrl: true })).toMatchObject({ status: 401, code: 'key_in_url' });
    expect(judgeKey({ ...key, mayBeInUrl: true }, shown, { now, isInUrl: true })).toMatchObject({ id: key.id });
  });

  test('of no text but the secret itself is taken', () => {
    const { key, shown } = someKey();
    fc.assert(fc.property(fc.string(), (secret) => 'status' in judgeKey(key, { ...shown, secret }, inHeader)));
  });
});

describe('what a key may do', () => {
  test.each([
    ['reader', ['feeds', 'runs', 'health']],
    ['ingest', ['orders', 'leads', 'events', 'consents']],
    ['operator', ['feeds', 'runs', 'health', 'webhooks']],
    ['admin', [...permissions]],
  ] as const)('is of a %s exactly %j', (role, allowed) => {
    const { key } = someKey({ role });
    expect(permissions.filter((permission) => refusalOf(key, { permission }) === undefined)).toEqual(permissions.filter((each) => (allowed as readonly string[]).includes(each)));
  });

  test('is bound to its brands and its feeds; without a list it is all of them', () => {
    const { key } = someKey({ brands: ['alpina'], feeds: ['orders'] });
    expect(refusalOf(key, { permission: 'feeds', brand: 'alpina', feed: 'orders' })).toBeUndefined();
    expect(refusalOf(key, { permission: 'feeds', brand: 'belmont' })).toMatchObject({ status: 403, code: 'brand_not_allowed' });
    expect(refusalOf(key, { permission: 'feeds', feed: 'leads' })).toMatchObject({ status: 403, code: 'feed_not_allowed' });
    expect(refusalOf(someKey().key, { permission: 'feeds', brand: 'any', feed: 'any' })).toBeUndefined();
    expect(refusalOf(key, { permission: 'health', isOfAllBrands: true })).toMatchObject({ status: 403, code: 'brand_not_allowed' });
    expect(refusalOf(someKey().key, { permission: 'health', isOfAllBrands: true })).toBeUndefined();
    expect(refusalOf({ ...key, brands: [] }, { permission: 'feeds', brand: 'alpina' })).toMatchObject({ code: 'brand_not_allowed' });
  });

  test('never grows by naming a brand or a feed', () => {
    const lists = fc.option(fc.subarray(['a', 'b', 'c']), { nil: null });
    fc.assert(
      fc.property(fc.constantFrom(...roles), lists, lists, fc.constantFrom(...permissions), fc.constantFrom('a', 'b', 'c'), (role, brands, feeds, permission, name) => {
        const holder = { id: 'x', permissions: permissionsOf(role), brands, feeds };
        const isAllowed = refusalOf(holder, { permission }) === undefined;
        expect(refusalOf(holder, { permission, brand: name }) === undefined).toBe(isAllowed && (brands?.includes(name) ?? true));
        expect(refusalOf(holder, { permission, feed: name }) === undefined).toBe(isAllowed && (feeds?.includes(name) ?? true));
      }),
    );
  });
});
