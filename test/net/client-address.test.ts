import { describe, expect, test } from '@jest/globals';

import { clientAddress, limitKey, parseProxies } from '../../src/net/client-address.ts';

const trusted = parseProxies(['10.0.0.0/8', 'fd00::/8']) ?? [];

describe('the address of a client', () => {
  test.each([
    ['203.0.113.9', undefined, '203.0.113.9', 'is the peer without a proxy'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9', 'is the peer that nobody trusts, whatever it says'],
    ['10.0.0.1', '198.51.100.1', '198.51.100.1', 'is what a trusted proxy says'],
    ['::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1', 'is what a proxy says that is written as IPv6'],
    ['10.0.0.1', '1.2.3.4, 198.51.100.1', '198.51.100.1', 'is the rightmost that is not trusted: what stands before it the client wrote'],
    ['10.0.0.1', '198.51.100.1, 10.0.0.7,10.0.0.8', '198.51.100.1', 'is behind several trusted proxies'],
    ['10.0.0.1', '10.0.0.7', '10.0.0.7', 'is the farthest proxy where all are trusted'],
    ['10.0.0.1', 'unknown', '10.0.0.1', 'is the proxy where it names no address'],
    ['10.0.0.1', '198.51.100.1, <script>, 10.0.0.9', '10.0.0.9', 'is the last proxy before something that is none'],
    ['fd00::1', '2001:db8::5', '2001:db8::5', 'may be IPv6'],
    ['10.0.0.1', '', '10.0.0.1', 'is the proxy where the header is empty'],
  ] as [string, string | undefined, string, string][])('%s, %j: %s %s', (peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(expected);
  });

  test('is always the peer where no proxy is configured', () => {
    expect(clientAddress('10.0.0.1', '198.51.100.1', [])).toBe('10.0.0.1');
  });
});

test('a hop count or a name is no list of proxies', () => {
  expect(parseProxies(['1'])).toBeUndefined();
  expect(parseProxies(['true'])).toBeUndefined();
  expect(parseProxies(['10.0.0.1'])).toBeUndefined();
});

test('limits count an IPv6 network as one', () => {
  expect(limitKey('2001:db8::1')).toBe(limitKey('2001:db8::ffff'));
  expect(limitKey('2001:db8::1')).not.toBe(limitKey('2001:db8:0:1::1'));
  expect(limitKey('203.0.113.9')).toBe('203.0.113.9');
});
