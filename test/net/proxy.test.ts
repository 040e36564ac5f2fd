import { describe, expect, test } from '@jest/globals';

import { proxyFor, proxySettings } from '../../src/net/proxy.ts';

const settings = (variables: Readonly<Record<string, string>>) => proxySettings((name) => variables[name]);

describe('the proxy of a URL', () => {
  test('is that of its scheme; the lower-case variable counts first, and a scheme may be left out', () => {
    const both = settings({ HTTPS_PROXY: 'http://a.example:3128', https_proxy: 'http://b.example:3128', HTTP_PROXY: 'c.example:8080', NO_PROXY: '' });
    expect(proxyFor(new URL('https://crm.example/'), both)).toBe('http://b.example:3128');
    expect(proxyFor(new URL('http://crm.example/'), both)).toBe('http://c.example:8080');
    expect(proxyFor(new URL('https://crm.example/'), settings({ HTTP_PROXY: 'http://c.example' }))).toBeUndefined();
  });

  test.each([
    ['*', 'https://crm.example/', true],
    ['crm.example', 'https://crm.example/', true],
    ['CRM.example', 'https://crm.example/', true],
    ['.example', 'https://crm.example/', true],
    ['*.example', 'https://crm.example/', true],
    ['example', 'https://crm.example/', true],
    ['rm.example', 'https://crm.example/', false],
    ['crm.example:443', 'https://crm.example/', true],
    ['crm.example:443', 'https://crm.example:8443/', false],
    ['a.example b.example,crm.example', 'https://crm.example/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/8', 'https://crm.example/', false],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['fd00::/8', 'https://[fd00::1]/', true],
    ['fd00::1', 'https://[fd00::1]/', true],
    ['nonsense/99', 'https://10.1.2.3/', false],
  ])('with NO_PROXY=%s: %s is called directly: %s', (none, url, direct) => {
    expect(proxyFor(new URL(url), settings({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: none })) === undefined).toBe(direct);
  });

  test.each(['socks5://u:s3cr3t@proxy.example', 'http://u:s3cr3t@:x'])('is not taken from %s, which is not shown', (value) => {
    expect(() => settings({ HTTPS_PROXY: value })).toThrow(expect.objectContaining({ kind: 'configuration', code: 'invalid_proxy', message: expect.not.stringContaining('s3cr3t') }));
  });
});
