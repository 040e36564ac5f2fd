import { describe, expect, test } from '@jest/globals';

import { describeLocation, parseDatabaseUrl } from '../../src/db/database-url.ts';

describe('parseDatabaseUrl', () => {
  test.each([
    ['sqlite:.hub/hub.db', '.hub/hub.db'],
    ['sqlite:/var/lib/hub.db', '/var/lib/hub.db'],
    ['sqlite://hub.db', 'hub.db'],
    ['sqlite::memory:', ':memory:'],
  ])('%s is the file %s', (url, file) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: 'sqlite', file });
  });

  test('a MySQL URL has defaults, and its parts are decoded', () => {
    expect(parseDatabaseUrl('mysql:///hub')).toEqual({
      ...{ kind: 'mysql', host: '127.0.0.1', port: 3306, user: 'root', password: '', database: 'hub' },
      ...{ sslMode: 'DISABLED', sslCa: undefined, sslCert: undefined, sslKey: undefined, localInfile: true },
    });
    expect(parseDatabaseUrl('mariadb://me:p%40ss%2F@db.example:3307/hub?ssl-mode=verify_identity&local-infile=off')).toMatchObject({
      ...{ host: 'db.example', port: 3307, user: 'me', password: 'p@ss/', sslMode: 'VERIFY_IDENTITY', localInfile: false },
    });
  });

  test.each(['', 'sqlite:', 'hub.db', 'postgres://h/d', 'mysql://host', 'mysql://host/', 'mysql://host:port/d', 'mysql://me:secret@h/d?ssl-mode=maybe'])(
    'refuses %j without showing it',
    (url) => {
      expect(() => parseDatabaseUrl(url)).toThrow(
        expect.objectContaining({ kind: 'configuration', code: 'invalid_database_url', message: expect.not.stringContaining('secret') }),
      );
    },
  );
});

describe('the parameters of a MySQL URL', () => {
  test('name how to encrypt, and files', () => {
    expect(parseDatabaseUrl('mysql://h/d?ssl-mode=VERIFY_CA&ssl-ca=/etc/ca.pem&ssl-cert=/etc/me.pem&ssl-key=/etc/me.key')).toMatchObject({
      ...{ sslMode: 'VERIFY_CA', sslCa: '/etc/ca.pem', sslCert: '/etc/me.pem', sslKey: '/etc/me.key' },
    });
  });

  test.each([
    ['ssl_mode=REQUIRED', 'unknown parameter "ssl_mode"', 'Did you mean ssl-mode? '],
    ['sslmode=require', 'unknown parameter "sslmode"', 'Did you mean ssl-mode? '],
    ['local_infile=off', 'unknown parameter "local_infile"', 'Did you mean local-infile? '],
    ['local-infile=no', 'local-infile must be one of on, off'],
    ['ssl-mode=maybe', 'ssl-mode must be one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY'],
    ['ssl-mode=REQUIRED&ssl-mode=DISABLED', 'the parameter "ssl-mode" twice'],
    ['ssl-ca=/etc/ca.pem', 'ssl-ca is of use only with'],
    ['ssl-mode=REQUIRED&ssl-ca=/etc/ca.pem', 'ssl-ca is of use only with'],
    ['ssl-mode=REQUIRED&ssl-cert=/etc/me.pem', 'ssl-cert and ssl-key belong together'],
    ['ssl-cert=/a&ssl-key=/b', 'ssl-cert is of use only with'],
  ])('%s is refused: %s', (parameters, why, suggestion = '') => {
    expect(() => parseDatabaseUrl(`mysql://me:secret@h/d?${parameters}`)).toThrow(
      expect.objectContaining({ kind: 'configuration', code: 'invalid_database_url', message: expect.stringContaining(why), nextStep: expect.stringMatching(new RegExp(`^${suggestion.replace('?', '\\?')}`)) }),
    );
  });
});

describe('describeLocation', () => {
  test('leaves user and password out', () => {
    expect(describeLocation(parseDatabaseUrl('mysql://me:secret@db.example/hub'))).toBe('mysql://db.example:3306/hub');
    expect(describeLocation(parseDatabaseUrl('sqlite:a.db'))).toBe('sqlite:a.db');
  });
});
