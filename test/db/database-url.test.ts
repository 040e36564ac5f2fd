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
      ...{ sslMode: 'DISABLED', localInfile: true },
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

describe('describeLocation', () => {
  test('leaves user and password out', () => {
    expect(describeLocation(parseDatabaseUrl('mysql://me:secret@db.example/hub'))).toBe('mysql://db.example:3306/hub');
    expect(describeLocation(parseDatabaseUrl('sqlite:a.db'))).toBe('sqlite:a.db');
  });
});
